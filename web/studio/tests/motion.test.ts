import { describe, expect, it } from "vitest";

import { anglesOf, fromAngles, Motion } from "../src/motion";

const channels = { expression: ["jawOpen"], head: ["rotationX", "rotationY", "rotationZ", "x", "y", "z"] };
const motion = new Motion(
  new Float32Array([0, 0, 0, 0, 0, 0, 0, 1, 0, 0.5, 0, 0.02, 0, 0]), channels, 25,
); // two frames

describe("a motion", () => {
  it("knows its frames and channels", () => {
    expect(motion.frames).toBe(2);
    expect(motion.at(1, "expression", 0)).toBe(1);
    expect(motion.at(1, "head", 1)).toBeCloseTo(0.5);
    expect([motion.frame(-5), motion.frame(0.03), motion.frame(99)]).toEqual([0, 1, 1]);
  });

  it("is read between frames: weights linearly, rotations along the shortest way", () => {
    const { expression, head } = motion.pose(0.02);
    expect(expression[0]).toBeCloseTo(0.5);
    expect(head[1]).toBeCloseTo(0.25);
    expect(head[3]).toBeCloseTo(0.01);
  });

  it("turns angles to rotation vectors and back", () => {
    for (const angles of [[20, -10, 5], [-75, 30, -15], [0, 0, 0]] as [number, number, number][]) {
      anglesOf(fromAngles(angles)).forEach((angle, index) => expect(angle).toBeCloseTo(angles[index]!, 9));
    }
  });
});
