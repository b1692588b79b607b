// @ts-expect-error it comes without types
import { TalkingHead } from "@met4citizen/talkinghead";
import { VRMExpression, VRMExpressionManager } from "@pixiv/three-vrm";
import { Euler, Mesh, Quaternion, Vector3 } from "three";
import { expect, test } from "vitest";
import { toArkit } from "../src/adapters/arkit.js";
import { toMorphTargets } from "../src/adapters/morph-targets.js";
import { toTalkingHead, toTalkingHeadAnimation } from "../src/adapters/talking-head.js";
import type { Frames } from "../src/live/streamer.js";
import { VrmFace, type VrmLike } from "../src/adapters/vrm.js";
import type { Face } from "../src/faces.js";
import { CHANNELS, channel, EXPRESSION_CHANNELS, type ExpressionChannel } from "../src/space.js";

function face(weights: Partial<Record<ExpressionChannel, number>>, head: number[] = [0, 0, 0, 0, 0, 0]): Face {
  const expression = new Float32Array(CHANNELS.expression);
  for (const [name, weight] of Object.entries(weights)) expression[channel(name as ExpressionChannel)] = weight;
  return { time: 0, expression, head: Float32Array.from(head) };
}

/** A model of three-vrm's own parts, with these expressions. */
function model(names: readonly string[], version = "1"): VrmLike & { weight(name: string): number; turns: Record<string, Quaternion> } {
  const manager = new VRMExpressionManager();
  for (const name of names) manager.registerExpression(new VRMExpression(name));
  const turns: Record<string, Quaternion> = { head: new Quaternion(), neck: new Quaternion() };
  return {
    meta: { metaVersion: version },
    expressionManager: manager,
    humanoid: { getNormalizedBoneNode: (name) => ({ quaternion: turns[name] }) },
    lookAt: { yaw: 0, pitch: 0, autoUpdate: true },
    weight: (name) => manager.getValue(name)!,
    turns,
  };
}

test("gives ARKit's 52 names", () => {
  const weights = toArkit(face({ jawOpen: 0.5 }));
  expect(Object.keys(weights)).toHaveLength(52);
  expect([weights.jawOpen, weights.tongueOut]).toEqual([0.5, 0]);
});

test.each(["jawOpen", "JawOpen", "Face.jawOpen", "blendShape1.jawOpen", "head_jawOpen"])("finds the morph target %s", (name) => {
  const mesh = new Mesh();
  [mesh.morphTargetDictionary, mesh.morphTargetInfluences] = [{ smile: 0, [name]: 1 }, [0.3, 0]];
  expect(toMorphTargets(face({ jawOpen: 0.25 }), mesh)).toBe(1);
  expect(mesh.morphTargetInfluences).toEqual([0.3, 0.25]);
});

test("finds sides that are one letter, and does nothing to a mesh without morph targets", () => {
  const mesh = { morphTargetDictionary: { eyeBlink_L: 0, eyeBlink_R: 1 }, morphTargetInfluences: [0, 0] };
  expect(toMorphTargets(face({ eyeBlinkLeft: 0.5, eyeBlinkRight: 0.75 }), mesh)).toBe(2);
  expect(mesh.morphTargetInfluences).toEqual([0.5, 0.75]);
  expect(toMorphTargets(face({}), new Mesh())).toBe(0);
});

test("tells TalkingHead the turn of the head as the angles that it applies", () => {
  const turn = [0.1, -0.2, 0.05];
  const { headRotateX: x, headRotateY: y, headRotateZ: z, jawOpen } = toTalkingHead(face({ jawOpen: 0.5 }, [...turn, 0, 0, 0]));
  const angle = Math.hypot(...turn);
  const expected = new Quaternion().setFromAxisAngle(new Vector3(...turn).normalize(), angle);
  expect(new Quaternion().setFromEuler(new Euler(x, y, z)).angleTo(expected)).toBeLessThan(1e-6);
  expect(jawOpen).toBe(0.5);
});

