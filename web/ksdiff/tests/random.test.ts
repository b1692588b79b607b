import { expect, test } from "vitest";
import { FrameNoise } from "../src/model/noise.js";
import { Random } from "../src/random.js";
import { type Path, PATHS } from "../src/space.js";
import { distances, SEED, values } from "./support/golden.js";

test("draws what NumPy draws", () => {
  const random = new Random([SEED, 2 ** 33 + 5, 1]);
  const drawn: [string, (count: number) => ArrayLike<number>][] = [
    ["normal", (count) => Array.from({ length: count }, () => random.standardNormal())],
    ["normal32", (count) => random.standardNormals(count)],
    ["exponential", (count) => Array.from({ length: count }, () => random.exponential(2))],
    ["gamma", (count) => Array.from({ length: count }, () => random.gamma(2, 0.35))],
    ["lognormal", (count) => Array.from({ length: count }, () => random.lognormal(0.1, 0.6))],
    ["choice", (count) => Array.from({ length: count }, () => random.choice([0.38, 0.38, 0.12, 0.12]))],
    ["side", (count) => Array.from({ length: count }, () => random.below(2))],
    ["uniform", (count) => Array.from({ length: count }, () => random.uniform(0.3, 0.7))],
  ];
  for (const [name, draw] of drawn) {
    const expected = values(`random_${name}`);
    expect(distances(draw(expected.length), expected).most, name).toBeLessThan(1e-6); // stored as 32 bits
  }
});

test("a copy goes on from the same place, and leaves the first where it is", () => {
  const random = new Random([3]);
  random.below(2); // half of 64 bits are left
  const copy = random.copy();
  const drawn = [random.below(2), random.random(), random.standardNormal()];
  expect([copy.below(2), copy.random(), copy.standardNormal()]).toEqual(drawn);
});

test.each(PATHS)("the noise of %s is that of Python, before frame 0 too", (path: Path) => {
  const noise = new FrameNoise(path, SEED, 6, true);
  const rows = [...noise.rows(-30, 25), ...noise.rows(-5, 35)];
  expect(distances(rows.flatMap((row) => [...row]), values(`noise_${path}`)).most).toBeLessThan(1e-5);
});
