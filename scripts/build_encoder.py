"""Build the graphs of the speech encoder in src/ksdiff/assets from the Moonshine base encoder.

moonshine_base_encoder.onnx is cut after the deepest layer in use, nodes that nothing needs are dropped, and the chosen
layers come out side by side as one output, ``features`` [1, S, width]. No weight is changed.

The others have no weights: ksdiff takes those of the encoder (`ksdiff.speech.encoder.moonshine_graph`).

moonshine_base_whole.onnx is for whole sounds: the weights have 8 bits, but what they are multiplied with is not rounded
to as many (docs/runtime.md, "Rounding").

moonshine_base_stream.onnx is for sound that goes on (`ksdiff.speech.streaming_encoder`). What it does else:

- Keys and values of all layers for the frames before, ``memory`` [2 · layers, heads, P, d], are attended to beside
  those of the frames that are encoded; keys are remembered without rotary positions, which start at the oldest frame.
- ``remembered`` is the memory with the first ``settled`` of the frames, of which the last `MEMORY` are kept.
- The first layer's level is divided by ``deviation`` in place of its deviation over the window.

Get the package first (MIT; the English model only, see its LICENSE):

    npm pack @usefulsensors/moonshine-js@0.1.17
    python scripts/build_encoder.py usefulsensors-moonshine-js-0.1.17.tgz
"""

import argparse
import hashlib
import tarfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor

SOURCE = "package/dist/model/base/quantized/encoder_model.onnx"
SOURCE_SHA256 = "1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751"
LICENCE = "package/LICENSE"
WIDTH = 416  # of one layer
HEADS = 8
LAYERS = (1, 4)  # counted from 0; benchmarks/encoder_layers.py compares the choices
MEMORY = 250  # frames that the streaming graph remembers: 6 s
ASSETS = Path(__file__).parents[1] / "src/ksdiff/assets"


def cut(model: onnx.ModelProto, layers: tuple[int, ...]) -> onnx.ModelProto:
    names = [f"/layers.{layer}/Add_1_output_0" for layer in layers]
    # The extractor wants its outputs declared in the graph; shape inference does not reach them.
    for name in names:
        model.graph.value_info.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, None, WIDTH]))
    small = Extractor(model).extract_model(["input_values"], names)
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, "frames", WIDTH * len(layers)])
    small.graph.node.append(helper.make_node("Concat", names, ["features"], name="features", axis=2))
    del small.graph.output[:]
    small.graph.output.append(features)
    del small.graph.value_info[:]
    small.producer_name = "ksdiff"
    small.doc_string = (
        f"Moonshine base speech encoder, outputs of layers {layers} counted from 0. "
        "MIT License, Copyright (c) 2025 Useful Sensors, Inc.; see MOONSHINE_LICENSE.txt"
    )
    onnx.checker.check_model(small)
    return small


def in_floating_point(encoder: onnx.ModelProto) -> onnx.ModelProto:
    """The graph of an encoder that multiplies floating-point numbers instead of whole ones, without its weights."""
    model = onnx.ModelProto()
    model.CopyFrom(encoder)
    graph = model.graph
    del graph.initializer[:]
    given: dict[str, str] = {}  # what would be rounded, by the name of its rounded values
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type == "DynamicQuantizeLinear":
            given[node.output[0]] = node.input[0]
            graph.initializer.append(numpy_helper.from_array(np.float32(1.0), node.output[1]))
        elif node.op_type == "MatMulInteger":
            activations, weights, _, zero = node.input
            floats = [f"{weights}_float", f"{zero}_float", f"{weights}_from_zero"]  # computed once, on loading
            nodes.append(helper.make_node("Cast", [weights], [floats[0]], floats[0], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Cast", [zero], [floats[1]], floats[1], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Sub", floats[:2], floats[2:], floats[2]))
            nodes.append(helper.make_node("MatMul", [given[activations], floats[2]], node.output, node.name))
        else:
            nodes.append(node)
    graph.node.MergeFrom(nodes)
    del graph.node[: len(encoder.graph.node)]
    return model


