// How blinks and gaze go; figures and sources are those of `ksdiff.layers.eyes`.

import { clip } from "../numeric.js";
import type { Random } from "../random.js";
import { inverse, quaternion, rotated, type Vector } from "../rotation.js";
import { channel, type ExpressionChannel } from "../space.js";

const DEGREE = Math.PI / 180;
// By how much an eyeLook shape of the head turns the eye at weight 1, rad.
const EYE_ROTATION_SIDEWAYS = 25 * DEGREE;
const EYE_ROTATION_UP = 16 * DEGREE;
const EYE_ROTATION_DOWN = 20 * DEGREE;
export const MAX_RESTING = 0.15; // how far lids are closed at rest, at most: more is somebody sleepy, or a track gone wrong
const EYE_TIME = 0.021; // s that a saccade takes, and s for each degree: Carpenter, Movements of the Eyes, 1988
const EYE_PACE = 0.0022;
// The eyes relative to the point about which the head turns, m: left and right.
const EYES: readonly Vector[] = [[0.029, 0.039, 0.074], [-0.029, 0.039, 0.074]];
const BETWEEN_EYES: Vector = [0, 0.039, 0.074];

const both = (name: string) => ["Left", "Right"].map((side) => channel(`${name}${side}` as ExpressionChannel));
export const BLINK = both("eyeBlink");
const WIDE = both("eyeWide");
const UP = both("eyeLookUp");
const DOWN = both("eyeLookDown");
// Looking to the face's own left is outward for the left eye and inward for the right one.
const LEFTWARD = [channel("eyeLookOutLeft"), channel("eyeLookInRight")];
const RIGHTWARD = [channel("eyeLookInLeft"), channel("eyeLookOutRight")];

/** How the eyes behave, as `ksdiff.EyeBehaviour`. */
export interface EyeBehaviour {
  /** Mean rate of blinks; 0 for none. */
  blinksPerMinute: number;
  /** Standard deviation of the logarithm of the time between blinks. */
  intervalSpread: number;
  /** Time a lid takes to close, stays closed, and takes to open again, s. */
  closing: number;
  closed: number;
  opening: number;
  /** Share of blinks that are followed at once by another. */
  doubleBlinks: number;
  /** How much likelier a blink is in a pause than in speech. */
  pauseFactor: number;
  /** Distance from the eyes to whom they look at, m. */
  viewerDistance: number;
  /** Mean time that the eyes rest on one point of the viewer's face, s. */
  fixation: number;
  /** Scale of the small saccades over the viewer's face; 0 fixes a point between the viewer's eyes. */
  wander: number;
  /** How often the eyes leave the viewer; 0 for never. */
  aversionsPerMinute: number;
  /** Mean time for which they leave, s. */
  aversion: number;
  /** Mean angle by which they leave, rad. */
  aversionAngle: number;
  /** Part of the head's rotation that the eyes undo, 0..1. */
  compensation: number;
}

export const NATURAL: EyeBehaviour = {
  blinksPerMinute: 18,
  intervalSpread: 0.6,
  closing: 0.1,
  closed: 0.04,
  opening: 0.2,
  doubleBlinks: 0.06,
  pauseFactor: 4,
  viewerDistance: 1,
  fixation: 0.9,
  wander: 1,
  aversionsPerMinute: 5,
  aversion: 1,
  aversionAngle: 8 * DEGREE,
  compensation: 1,
};

export type Pair = readonly [number, number];

// Where on the viewer's face one looks, m from between the viewer's eyes, and how often: eyes, nose, mouth.
const POINTS: readonly Pair[] = [[0.032, 0], [-0.032, 0], [0, -0.03], [0, -0.065]];
const POINT_SHARES = [0.38, 0.38, 0.12, 0.12];
export const FIRST_POINT = POINTS[0];

/** Yaw (to the face's left) and pitch (up) of both eyes in the head when they look at a point, rad. */
export function gazeTo(point: Pair, head: Float32Array, behaviour: EyeBehaviour): readonly [Pair, Pair] {
  const { compensation, viewerDistance } = behaviour;
  const pose = quaternion([head[0] * compensation, head[1] * compensation, head[2] * compensation]);
  const [left, right] = EYES.map((eye): Pair => {
    const [a, b, c] = rotated(pose, eye);
    const [x, y, z] = rotated(inverse(pose), [
      point[0] + BETWEEN_EYES[0] - head[3] - a,
      point[1] + BETWEEN_EYES[1] - head[4] - b,
      BETWEEN_EYES[2] + viewerDistance - head[5] - c,
    ]);
    return [Math.atan2(x, z), Math.atan2(y, Math.hypot(x, z))];
  });
  return [left, right];
}

/** The next point of the viewer's face to look at: its number, where it is, m, and how long the last one lasted, s. */
export function nextFixation(at: number, random: Random, behaviour: EyeBehaviour): { at: number; point: Pair; length: number } {
  const shares = POINT_SHARES.map((share, index) => (index === at ? 0 : share));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const next = random.choice(shares.map((share) => share / total));
  const point: Pair = [POINTS[next][0] + random.normal(0, 0.004), POINTS[next][1] + random.normal(0, 0.004)];
  return { at: next, point, length: 0.2 + random.gamma(2, Math.max(behaviour.fixation - 0.2, 0.01) / 2) };
}

