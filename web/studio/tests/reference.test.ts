import { describe, expect, it } from "vitest";

import { panned, WHOLE, zoomed } from "../src/reference";

const size = { width: 400, height: 300 };

describe("the reference video", () => {
  it("is enlarged about the pointer, which stays where it is", () => {
    const at = { x: 50, y: -30 };
    const nearer = zoomed(WHOLE, 2, at, size);
    // A point of the video is drawn at scale * point + place.
    const before = { x: at.x, y: at.y };
    expect(2 * before.x + nearer.x).toBeCloseTo(at.x);
    expect(2 * before.y + nearer.y).toBeCloseTo(at.y);
  });

  it("always covers its pane", () => {
    expect(panned({ x: 0, y: 0, scale: 2 }, 1000, -1000, size)).toEqual({ x: 200, y: -150, scale: 2 });
    expect(panned(WHOLE, 50, 50, size)).toEqual(WHOLE);
    expect(zoomed({ x: 200, y: -150, scale: 2 }, 0.1, { x: 0, y: 0 }, size)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 100, { x: 0, y: 0 }, size).scale).toBe(8);
  });
});
