import { CHANNELS, FPS } from "./space.js";
import type { Frames } from "./live/streamer.js";

/** A face at an instant. */
export interface Face {
  /** Seconds of the sound. */
  time: number;
  /** Weights of `EXPRESSION_CHANNELS`, 0..1. */
  expression: Float32Array;
  /** Values of `HEAD_CHANNELS`: rotation vector, rad, and translation, m. */
  head: Float32Array;
}

const KEPT = 30 * FPS; // frames

/** The faces of the last 30 s, to be asked for by the time of the sound. Later frames of the same numbers replace earlier ones. */
export class Faces {
  private readonly rows = new Map<number, Float32Array>();
  private first = 0;
  private next = 0;

  /** The instant up to which faces are known, s. */
  get end(): number {
    return Math.max(this.next - 1, 0) / FPS;
  }

  add(frames: Frames): void {
    if (frames.count === 0) return;
    const { expression, head } = CHANNELS;
    for (let index = 0; index < frames.count; index++) {
      const row = new Float32Array(expression + head);
      row.set(frames.expression.subarray(index * expression, (index + 1) * expression));
      row.set(frames.head.subarray(index * head, (index + 1) * head), expression);
      this.rows.set(frames.first + index, row);
    }
    for (let old = frames.first + frames.count; old < this.next; old++) this.rows.delete(old); // void since an interruption
    this.next = frames.first + frames.count;
    for (; this.first < this.next - KEPT; this.first++) this.rows.delete(this.first);
  }

  /** Forgets all faces. */
  clear(): void {
    this.rows.clear();
    [this.first, this.next] = [0, 0];
  }

  /** The face at an instant, s, between two frames if it lies there; the nearest known one beyond them. */
  at(time: number): Face | undefined {
    if (this.rows.size === 0) return undefined;
    const place = Math.min(Math.max(time * FPS, this.first), this.next - 1);
    const index = Math.min(Math.floor(place), this.next - 1);
    const row = this.rows.get(index)!;
    const after = this.rows.get(index + 1) ?? row;
    const share = place - index;
    const mixed = row.map((value, at) => value + share * (after[at] - value));
    return { time: place / FPS, expression: mixed.subarray(0, CHANNELS.expression), head: mixed.subarray(CHANNELS.expression) };
  }
}
