import { describe, expect, it } from "vitest";

import { anglesOf, fromAngles } from "../src/motion";
import { linked, mirrored, mirroredHead, mirroredPose } from "../src/sides";

describe("the sides of a face", () => {
  it("are linked where a movement has two; both eyes look the same way", () => {
    expect(linked("mouthSmileLeft")).toBe("mouthSmileRight");
    expect(linked("eyeLookInLeft")).toBe("eyeLookOutRight");
    expect(linked("eyeLookUpRight")).toBe("eyeLookUpLeft");
    for (const channel of ["jawOpen", "jawLeft", "mouthRight", "browInnerUp"]) expect(linked(channel)).toBeUndefined();
  });

  it("change places in a mirror", () => {
    expect(mirroredPose({ mouthSmileLeft: 0.4, jawRight: 0.2, jawOpen: 0.1 })).toEqual({ mouthSmileRight: 0.4, jawLeft: 0.2, jawOpen: 0.1 });
    for (const channel of ["eyeLookInLeft", "jawOpen"]) expect(mirrored(mirrored(channel))).toBe(channel);
  });

  it("turn a head the other way, and nod the same", () => {
    const names = ["rotationX", "rotationY", "rotationZ", "x", "y", "z"];
    const values = [...fromAngles([20, 8, -5]), 0.01, 0.02, 0.03];
    const pose = mirroredHead(Object.fromEntries(names.map((name, index) => [name, values[index]!])), names);
    const back = names.map((name) => pose[name]!);
    anglesOf(back).forEach((angle, index) => expect(angle).toBeCloseTo([-20, 8, 5][index]!, 6));
    expect(back.slice(3)).toEqual([-0.01, 0.02, 0.03]);
  });
});
