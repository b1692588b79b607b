import { describe, expect, it } from "vitest";

import { gridValues } from "../src/timeline/paint";
import { heights } from "../src/timeline/rows";
import { phrases, thinned } from "../src/timeline/thin";

describe("marks that would lie on each other", () => {
  it("are thinned to those of the highest rank, each with room to both sides", () => {
    const marks = Array.from({ length: 1000 }, (_, index) => ({ at: index * 1.3, strength: (index * 37) % 101 }));
    const shown = [...thinned(marks, ({ at }) => at, ({ strength }) => strength, 9)].map(({ at }) => at).sort((a, b) => a - b);
    expect(shown.length).toBeGreaterThan(1300 / 18 - 1);
    expect(shown.length).toBeLessThanOrEqual(1300 / 9 + 1);
    for (let i = 1; i < shown.length; i++) expect(shown[i]! - shown[i - 1]!).toBeGreaterThanOrEqual(9);
    expect(thinned([{ at: 0, strength: 1 }, { at: 5, strength: 2 }], ({ at }) => at, ({ strength }) => strength, 9)).toEqual(new Set([{ at: 5, strength: 2 }]));
  });

  it("are all shown where there is room", () => {
    expect(thinned([0, 10, 20], (at) => at, () => 1, 9).size).toBe(3);
  });
});

describe("words without room for their text", () => {
  const word = (text: string, start: number, end: number) => ({ text, start, end });
  const fits = (text: string, seconds: number) => seconds * 10 >= text.length;

  it("are drawn as phrases, up to a pause; long ones stand alone", () => {
    const words = [word("we", 0, 0.1), word("are", 0.1, 0.2), word("all", 0.2, 0.3), word("here", 0.3, 0.9), word("to", 2, 2.05)];
    expect(phrases(words, fits)).toEqual([word("we are all", 0, 0.3), word("here", 0.3, 0.9), word("to", 2, 2.05)]);
  });

  it("are left as they are where they fit", () => {
    const words = [word("a", 0, 1), word("b", 1, 2)];
    expect(phrases(words, fits)).toEqual(words);
  });
});

describe("an axis", () => {
  it("has round numbers, and not too many", () => {
    expect(gridValues([0, 1], 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(gridValues([0, 1], 2)).toEqual([0, 0.5, 1]);
    expect(gridValues([-30, 30], 4)).toEqual([-30, -15, 0, 15, 30]);
    expect(gridValues([-20, 20], 2)).toEqual([-20, 0, 20]);
  });
});

describe("rows", () => {
  const rows = [{ natural: 40, least: 20 }, { natural: 60, least: 50, grows: true }];
  it("shrink alike to their least, and what is left goes to those that grow", () => {
    expect(heights(rows, 100)).toEqual([40, 60]);
    expect(heights(rows, 150)).toEqual([40, 110]);
    expect(heights(rows, 85)).toEqual([30, 55]);
    expect(heights(rows, 10)).toEqual([20, 50]);
  });
});