def streaming(encoder: onnx.ModelProto, depth: int) -> onnx.ModelProto:
    """The graph of an encoder, of so many layers, for sound that goes on, without the encoder's weights."""
    model = onnx.ModelProto()
    model.CopyFrom(encoder)
    graph = model.graph
    nodes = {node.name: node for node in graph.node}
    del graph.initializer[:]
    added: dict[str, list[onnx.NodeProto]] = {}  # by the node that they stand before

    def number(name: str, values: int | list[int]) -> str:
        graph.initializer.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def add(before: str, kind: str, inputs: list[str], output: str, **attributes: int) -> str:
        added.setdefault(before, []).append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    for name, values in {"first": [0], "frames": [2], "kept": [-MEMORY], "end": [2**62]}.items():
        number(name, values)
    norm = nodes["/groupnorm/InstanceNormalization"]
    add("/groupnorm/Reshape_1", "Div", [norm.input[0], "deviation"], norm.output[0])
    # Rotary positions of all frames for the keys; those of the new frames for the queries.
    add("/Range", "Shape", ["memory"], "memory_shape")
    add("/Range", "Gather", ["memory_shape", number("third", 2)], "memory_length")
    add("/Range", "Add", [nodes["/Range"].input[1], "memory_length"], "all_length")
    nodes["/Range"].input[1] = "all_length"
    queries = "/layers.0/self_attn/Mul"
    add(queries, "Unsqueeze", ["memory_length", "first"], "new_from")
    for kind, wave in (("4", "cos"), ("5", "sin")):
        positions = f"/layers.0/self_attn/Unsqueeze_{kind}_output_0"
        add(queries, "Slice", [positions, "new_from", "end", "frames"], f"{wave}_of_queries")
    settled = []
    for layer in range(depth):
        room = f"/layers.{layer}/self_attn/"
        nodes[f"{room}Mul"].input[1], nodes[f"{room}Mul_1"].input[1] = "cos_of_queries", "sin_of_queries"
        for at, (name, users) in enumerate((("Transpose", ("Slice_2", "Slice_3")), ("Transpose_1", ("MatMul_1",)))):
            own, called = f"{room}{name}_output_0", f"{'value' if at else 'key'}s_{layer}"
            add(f"{room}{users[0]}", "Gather", ["memory", number(f"of_{called}", [2 * layer + at])], f"past_{called}")
            add(f"{room}{users[0]}", "Concat", [f"past_{called}", own], f"all_{called}", axis=2)
            for user in users:
                nodes[room + user].input[0 if at == 0 else 1] = f"all_{called}"
            settled.append(add("features", "Slice", [own, "first", "settled", "frames"], f"settled_{called}"))
    add("features", "Concat", settled, "all_settled", axis=0)
    add("features", "Concat", ["memory", "all_settled"], "all_remembered", axis=2)
    add("features", "Slice", ["all_remembered", "kept", "end", "frames"], "remembered")
    ordered = [each for node in graph.node for each in (*added.get(node.name, ()), node) if each.name != norm.name]
    graph.node.MergeFrom(ordered)
    del graph.node[: len(nodes)]
    memory = [2 * depth, HEADS, "past", WIDTH // HEADS]
    graph.input.append(helper.make_tensor_value_info("memory", TensorProto.FLOAT, memory))
    graph.input.append(helper.make_tensor_value_info("settled", TensorProto.INT64, [1]))
    graph.input.append(helper.make_tensor_value_info("deviation", TensorProto.FLOAT, []))
    graph.output.append(helper.make_tensor_value_info("remembered", TensorProto.FLOAT, [*memory[:2], "now", memory[3]]))
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the .tgz that npm pack wrote")
    parser.add_argument("--layers", type=int, nargs="+", default=LAYERS)
    parser.add_argument("--out", type=Path, default=ASSETS / "moonshine_base_encoder.onnx")
    arguments = parser.parse_args()
    with tarfile.open(arguments.package) as archive:
        source, licence = archive.extractfile(SOURCE), archive.extractfile(LICENCE)
        assert source is not None
        assert licence is not None
        weights, text = source.read(), licence.read().decode()
    found = hashlib.sha256(weights).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"{SOURCE} has sha256 {found}, but {SOURCE_SHA256} is expected")
    model = cut(onnx.load_from_string(weights), tuple(arguments.layers))
    written = model.SerializeToString(deterministic=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(written)
    graphs = {"whole": in_floating_point(model), "stream": streaming(model, max(arguments.layers) + 1)}
    for name, graph in graphs.items():
        structure = graph.SerializeToString(deterministic=True)
        arguments.out.with_name(f"moonshine_base_{name}.onnx").write_bytes(structure)
    # The package's licence file has two sections; the first, MIT, is that of the English model.
    mit = text[text.index("MIT License") : text.rindex("\nSECTION 2")].rstrip("- \n") + "\n"
    notice = (
        "moonshine_base_encoder.onnx is part of the English Moonshine base model by Useful Sensors, Inc.,\n"
        "from the npm package @usefulsensors/moonshine-js 0.1.17, cut by scripts/build_encoder.py.\n\n"
    )
    (arguments.out.parent / "MOONSHINE_LICENSE.txt").write_text(notice + mit)
    print(f"{arguments.out}: {len(written)} bytes, sha256 {hashlib.sha256(written).hexdigest()}")


if __name__ == "__main__":
    main()