test("TalkingHead has each frame of a sentence at its instant of the sound", () => {
  const count = 5;
  const expression = new Float32Array(count * CHANNELS.expression);
  for (let frame = 0; frame < count; frame++) expression[frame * CHANNELS.expression + channel("jawOpen")] = frame / 10;
  const part = (first: number, stop: number): Frames => ({
    first,
    count: stop - first,
    expression: expression.slice(first * CHANNELS.expression, stop * CHANNELS.expression),
    head: new Float32Array((stop - first) * CHANNELS.head),
  });
  const animation = toTalkingHeadAnimation(part(0, 3), part(3, 5)); // what push and flush gave
  // TalkingHead's own reading of it: at the instant ts[n], ms, the value is vs[n], and goes from there to the next.
  const reader = { avatar: {}, getBaselineValue: () => 0, valueFn: TalkingHead.prototype.valueFn };
  const { ts, vs } = TalkingHead.prototype.animFactory.call(reader, animation, false, 1, 1, true);
  expect(ts).toEqual([0, 40, 80, 120, 160]);
  expect(vs["jawOpen"].slice(1, count)).toEqual([1, 2, 3, 4].map((frame) => expect.closeTo(frame / 10)));
  expect(vs["headRotateX"].slice(1, count)).toEqual([0, 0, 0, 0].map((angle) => expect.closeTo(angle)));
});

test.each([0, 1])("gives TalkingHead %i frames too", (count) => {
  const { dt, vs } = toTalkingHeadAnimation({ first: 0, count, expression: new Float32Array(count * CHANNELS.expression), head: new Float32Array(count * 6) });
  expect(dt).toHaveLength(count);
  expect(Object.values(vs).every((values) => values.length === count)).toBe(true);
});

test("a VRM model with ARKit's shapes takes them as they are", () => {
  const vrm = model(["aa", "ih", ...EXPRESSION_CHANNELS.map((name) => name[0].toUpperCase() + name.slice(1))]);
  new VrmFace(vrm).show(face({ jawOpen: 0.4, browInnerUp: 0.7 }));
  expect([vrm.weight("JawOpen"), vrm.weight("BrowInnerUp"), vrm.weight("aa")]).toEqual([expect.closeTo(0.4), expect.closeTo(0.7), 0]);
});

test("a VRM model with vowels alone opens its mouth by those that come nearest, and closes it", () => {
  const vrm = model(["aa", "ih", "ou", "ee", "oh", "blinkLeft", "blinkRight"]);
  const shown = new VrmFace(vrm);
  const vowels = () => Object.fromEntries(["aa", "ih", "ou", "ee", "oh"].map((name) => [name, vrm.weight(name)]));
  shown.show(face({ jawOpen: 0.6, mouthLowerDownLeft: 0.25, mouthLowerDownRight: 0.25, mouthUpperUpLeft: 0.25, mouthUpperUpRight: 0.25, eyeBlinkLeft: 1 }));
  expect(vowels()["aa"]).toBeGreaterThan(0.8);
  expect(vowels()["ou"]).toBeLessThan(0.1);
  expect([vrm.weight("blinkLeft"), vrm.weight("blinkRight")]).toEqual([1, 0]);
  shown.show(face({ jawOpen: 0.1, mouthFunnel: 0.3, mouthPucker: 0.7 }));
  expect(vowels()["ou"]).toBeGreaterThan(0.8);
  shown.show(face({}));
  expect(Math.max(...Object.values(vowels()))).toBeLessThan(0.01);
});

test.each([["1", 1], ["0", -1]])("head and neck of a VRM model of version %s share the turn", (version, sign) => {
  const vrm = model([], version);
  new VrmFace(vrm).show(face({}, [0.3, 0.2, -0.1, 0, 0, 0]));
  const all = vrm.turns["neck"].clone().multiply(vrm.turns["head"]);
  const expected = new Quaternion().setFromAxisAngle(new Vector3(0.3 * sign, 0.2, -0.1 * sign).normalize(), Math.hypot(0.3, 0.2, 0.1));
  expect(all.angleTo(expected)).toBeLessThan(1e-6);
});

test("the eyes of a VRM model look where the face does: left is positive, and so is down", () => {
  const vrm = model(["blink"]);
  new VrmFace(vrm).show(face({ eyeLookOutLeft: 0.4, eyeLookInRight: 0.4, eyeLookDownLeft: 0.5, eyeLookDownRight: 0.5, eyeBlinkLeft: 1, eyeBlinkRight: 1 }));
  expect(vrm.lookAt).toEqual({ yaw: expect.closeTo(10), pitch: expect.closeTo(10), autoUpdate: false });
  expect(vrm.weight("blink")).toBe(1);
});
