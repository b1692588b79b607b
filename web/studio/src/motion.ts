// A motion as the server sends it, at any instant.

import { Euler, Quaternion, Vector3 } from "three";

import type { Path } from "./api";

export interface Pose {
  expression: Float32Array;
  /** Rotation vector, rad, and translation, m. */
  head: Float32Array;
}

const HEAD_CHANNELS = 6;

export class Motion {
  readonly frames: number;
  private readonly width: number;

  constructor(
    private readonly values: Float32Array,
    readonly channels: Record<Path, string[]>,
    readonly fps: number,
  ) {
    this.width = channels.expression.length + channels.head.length;
    this.frames = values.length / this.width;
  }

  at(frame: number, path: Path, channel: number): number {
    const offset = path === "head" ? this.channels.expression.length : 0;
    return this.values[frame * this.width + offset + channel] ?? 0;
  }

  /** The nearest frame. */
  frame(time: number): number {
    return Math.min(Math.max(Math.round(time * this.fps), 0), this.frames - 1);
  }

  /** The face at any instant, between frames too. */
  pose(time: number): Pose {
    const position = Math.min(Math.max(time * this.fps, 0), this.frames - 1);
    const frame = Math.floor(position);
    const part = position - frame;
    const one = this.row(frame);
    const expression = one.slice(0, -HEAD_CHANNELS);
    const head = one.slice(-HEAD_CHANNELS);
    if (part > 1e-4) {
      const other = this.row(Math.min(frame + 1, this.frames - 1));
      for (let i = 0; i < expression.length; i++) expression[i]! += part * (other[i]! - expression[i]!);
      const otherHead = other.subarray(expression.length);
      const rotation = fromQuaternion(quaternion(head).slerp(quaternion(otherHead), part));
      for (let i = 3; i < HEAD_CHANNELS; i++) head[i]! += part * (otherHead[i]! - head[i]!);
      head.set(rotation);
    }
    return { expression, head };
  }

  /** Yaw, pitch and roll of a frame, degrees. */
  angles(frame: number): [number, number, number] {
    return anglesOf(this.row(frame).subarray(this.channels.expression.length));
  }

  private row(frame: number): Float32Array {
    return this.values.subarray(frame * this.width, (frame + 1) * this.width);
  }
}

const DEGREES = 180 / Math.PI;

/** The rotation of head channels. */
export function quaternion(head: ArrayLike<number>): Quaternion {
  const vector = new Vector3(head[0], head[1], head[2]);
  const angle = vector.length();
  return angle < 1e-9 ? new Quaternion() : new Quaternion().setFromAxisAngle(vector.divideScalar(angle), angle);
}

/** The rotation vector of a rotation, rad. */
export function fromQuaternion({ x, y, z, w }: Quaternion): [number, number, number] {
  const sine = Math.hypot(x, y, z);
  if (sine < 1e-9) return [0, 0, 0];
  const angle = 2 * Math.atan2(sine, Math.abs(w)) * (w < 0 ? -1 : 1);
  return [(x / sine) * angle, (y / sine) * angle, (z / sine) * angle];
}

/** Yaw, pitch, roll of head channels, degrees: about y, x, z, in this order. */
export function anglesOf(head: ArrayLike<number>): [number, number, number] {
  const { x, y, z } = new Euler().setFromQuaternion(quaternion(head), "YXZ");
  return [y * DEGREES, x * DEGREES, z * DEGREES];
}

/** The rotation vector of yaw, pitch and roll in degrees. */
export function fromAngles([yaw, pitch, roll]: readonly [number, number, number]): [number, number, number] {
  const euler = new Euler(pitch / DEGREES, yaw / DEGREES, roll / DEGREES, "YXZ");
  return fromQuaternion(new Quaternion().setFromEuler(euler));
}

/**
 * The rotation vector of a head, held softly within what a photo bears: so far about x, y and z at most, rad. What
 * `ksdiff.layers.photo_limits` does.
 */
export function bearable(head: ArrayLike<number>, most: readonly [number, number, number]): [number, number, number] {
  const { x, y, z } = new Euler().setFromQuaternion(quaternion(head), "ZYX"); // about x, then y, then z, of the world
  const held = [x, y, z].map((angle, axis) => softLimit(angle, most[axis]!)) as [number, number, number];
  return fromQuaternion(new Quaternion().setFromEuler(new Euler(...held, "ZYX")));
}

function softLimit(value: number, limit: number): number {
  const size = Math.abs(value) / limit;
  return size <= 0.5 ? value : Math.sign(value) * limit * (0.5 + 0.5 * Math.tanh(2 * (size - 0.5)));
}
