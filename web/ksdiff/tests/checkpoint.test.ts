import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { InputError } from "../src/errors.js";
import { withWeights } from "../src/model/graphs.js";
import { readCheckpoint } from "../src/model/safetensors.js";
import { halfPrecision } from "../src/numeric.js";

const WEIGHTS = new URL("../../../src/ksdiff/assets/open.safetensors", import.meta.url);
const bytes = () => Uint8Array.from(readFileSync(WEIGHTS)).buffer;

test("reads the weights of the Python package", () => {
  const { tensors, header } = readCheckpoint(bytes());
  expect(header.styles).toHaveLength(5);
  expect(tensors.get("neutrals")?.shape).toEqual([6, 51]);
  expect(Math.max(...tensors.get("generators.head.output.weight")!.values.map(Math.abs))).toBeLessThan(10);
});

test.each([
  ["nothing", () => new ArrayBuffer(0)],
  ["noise", () => Uint8Array.from({ length: 1000 }, (_, at) => (at * 7) % 256).buffer],
  ["half of a file", () => bytes().slice(0, 1000)],
])("refuses %s", (_, file) => {
  expect(() => readCheckpoint(file())).toThrow(InputError);
});

test("refuses weights that do not fit the graphs", () => {
  expect(() => withWeights(new ArrayBuffer(0), ["weight"], new Map(), "generators.head.")).toThrow(/generators.head.weight/);
});

test("rounds to 16 bits as NumPy does", () => {
  const cases = [[0.1, 0.0999755859375], [2049, 2048], [2051, 2052], [-1e-7, -1.1920928955078125e-7], [0, 0], [65519, 65504]];
  for (const [value, expected] of cases) expect(halfPrecision(value)).toBe(expected);
});
