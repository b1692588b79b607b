// A character moves in the page as it does in an export: rig.json holds both, as this package writes them
// (scripts/write_rig_example.py).

import { Quaternion } from "three";
import { beforeEach, describe, expect, it } from "vitest";

import type { Rig } from "../src/api";
import { CharacterModel } from "../src/character-model";
import { bearable } from "../src/motion";
import { Follower } from "../src/rig";
import written from "./data/rig.json";

interface Example {
  channels: string[];
  rig: Rig;
  expression: number[][];
  head: number[][];
  face: number;
  weights: number[][];
  rotations: Record<string, number[][]>;
  file: string;
  photo: { most: [number, number, number]; turns: number[][]; held: number[][] };
}

const example = written as unknown as Example;
const { rig, channels, expression, head, face, weights, rotations } = example;
const glb = () => Uint8Array.from(atob(example.file), (letter) => letter.charCodeAt(0)).buffer;
const pose = (frame: number) => ({ expression: new Float32Array(expression[frame]!), head: new Float32Array(head[frame]!) });

describe("the head of a photo", () => {
  it("is held as an export holds it", () => {
    const { most, turns, held } = example.photo;
    turns.forEach((turn, index) => {
      bearable(turn, most).forEach((value, axis) => expect(value).toBeCloseTo(held[index]![axis]!, 5));
    });
    expect(Math.max(...turns.flat())).toBeGreaterThan(Math.max(...held.flat()) + 0.2);
  });

  it("turns as far in the picture", async () => {
    const model = await CharacterModel.load(glb());
    const node = rig.bones.find(({ name }) => name === "head")!.node;
    const turned = (most: Rig["most"]) => {
      model.follow({ ...rig, most, bones: rig.bones.filter(({ name }) => name === "head").map((bone) => ({ ...bone, share: 1 })) }, channels);
      const rest = new Quaternion(...model.rotation(node));
      model.pose({ expression: new Float32Array(channels.length), head: new Float32Array([0, 0.7, 0, 0, 0, 0]) });
      return rest.angleTo(new Quaternion(...model.rotation(node)));
    };
    expect(turned(null)).toBeCloseTo(0.7, 3);
    expect(turned(example.photo.most)).toBeLessThan((15.1 * Math.PI) / 180);
    expect(turned(example.photo.most)).toBeGreaterThan(0.2);
  });
});

/** A rig with these rows in place of its own. */
function withRows(rows: Record<string, Record<string, number>>): Rig {
  return { ...rig, shapes: rig.shapes.map((shape) => ({ ...shape, follows: rows[shape.name] ?? {} })) };
}

describe("what follows the motion", () => {
  it("has the weights of an export, also where visemes stand in for what is missing", () => {
    const follower = new Follower(rig, channels);
    expression.forEach((row, frame) => {
      const shown = new Array<number>(weights[0]!.length).fill(0);
      for (const [node, target, weight] of follower.weights(row)) {
        expect(node).toBe(face);
        shown[target] = weight;
      }
      shown.forEach((weight, target) => expect(weight).toBeCloseTo(weights[frame]![target]!, 3));
    });
    expect(Math.max(...weights.flat())).toBeGreaterThan(0.5);
  });

  it("sums what a shape follows, within 0 and 1, and leaves the rest alone", () => {
    const follower = new Follower(withRows({ Joy: { mouthSmileLeft: 1.5, mouthSmileRight: -0.5 }, jawOpen: { jawOpen: 2 } }), channels);
    const row = expression[3]!;
    const at = (name: string) => follower.solve(row)[rig.used.indexOf(name)]!;
    const clamped = (value: number) => Math.min(Math.max(value, 0), 1);
    const shown = new Map(follower.weights(row).map(([, target, weight]) => [target, weight]));
    const target = (name: string) => rig.shapes.find((shape) => shape.name === name)!.binds[0]![1];
    expect(shown.get(target("Joy"))).toBeCloseTo(clamped(1.5 * at("mouthSmileLeft") - 0.5 * at("mouthSmileRight")), 9);
    expect(shown.get(target("jawOpen"))).toBeCloseTo(clamped(2 * at("jawOpen")), 9);
    expect(shown.size).toBe(2);
  });

  it("makes of binary shapes 0 or 1", () => {
    const shapes = rig.shapes.map((shape) => ({ ...shape, binary: true }));
    for (const row of expression) {
      for (const [, , weight] of new Follower({ ...rig, shapes }, channels).weights(row)) expect([0, 0.8, 1]).toContain(weight);
    }
  });

  it("shows one shape alone", () => {
    expect(new Follower(rig, channels).alone("vrm:blink")).toEqual([[face, 16, 0.8]]);
    expect(new Follower(rig, channels).alone("none")).toEqual([]);
  });
});

describe("the character", () => {
  let model: CharacterModel;

  beforeEach(async () => {
    model = await CharacterModel.load(glb());
    model.follow(rig, channels);
  });

  it("has the morph weights and the turns of bones of an export", () => {
    expression.forEach((_, frame) => {
      model.pose(pose(frame));
      model.influences()[face]!.forEach((weight, target) => expect(weight).toBeCloseTo(weights[frame]![target]!, 3));
      for (const [node, turns] of Object.entries(rotations)) {
        const shown = new Quaternion().fromArray(model.rotation(Number(node)));
        expect(shown.angleTo(new Quaternion().fromArray(turns[frame]!))).toBeLessThan(1e-3);
      }
    });
  });

  it("forgets an earlier map, and keeps its place", () => {
    model.pose(pose(3));
    const before = model.root.position.clone();
    model.follow(withRows({ Joy: { mouthSmileLeft: 1 } }), channels);
    model.pose(pose(3));
    const shown = model.influences()[face]!;
    expect(shown[15]).toBeGreaterThan(0.1);
    expect(shown.filter((weight) => weight > 0)).toHaveLength(1);
    model.follow(rig, channels);
    expect(model.root.position.distanceTo(before)).toBeLessThan(1e-6);
    model.pose(pose(3));
    model.influences()[face]!.forEach((weight, target) => expect(weight).toBeCloseTo(weights[3]![target]!, 3));
  });

  it("shows one shape alone, and the motion again", () => {
    model.pose(pose(3), "vrm:blink");
    expect(model.influences()[face]!.filter((weight) => weight > 0)).toEqual([0.8]);
    model.pose(pose(3));
    expect(model.influences()[face]![14]).toBeCloseTo(weights[3]![14]!, 3);
  });

  it("says why a file is none", async () => {
    await expect(CharacterModel.load(new TextEncoder().encode("glTF and nothing else").buffer)).rejects.toThrow();
  });
});
