// Graphs of the network without weights, and how weights get into them; docs/runtime.md lists what goes in and out.
//
// An ONNX file is a protocol buffer, and of two messages one after the other the second is merged into the first: a graph's
// weights are appended to its file.

import { concatenatedBytes } from "../bytes.js";
import { InputError } from "../errors.js";
import type { Tensor } from "./safetensors.js";

// Numbers of fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const [GRAPH, INITIALIZER] = [7, 5];
const [DIMS, DATA_TYPE, NAME, RAW_DATA] = [1, 2, 8, 9];
const FLOAT = 1;
const [VARINT, EIGHT, BYTES] = [0, 1, 2]; // kinds of fields

/** A graph with its weights, as onnxruntime loads it; `names` are those that the graph knows, after the prefix. */
export function withWeights(
  structure: ArrayBuffer,
  names: readonly string[],
  tensors: ReadonlyMap<string, Tensor>,
  prefix: string,
): Uint8Array {
  const initializers = names.map((name) => {
    const tensor = tensors.get(prefix + name);
    if (!tensor) throw new InputError(`the weights have no ${prefix}${name}: they do not fit the graphs beside them`);
    const { values, shape } = tensor;
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return field(INITIALIZER, [
      ...shape.flatMap((size) => [key(DIMS, VARINT), varint(size)]),
      key(DATA_TYPE, VARINT),
      varint(FLOAT),
      ...field(NAME, [new TextEncoder().encode(name)]),
      ...field(RAW_DATA, [raw]),
    ]);
  });
  return concatenatedBytes([new Uint8Array(structure), ...field(GRAPH, initializers.flat())]);
}

/** A graph with all weights of another file, as onnxruntime loads it. */
export function withWeightsOf(structure: ArrayBuffer, other: ArrayBuffer): Uint8Array {
  const weights: Uint8Array[] = [];
  for (const graph of fieldsOf(new Uint8Array(other))) {
    if (graph.number !== GRAPH) continue;
    for (const { number, whole } of fieldsOf(graph.content)) if (number === INITIALIZER) weights.push(whole);
  }
  return concatenatedBytes([new Uint8Array(structure), ...field(GRAPH, weights)]);
}

/** The fields of a message that have a length. */
function* fieldsOf(message: Uint8Array): Generator<{ number: number; content: Uint8Array; whole: Uint8Array }> {
  let at = 0;
  const read = () => {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const byte = message[at++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const begin = at;
    const found = read();
    if ((found & 7) === VARINT) read();
    else if ((found & 7) !== BYTES) at += (found & 7) === EIGHT ? 8 : 4;
    else {
      const length = read();
      yield { number: found >> 3, content: message.subarray(at, at + length), whole: message.subarray(begin, at + length) };
      at += length;
    }
  }
}

function key(number: number, kind: number): Uint8Array {
  return varint((number << 3) | kind);
}

function field(number: number, content: readonly Uint8Array[]): Uint8Array[] {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  return [key(number, BYTES), varint(length), ...content];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.from([...bytes, value]);
}
