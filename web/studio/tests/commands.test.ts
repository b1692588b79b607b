import { describe, expect, it } from "vitest";

import type { Project } from "../src/api";
import { freeShift } from "../src/commands";
import { staleText } from "../src/stale";

const head = (...frames: number[]) => frames.map((frame) => ({ path: "head" as const, frame }));

describe("keyframes that are moved", () => {
  it("pass others, and land beside one that is in their place", () => {
    expect(freeShift(30, head(10), head(20), 100)).toBe(30);
    expect(freeShift(10, head(10), head(20), 100)).toBe(11); // on past it
    expect(freeShift(-10, head(30), head(20, 19), 100)).toBe(-9);
    expect(freeShift(1, head(10), head(11, 12), 100)).toBe(3); // an arrow key gets past as well
  });

  it("stay within the sound, and may take each other's places", () => {
    expect(freeShift(500, head(10, 90), head(), 100)).toBe(9);
    expect(freeShift(-50, head(10), head(0), 100)).toBe(-9);
    expect(freeShift(10, head(10, 20), head(), 100)).toBe(10);
    expect(freeShift(10, head(10), [{ path: "expression", frame: 20 }], 100)).toBe(10);
  });
});

describe("what is stale", () => {
  const project = (expression: [number, number][], stale: boolean) => {
    const spans = expression.map(([start, stop]) => ({ start, stop }));
    return { fps: 25, stale, takes: [{ stale: { expression: spans, head: [] } }, { stale: { expression: spans, head: spans } }] } as unknown as Project;
  };

  it("is said in seconds of each path, over all takes", () => {
    expect(staleText(project([[0, 25], [50, 60]], true))).toBe("1.4 s of expression and 1.4 s of head not regenerated yet");
    expect(staleText(project([], true))).toBe("A take is not generated yet");
    expect(staleText(project([], false))).toBe("");
  });
});
