// What Python's ksdiff gave, by scripts/make_browser_golden.py; and the networks as they are in a browser, in Node.
import { readFileSync } from "node:fs";
import * as onnx from "onnxruntime-web";
import { Engine } from "../../src/live/streamer.js";
import type { Files, Onnx } from "../../src/model/network.js";
import { readTensors } from "../../src/model/safetensors.js";

const DATA = new URL("../data/", import.meta.url);
/** The folder of assets: scripts/build_browser.py --out web/ksdiff/build/assets. */
const ASSETS = new URL(process.env["KSDIFF_ASSETS"] ?? "../../build/assets/", import.meta.url);

function bytes(url: URL): ArrayBuffer {
  const file = readFileSync(url);
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
}

export const golden = readTensors(bytes(new URL("golden.safetensors", DATA))).tensors;

export function values(name: string): Float32Array<ArrayBuffer> {
  return golden.get(name)!.values;
}

export function voice(): Int16Array<ArrayBuffer> {
  return new Int16Array(bytes(new URL("voice.wav", DATA)).slice(44));
}

export const SEED = 7;

let opened: Promise<Engine> | undefined;

/** One engine for all tests of a file. */
export function engine(): Promise<Engine> {
  onnx.env.wasm.numThreads = 1;
  const files: Files = async (name) => unpacked(bytes(new URL(`${name}.gz`, ASSETS)));
  opened ??= Engine.open(onnx as unknown as Onnx, files);
  return opened;
}

function unpacked(packed: ArrayBuffer): Promise<ArrayBuffer> {
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** The greatest distance between values, and between those that 99 of 100 stay below. */
export function distances(one: ArrayLike<number>, other: ArrayLike<number>): { most: number; usual: number } {
  if (one.length !== other.length) throw new Error(`${one.length} values, but ${other.length}`);
  const found = Array.from(one, (value, index) => Math.abs(value - other[index])).sort((a, b) => a - b);
  return { most: found[found.length - 1], usual: found[Math.floor(found.length * 0.99)] };
}
