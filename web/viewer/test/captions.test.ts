import { expect, test } from "vitest";
import { lineAt, linesOf } from "../src/captions";

const word = (text: string, start: number, end: number) => ({ text, start, end });

test("a pause ends a line, and so does the eighth word", () => {
  const words = [word("a", 0, 0.2), word("b", 0.3, 0.5), word("c", 1.2, 1.4)];
  expect(linesOf(words).map((line) => line.map(({ text }) => text))).toEqual([["a", "b"], ["c"]]);
  const many = Array.from({ length: 17 }, (_, index) => word(String(index), index / 5, index / 5 + 0.2));
  expect(linesOf(many).map((line) => line.length)).toEqual([8, 8, 1]);
  expect(linesOf([])).toEqual([]);
});

test("a line comes a little early, lingers, and gives way to the next", () => {
  const lines = linesOf([word("a", 1, 1.5), word("b", 2.2, 2.5), word("c", 9, 9.2)]);
  expect(lineAt(lines, 0.85)).toBeUndefined();
  expect(lineAt(lines, 0.95)).toBe(lines[0]);
  expect(lineAt(lines, 2.15)).toBe(lines[1]);
  expect(lineAt(lines, 3.2)).toBe(lines[1]);
  expect(lineAt(lines, 3.4)).toBeUndefined();
  expect(lineAt(lines, 9.1)).toBe(lines[2]);
});
