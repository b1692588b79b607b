import { expect, test } from "vitest";
import { Faces } from "../src/faces.js";
import type { Frames } from "../src/live/streamer.js";
import { CHANNELS } from "../src/space.js";

/** Frames whose every value is the number of the frame, plus an offset. */
function numbered(first: number, count: number, offset = 0): Frames {
  const fill = (width: number) => Float32Array.from({ length: count * width }, (_, at) => first + Math.floor(at / width) + offset);
  return { first, count, expression: fill(CHANNELS.expression), head: fill(CHANNELS.head) };
}

test("gives the face between two frames, and the nearest beyond them", () => {
  const faces = new Faces();
  expect(faces.at(0)).toBeUndefined();
  faces.add(numbered(0, 4));
  faces.add(numbered(4, 4));
  expect(faces.at(0.1)?.expression[50]).toBeCloseTo(2.5);
  expect(faces.at(0.1)?.head).toHaveLength(6);
  expect(faces.at(9)?.head[0]).toBe(7);
  expect(faces.at(-1)?.head[0]).toBe(0);
  expect(faces.end).toBeCloseTo(7 / 25);
});

test("frames of an interruption take the place of those that were foreseen", () => {
  const faces = new Faces();
  faces.add(numbered(0, 20));
  faces.add(numbered(8, 4, 100));
  expect(faces.at(0.4)?.head[0]).toBeCloseTo(110);
  expect(faces.at(9)?.head[0]).toBe(111);
  expect(faces.end).toBeCloseTo(11 / 25);
});

test("keeps 30 s and no more", () => {
  const faces = new Faces();
  for (let first = 0; first < 3000; first += 4) faces.add(numbered(first, 4));
  expect(faces.at(0)?.time).toBeCloseTo(3000 / 25 - 30);
  expect((faces as unknown as { rows: Map<number, unknown> }).rows.size).toBe(750);
});
