// For VRM models by @pixiv/three-vrm: what `ksdiff retarget` does with them, for each drawn picture.

import type { Face } from "../faces.js";
import { quaternion } from "../rotation.js";
import { EXPRESSION_CHANNELS, type ExpressionChannel } from "../space.js";
import { toArkit } from "./arkit.js";
import VOWELS from "./vowels.json" with { type: "json" };

/** What is used of a `VRM` of three-vrm. */
export interface VrmLike {
  meta?: { metaVersion?: string };
  expressionManager?: {
    expressions: readonly { expressionName: string }[];
    setValue(name: string, weight: number): void;
  } | null;
  humanoid?: { getNormalizedBoneNode(name: "head" | "neck"): { quaternion: { set(x: number, y: number, z: number, w: number): unknown } } | null };
  lookAt?: { yaw: number; pitch: number; autoUpdate?: boolean } | null;
}

const NECK_SHARE = 0.4; // part of the turn that the neck takes where there is one
const OWN_SHAPES = 40; // from so many of ARKit's names on, a model is taken to have shapes of its own for all ("perfect sync")
// By how much an eyeLook shape turns the eye at weight 1, degrees.
const [EYE_SIDEWAYS, EYE_UP, EYE_DOWN] = [25, 16, 20];
const SWEEPS = 100; // of coordinate descent at most
const TOLERANCE = 1e-4;

/** A VRM model that follows a face. Call `show` for each picture, before `vrm.update(delta)`. */
export class VrmFace {
  /** Names of the model's expressions, by those of ARKit in lower case. */
  private readonly names: Map<string, string>;
  /** Whether the model has expressions for ARKit's shapes, not only for vowels and blinks. */
  readonly ownShapes: boolean;
  private readonly vowels: Float64Array = new Float64Array(VOWELS.expressions.length);

  constructor(private readonly vrm: VrmLike) {
    this.names = new Map(vrm.expressionManager?.expressions.map(({ expressionName: name }) => [name.toLowerCase(), name]));
    this.ownShapes = EXPRESSION_CHANNELS.filter((name) => this.names.has(name.toLowerCase())).length >= OWN_SHAPES;
    if (vrm.lookAt && !this.ownShapes) vrm.lookAt.autoUpdate = false;
  }

  show(face: Face): void {
    const weights = toArkit(face);
    if (this.ownShapes) {
      for (const [name, weight] of Object.entries(weights)) this.set(name, weight);
    } else {
      this.speak(weights);
      this.set("blinkLeft", weights.eyeBlinkLeft);
      this.set("blinkRight", weights.eyeBlinkRight);
      if (!this.names.has("blinkleft")) this.set("blink", (weights.eyeBlinkLeft + weights.eyeBlinkRight) / 2);
      this.look(weights);
    }
    this.turn(face);
  }

  private set(name: string, weight: number): void {
    const own = this.names.get(name.toLowerCase());
    if (own !== undefined) this.vrm.expressionManager!.setValue(own, weight);
  }

  /** The vowels that come nearest to the lips and the jaw: the c in 0..1 that minimises ½ cᵀ Q c - (a L + l)ᵀ c. */
  private speak(weights: Record<string, number>): void {
    const { channels, expressions, quadratic, linear, offset } = VOWELS;
    const goal = expressions.map((_, column) =>
      channels.reduce((sum, name, row) => sum + weights[name as ExpressionChannel] * linear[row][column], offset[column]),
    );
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let largest = 0;
      for (let column = 0; column < goal.length; column++) {
        const row = quadratic[column];
        const slope = goal[column] - row.reduce((sum, value, other) => sum + value * this.vowels[other], 0);
        const moved = Math.min(Math.max(this.vowels[column] + slope / row[column], 0), 1);
        largest = Math.max(largest, Math.abs(moved - this.vowels[column]));
        this.vowels[column] = moved;
      }
      if (largest < TOLERANCE) break;
    }
    expressions.forEach((name, column) => this.set(name, this.vowels[column]));
  }

  /** Both eyes together; three-vrm counts yaw to the model's left and pitch downwards, degrees. */
  private look(weights: Record<ExpressionChannel, number>): void {
    const { lookAt } = this.vrm;
    if (!lookAt) return;
    const left = weights.eyeLookOutLeft - weights.eyeLookInLeft + weights.eyeLookInRight - weights.eyeLookOutRight;
    lookAt.yaw = (left / 2) * EYE_SIDEWAYS;
    const [up, down] = [weights.eyeLookUpLeft + weights.eyeLookUpRight, weights.eyeLookDownLeft + weights.eyeLookDownRight];
    lookAt.pitch = (down / 2) * EYE_DOWN - (up / 2) * EYE_UP;
  }

  private turn({ head }: Face): void {
    const neck = this.vrm.humanoid?.getNormalizedBoneNode("neck");
    const backwards = this.vrm.meta?.metaVersion === "0" ? -1 : 1; // models of VRM 0.x face -z
    for (const [bone, share] of [
      [neck, NECK_SHARE],
      [this.vrm.humanoid?.getNormalizedBoneNode("head"), neck ? 1 - NECK_SHARE : 1],
    ] as const) {
      bone?.quaternion.set(...quaternion([head[0] * share * backwards, head[1] * share, head[2] * share * backwards]));
    }
  }
}
