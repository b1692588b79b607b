import { describe, expect, it } from "vitest";

import type { NamedPose } from "../src/api";
import { mirrored, ownPoses, read, together, written } from "../src/poses";

const channels = {
  expression: ["mouthSmileLeft", "mouthSmileRight", "jawLeft", "jawRight", "browInnerUp"],
  head: ["rotationX", "rotationY", "rotationZ", "translationX"],
};
const pose = (more: Partial<NamedPose>): NamedPose => ({ name: "a", path: "expression", pose: {}, hold: 0, attack: null, release: null, ease: "smooth", ...more });
const smirk = pose({ name: "smirk", pose: { mouthSmileLeft: 0.5, jawRight: 0.2, browInnerUp: 0.1 }, hold: 1.5, attack: 0.4, ease: "ease_out" });

describe("poses", () => {
  it("are mirrored as the engine mirrors them", () => {
    expect(mirrored(smirk, channels).pose).toEqual({ mouthSmileRight: 0.5, jawLeft: 0.2, browInnerUp: 0.1 });
    const head = pose({ path: "head", pose: { rotationX: 0.1, rotationY: 0.2, translationX: 0.01 } });
    expect(mirrored(head, channels).pose).toEqual({ rotationX: 0.1, rotationY: -0.2, translationX: -0.01 });
    expect(mirrored(mirrored(smirk, channels), channels)).toEqual(smirk);
  });

  it("come back from their file", () => {
    expect(read(written([smirk]), channels)).toEqual([smirk]);
    localStorage.setItem("ksdiff.poses", written([smirk]));
    expect(ownPoses(channels)).toEqual([smirk]);
    localStorage.setItem("ksdiff.poses", "{");
    expect(ownPoses(channels)).toEqual([]);
  });

  it("say what is wrong with a file", () => {
    expect(() => read("{", channels)).toThrow("no JSON");
    expect(() => read("[]", channels)).toThrow("no file of poses");
    expect(() => read(written([smirk]).replace('"version": 1', '"version": 2'), channels)).toThrow("later version");
    expect(() => read(written([pose({ pose: { noseSneerLeft: 1 } })]), channels)).toThrow("noseSneerLeft");
    expect(() => read(written([pose({})]), channels)).toThrow("empty");
    expect(() => read(written([smirk]).replace("0.5", '"much"'), channels)).toThrow("no number");
    expect(() => read(written([smirk]).replace("ease_out", "bounce"), channels)).toThrow("smooth, linear");
  });

  it("of the same name replace each other", () => {
    const other = { ...smirk, hold: 3 };
    expect(together([smirk], [other, pose({ name: "b" })])).toEqual([other, pose({ name: "b" })]);
  });
});
