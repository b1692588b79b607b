// How long a pose stays, and how fast the motion goes there and back: what is drawn of it, and its handles.

import type { Keyframe } from "../api";
import { knob, type Painter, type Row } from "./paint";
import type { View } from "./view";

/** What of a pose is dragged: how long before it the motion leaves, how long it stays, how long after that it is back. */
export type Part = "attack" | "hold" | "release";

export const PARTS: readonly Part[] = ["hold", "attack", "release"];

type Lengths = Pick<Keyframe, "frame" | "hold" | "attack" | "release">;

const GRIP = 5; // pixels
const BESIDE = 14; // pixels beside a pose that does not stay yet, where its handle is
const USUAL = 8; // frames of a way that the model finds itself; where the handle is until it is set
const LONGEST_WAY = 250; // frames, as the server takes them

/** First frames of the way there, of the pose, of the way back, and the last of all. */
export function frames({ frame, hold, attack, release }: Lengths) {
  return { from: frame - (attack ?? USUAL), start: frame, end: frame + hold, to: frame + hold + (release ?? USUAL) };
}

/** Where the handles of a pose are, in pixels. */
export function handles(keyframe: Lengths & Pick<Keyframe, "strength">, view: View, row: Row, fps: number): Record<Part, { x: number; y: number }> {
  const { from, start, end, to } = frames(keyframe);
  const x = (frame: number) => view.x(frame / fps);
  const [top, bottom] = [knob(row, keyframe.strength), row.top + row.height - 2 - GRIP];
  const clear = Math.max(x(end), x(start) + BESIDE);
  return {
    attack: { x: Math.min(x(from), x(start) - BESIDE), y: bottom },
    hold: { x: clear, y: top },
    release: { x: Math.max(x(to), clear + BESIDE), y: bottom },
  };
}

/** The lengths, frames, when a handle has been dragged by so many. */
export function dragged(part: Part, before: Lengths, by: number, count: number): Partial<Pick<Lengths, Part>> {
  const within = (value: number, least: number, greatest: number) => Math.min(Math.max(value, least), greatest);
  if (part === "hold") return { hold: within(before.hold + by, 0, count - 1 - before.frame) };
  if (part === "attack") return { attack: within((before.attack ?? USUAL) - by, 1, LONGEST_WAY) };
  return { release: within((before.release ?? USUAL) + by, 1, LONGEST_WAY) };
}

/** Draws how a pose comes, stays and goes: full where that is set, dashed where the model finds it. */
export function paintHold({ context, view, palette }: Painter, row: Row, path: "expression" | "head", keyframe: Keyframe, selected: boolean, fps: number): void {
  if (Object.keys(keyframe.pose).length === 0) return;
  const { from, start, end, to } = frames(keyframe);
  const x = (frame: number) => view.x(frame / fps);
  const [y, bottom] = [knob(row, keyframe.strength), row.top + row.height - 2];
  if (keyframe.hold > 0 || selected) {
    context.beginPath();
    context.moveTo(x(from), bottom);
    context.lineTo(x(start), y);
    context.lineTo(x(end), y);
    context.lineTo(x(to), bottom);
    context.fillStyle = palette[path];
    context.globalAlpha = selected ? 0.22 : 0.14;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = palette[path];
    context.lineWidth = 1.5;
    const line = (one: [number, number], other: [number, number], dashed: boolean) => {
      context.setLineDash(dashed ? [3, 3] : []);
      context.beginPath();
      context.moveTo(...one);
      context.lineTo(...other);
      context.stroke();
    };
    line([x(from), bottom], [x(start), y], keyframe.attack === null);
    line([x(start), y], [x(end), y], false);
    line([x(end), y], [x(to), bottom], keyframe.release === null);
    context.setLineDash([]);
  }
  if (!selected) return;
  const grips = handles(keyframe, view, row, fps);
  for (const part of PARTS) {
    const { x: left, y: top } = grips[part];
    const set = part === "hold" ? keyframe.hold > 0 : keyframe[part] !== null;
    context.beginPath();
    context.roundRect(left - GRIP, top - GRIP, 2 * GRIP, 2 * GRIP, part === "hold" ? GRIP : 2);
    context.fillStyle = set ? palette[path] : palette.surface;
    context.fill();
    context.strokeStyle = set ? palette.ink : palette[path];
    context.stroke();
  }
  context.lineWidth = 1;
}