/** Whether the eyes ever leave the viewer. */
export function averts(behaviour: EyeBehaviour): boolean {
  return behaviour.aversionsPerMinute > 0 && behaviour.aversionAngle > 0;
}

/** The next time that the eyes leave the viewer: how long until then, s, by how much, m, and for how long, s. */
export function nextAversion(random: Random, behaviour: EyeBehaviour): { wait: number; offset: Pair; length: number } {
  const { aversion, aversionAngle, viewerDistance } = behaviour;
  const wait = 0.5 + random.exponential(Math.max(60 / behaviour.aversionsPerMinute - 0.5 - aversion, 0.1));
  const angle = Math.min(aversionAngle * random.gamma(4, 1 / 4), 2 * aversionAngle);
  // Mostly sideways, more often down than up.
  const direction = random.below(2) * Math.PI + random.normal(0, 25 * DEGREE);
  const size = Math.tan(angle) * viewerDistance;
  const sideways = size * Math.cos(direction);
  const offset: Pair = [sideways, size * Math.sin(direction) - 0.25 * Math.abs(sideways)];
  return { wait, offset, length: 0.25 + random.gamma(3, Math.max(aversion - 0.25, 0.01) / 3) };
}

/** When the eyes go where: s, and m. */
export interface Saccade {
  start: number;
  point: Pair;
}

/** Where the eyes are: they rest on each point from its start on, and go to it as fast as the eye does. */
export function saccadesAt(time: number, saccades: readonly Saccade[], distance: number): Pair {
  let index = saccades.length - 1;
  while (index > 0 && saccades[index].start > time) index--;
  const [before, after] = [saccades[Math.max(index - 1, 0)].point, saccades[index].point];
  const angle = Math.hypot(after[0] - before[0], after[1] - before[1]) / distance / DEGREE;
  const progress = arrival(time, saccades[index].start, EYE_TIME + EYE_PACE * angle);
  return [before[0] + (after[0] - before[0]) * progress, before[1] + (after[1] - before[1]) * progress];
}

/** From 0 to 1 within some seconds from a start on, with least jerk (Flash & Hogan 1985, J Neurosci 5:1688). */
function arrival(time: number, start: number, seconds: number): number {
  const progress = clip((time - start) / seconds, 0, 1);
  return progress ** 3 * (10 - 15 * progress + 6 * progress ** 2);
}

/** One blink: when each lid begins to close, s; how far each closes, 0..1; and how slow it is. */
export interface Blink {
  starts: Pair;
  depths: Pair;
  pace: number;
}

/** A blink at an instant, s. Some stay incomplete; the lids differ by some milliseconds and percent. */
export function nextBlink(start: number, random: Random): Blink {
  const depth = random.random() < 0.1 ? random.uniform(0.6, 0.85) : random.uniform(0.95, 1);
  const pace = random.lognormal(0, 0.1);
  const [left, right] = [0, 1].map(() => [start + random.normal(0, 0.004), depth * random.uniform(0.97, 1)]);
  return { starts: [left[0], right[0]], depths: [left[1], right[1]], pace };
}

/** How far a blink closes a lid, 0..1. */
export function closedBy(blink: Blink, lid: number, time: number, behaviour: EyeBehaviour): number {
  const since = time - blink.starts[lid];
  const [closing, opening] = [behaviour.closing * blink.pace, behaviour.opening * blink.pace];
  let falling = clip(since / closing, 0, 1);
  let rising = clip((since - closing - behaviour.closed) / opening, 0, 1);
  falling = falling ** 2 * (3 - 2 * falling);
  rising = 1 - (1 - rising) ** 2; // fast at first, then ever slower
  rising = rising ** 2 * (3 - 2 * rising);
  return blink.depths[lid] * falling * (1 - rising);
}

/** Puts gaze, rad, and lids into the expression of a frame: how far blinks close them, and how far they are at rest. */
export function writeEyes(expression: Float32Array, gaze: readonly [Pair, Pair], blinks: Pair, resting: Pair): void {
  // Rests at the end of the eye's range instead of stopping dead at it.
  const softened = (value: number) => value / (1 + Math.abs(value) ** 6) ** (1 / 6);
  gaze.forEach(([sideways, upward], eye) => {
    const yaw = softened(sideways / EYE_ROTATION_SIDEWAYS);
    const pitch = softened(upward / (upward > 0 ? EYE_ROTATION_UP : EYE_ROTATION_DOWN));
    expression[LEFTWARD[eye]] = Math.max(yaw, 0);
    expression[RIGHTWARD[eye]] = Math.max(-yaw, 0);
    expression[UP[eye]] = Math.max(pitch, 0);
    expression[DOWN[eye]] = Math.max(-pitch, 0);
    const following = 0.25 * expression[DOWN[eye]];
    expression[BLINK[eye]] = 1 - (1 - resting[eye]) * (1 - following) * (1 - blinks[eye]);
    expression[WIDE[eye]] = Math.max(expression[WIDE[eye]], 0.2 * expression[UP[eye]]) * (1 - blinks[eye]);
  });
}
