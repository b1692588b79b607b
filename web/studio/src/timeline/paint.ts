// Drawing of the rows. Each painter fills one row of the canvas; it changes nothing else.

import type { EmotionRange, Keyframe, Path, Span, Word } from "../api";
import { emotionName } from "../commands";
import { paintHold } from "./holds";
import { phrases, thinned } from "./thin";
import type { View } from "./view";

export interface Row {
  top: number;
  height: number;
}

/** Colours of the page, read again when they change. */
export class Palette {
  ink = "";
  muted = "";
  faint = "";
  grid = "";
  lane = "";
  sound = "";
  chosen = "";
  paper = "";
  surface = "";
  expression = "";
  head = "";
  emotion = "";
  block = "";
  curves: string[] = [];

  read(): void {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    for (const name of ["ink", "muted", "faint", "grid", "lane", "sound", "chosen", "paper", "surface", "expression", "head", "emotion", "block"] as const) {
      this[name] = colour(name);
    }
    this.curves = [1, 2, 3, 4, 5, 6].map((index) => colour(`curve-${index}`));
  }
}

export interface Painter {
  context: CanvasRenderingContext2D;
  view: View;
  palette: Palette;
}

const STEPS = [0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300];

/** Steps of the ruler at this zoom: labelled ones and those between, s. */
export function steps(view: View): [number, number] {
  const major = STEPS.find((step) => step * view.scale >= 70) ?? 600;
  const divides = (step: number) => Math.abs(major / step - Math.round(major / step)) < 1e-6;
  const minor = STEPS.find((step) => step * view.scale >= 7 && divides(step)) ?? major;
  return [major, Math.min(minor, major)];
}

function label(time: number, step: number): string {
  const minutes = Math.floor(time / 60 + 1e-9);
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  const seconds = (time - 60 * minutes).toFixed(digits);
  return `${minutes}:${seconds.padStart(digits ? digits + 3 : 2, "0")}`;
}

export function paintRuler({ context, view, palette }: Painter, { top, height }: Row, below: number): void {
  const [major, minor] = steps(view);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (let index = Math.floor(view.start / minor); index * minor <= view.end; index++) {
    const time = index * minor;
    if (time < -1e-9 || time > view.duration() + 1e-9) continue;
    const x = Math.round(view.x(time)) + 0.5;
    const labelled = Math.abs(time / major - Math.round(time / major)) < 1e-6;
    context.strokeStyle = labelled ? palette.faint : palette.grid;
    context.beginPath();
    context.moveTo(x, top + (labelled ? height * 0.5 : height * 0.75));
    context.lineTo(x, top + height);
    context.stroke();
    if (!labelled) continue;
    context.strokeStyle = palette.grid;
    context.beginPath();
    context.moveTo(x, top + height);
    context.lineTo(x, below);
    context.stroke();
    context.fillStyle = palette.muted;
    context.fillText(label(time, major), x + 4, top + height * 0.42);
  }
}

export function paintWaveform(
  { context, view, palette }: Painter,
  { top, height }: Row,
  peaks: Int8Array,
  rate: number,
): void {
  const middle = top + height / 2;
  const half = height / 2 - 3;
  context.fillStyle = palette.sound;
  const from = Math.max(0, Math.floor(view.x(0)));
  const to = Math.min(view.width, Math.ceil(view.x(peaks.length / 2 / rate)));
  for (let x = from; x < to; x++) {
    const first = Math.max(0, Math.floor((view.start + x / view.scale) * rate));
    const last = Math.max(first + 1, Math.floor((view.start + (x + 1) / view.scale) * rate));
    let [least, greatest] = [0, 0];
    for (let i = first; i < last; i++) {
      least = Math.min(least, peaks[2 * i] ?? 0);
      greatest = Math.max(greatest, peaks[2 * i + 1] ?? 0);
    }
    const high = Math.max(0.5, (greatest / 127) * half);
    const low = Math.max(0.5, (-least / 127) * half);
    context.fillRect(x, middle - high, 1, high + low);
  }
}

export function paintWords({ context, view, palette }: Painter, { top, height }: Row, words: readonly Word[]): void {
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  if (words.length === 0) {
    context.fillStyle = palette.muted;
    context.fillText("Not known yet: double-click to find them", Math.max(view.x(0), 0) + 6, top + height / 2 + 0.5);
  }
  const fits = (text: string, seconds: number) => context.measureText(text).width <= seconds * view.scale - 6;
  for (const word of phrases(words, fits)) {
    const [left, right] = [view.x(word.start), view.x(word.end)];
    if (right < 0 || left > view.width) continue;
    context.fillStyle = palette.lane;
    context.beginPath();
    context.roundRect(left + 0.5, top + 3, Math.max(right - left - 1, 1), height - 6, 3);
    context.fill();
    const room = right - left - 6;
    const text = fitted(context, word.text, room);
    context.fillStyle = palette.ink;
    if (text) context.fillText(text, left + (right - left - context.measureText(text).width) / 2, top + height / 2 + 0.5);
  }
}

export function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  for (let length = text.length - 1; length > 1; length--) {
    const shorter = `${text.slice(0, length)}…`;
    if (context.measureText(shorter).width <= room) return shorter;
  }
  return "";
}

const CROWDED = 9; // pixels between keyframes below which only one of them gets a knob

export interface Stem extends Keyframe {
  selected: boolean;
}

/** Top of a keyframe's knob for its strength. */
export function knob({ top, height }: Row, strength: number): number {
  return top + height - 6 - strength * (height - 16);
}

export function paintKeyframes(
  { context, view, palette }: Painter,
  row: Row,
  path: Path,
  keyframes: readonly Stem[],
  fps: number,
): void {
  const bottom = row.top + row.height - 2;
  // Where they would lie on each other: what is selected, then what has a pose, then the strongest.
  const rank = ({ selected, pose, gesture, strength }: Stem) => (selected ? 4 : 0) + (gesture || Object.keys(pose).length > 0 ? 2 : 0) + strength;
  const clear = thinned(keyframes, ({ frame }) => view.x(frame / fps), rank, CROWDED);
  for (const keyframe of keyframes) paintHold({ context, view, palette }, row, path, keyframe, keyframe.selected, fps);
  context.font = "10.5px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (const keyframe of keyframes) {
    const { frame, strength, pose, gesture, selected } = keyframe;
    const x = view.x(frame / fps);
    if (x < -8 || x > view.width + 8) continue;
    const y = knob(row, strength);
    context.strokeStyle = context.fillStyle = palette[path];
    if (!clear.has(keyframe) && !selected) {
      context.globalAlpha = 0.35;
      context.fillRect(Math.round(x), y, 1, bottom - y);
      context.globalAlpha = 1;
      continue;
    }
    context.lineWidth = selected ? 2 : 1.5;
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x, y);
    context.stroke();
    context.beginPath();
    if (Object.keys(pose).length > 0) diamond(context, x, y, selected ? 7 : 6);
    else if (gesture) context.rect(x - 4, y - 4, 8, 8);
    else context.arc(x, y, selected ? 5 : 4, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = selected ? palette.ink : palette.paper;
    context.lineWidth = selected ? 2 : 1;
    context.stroke();
    if (gesture) {
      context.fillStyle = palette.muted;
      context.fillText(gesture.replace("_", " "), x + 8, y + 1);
    }
  }
  context.lineWidth = 1;
}

/** Emotions over time: each comes, holds between its two points, and goes. */
export function paintEmotions(painter: Painter, row: Row, emotions: readonly EmotionRange[], chosen: EmotionRange | undefined): void {
  const { context, view, palette } = painter;
  const bottom = row.top + row.height - 2;
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  if (emotions.length === 0) {
    context.fillStyle = palette.muted;
    context.fillText("None: double-click to add one", Math.max(view.x(0), 0) + 6, row.top + row.height / 2 + 0.5);
  }
  for (const one of emotions) {
    const [left, right] = [view.x(one.start), view.x(one.end)];
    const [from, to] = [view.x(one.start - one.onset), view.x(one.end + one.decay)];
    if (to < 0 || from > view.width) continue;
    const y = knob(row, one.intensity);
    context.beginPath();
    context.moveTo(from, bottom);
    context.bezierCurveTo((from + left) / 2, bottom, (from + left) / 2, y, left, y);
    context.lineTo(right, y);
    context.bezierCurveTo((right + to) / 2, y, (right + to) / 2, bottom, to, bottom);
    context.fillStyle = context.strokeStyle = palette.emotion;
    context.globalAlpha = one === chosen ? 0.3 : 0.16;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = one === chosen ? 2 : 1.5;
    context.stroke();
    for (const x of [left, right]) {
      context.beginPath();
      context.arc(x, y, one === chosen ? 5 : 4, 0, 2 * Math.PI);
      context.fillStyle = palette.emotion;
      context.fill();
      context.strokeStyle = one === chosen ? palette.ink : palette.paper;
      context.lineWidth = one === chosen ? 2 : 1;
      context.stroke();
    }
    if (one === chosen) {
      context.fillStyle = palette.emotion;
      for (const x of [from, to]) {
        context.beginPath();
        context.arc(x, bottom - 2, 3.5, 0, 2 * Math.PI);
        context.fill();
      }
    }
    const text = fitted(context, emotionName(one), right - left - 14);
    context.fillStyle = palette.ink;
    if (text) context.fillText(text, (left + right - context.measureText(text).width) / 2, bottom - Math.min(8, row.height / 6));
  }
  context.lineWidth = 1;
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
}

/** Slanted lines over frames that are still to be regenerated. */
export function paintStale(painter: Painter, row: Row, path: Path, spans: readonly Span[], fps: number): void {
  const { context, palette } = painter;
  for (const [left, right] of pixels(painter.view, spans, fps)) {
    context.save();
    context.beginPath();
    context.rect(left, row.top + 1, right - left, row.height - 2);
    context.clip();
    context.globalAlpha = 0.1;
    context.fillStyle = palette[path];
    context.fillRect(left, row.top, right - left, row.height);
    context.globalAlpha = 0.3;
    context.strokeStyle = palette[path];
    context.beginPath();
    const first = Math.floor((left - row.height) / 7) * 7;
    for (let x = first; x < right; x += 7) {
      context.moveTo(x, row.top + row.height);
      context.lineTo(x + row.height, row.top);
    }
    context.stroke();
    context.restore();
  }
}

/** A band along the top of the row, where motion is pinned. */
export function paintPins(painter: Painter, row: Row, spans: readonly Span[], fps: number): void {
  const { context, palette } = painter;
  for (const [left, right] of pixels(painter.view, spans, fps)) {
    context.fillStyle = palette.ink;
    context.globalAlpha = 0.07;
    context.fillRect(left, row.top, right - left, row.height);
    context.globalAlpha = 0.75;
    context.fillRect(left, row.top, right - left, 3);
    context.globalAlpha = 1;
  }
}

/** Where a take is seen: expression above, head below. */
export function paintLane(
  painter: Painter,
  row: Row,
  seen: Record<Path, readonly Span[]>,
  stale: Record<Path, readonly Span[]>,
  fps: number,
): void {
  const { context, palette } = painter;
  const half = (row.height - 7) / 2;
  (["expression", "head"] as const).forEach((path, index) => {
    const bar = { top: row.top + 3 + index * (half + 1), height: half };
    for (const [left, right] of pixels(painter.view, seen[path], fps)) {
      context.fillStyle = palette[path];
      context.globalAlpha = 0.75;
      context.beginPath();
      context.roundRect(left, bar.top, right - left, half, 2);
      context.fill();
      context.globalAlpha = 1;
    }
    paintStale(painter, bar, path, stale[path], fps);
  });
}

export interface Curve {
  colour: string;
  value: (frame: number) => number;
}

const GRID_STEPS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90];

/** Values at which lines are drawn: the upper end is one of them, and there are so many steps at most. */
export function gridValues([low, high]: readonly [number, number], most: number): number[] {
  const whole = (step: number) => Math.abs(high / step - Math.round(high / step)) < 1e-9;
  const step = GRID_STEPS.find((each) => whole(each) && (high - low) / each <= most) ?? high;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, index) => (first + index) * step);
}

export function paintCurves(
  { context, view, palette }: Painter,
  { top, height }: Row,
  curves: readonly Curve[],
  [low, high]: [number, number],
  frames: number,
  fps: number,
  unit = "",
): void {
  const y = (value: number) => top + height - 6 - ((value - low) / (high - low)) * (height - 12);
  const values = gridValues([low, high], Math.max(2, Math.floor(height / 26)));
  const [left, right] = [Math.max(0, view.x(0)), Math.min(view.width, view.x(frames / fps))];
  for (const value of values) {
    context.strokeStyle = value === 0 ? palette.faint : palette.grid;
    context.setLineDash(value === 0 ? [2, 3] : []);
    context.beginPath();
    context.moveTo(left, Math.round(y(value)) + 0.5);
    context.lineTo(right, Math.round(y(value)) + 0.5);
    context.stroke();
  }
  context.setLineDash([]);
  const first = Math.max(0, Math.floor(view.start * fps) - 1);
  const last = Math.min(frames - 1, Math.ceil(view.end * fps) + 1);
  const stride = Math.max(1, Math.floor(fps / view.scale / 2));
  context.save();
  context.beginPath();
  context.rect(0, top, view.width, height);
  context.clip();
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  for (const { colour, value } of curves) {
    context.strokeStyle = colour;
    context.beginPath();
    for (let frame = first; frame <= last; frame += stride) context.lineTo(view.x(frame / fps), y(value(frame)));
    context.stroke();
  }
  context.restore();
  context.lineWidth = 1;
  paintNumbers({ context, view, palette }, values.map((value) => ({ text: `${Number(value.toFixed(2))}${unit}`, y: y(value) })));
}

/** Numbers of an axis at the left edge, legible over whatever is drawn there. */
function paintNumbers({ context, palette }: Painter, numbers: readonly { text: string; y: number }[]): void {
  context.font = "10px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  for (const { text, y } of numbers) {
    context.strokeStyle = palette.surface;
    context.strokeText(text, 3, y);
    context.fillStyle = palette.muted;
    context.fillText(text, 3, y);
  }
  context.lineWidth = 1;
}

export function paintRange({ context, view, palette }: Painter, span: Span, fps: number, bottom: number): void {
  const [left, right] = [view.x(span.start / fps), view.x(span.stop / fps)];
  context.globalAlpha = 0.16;
  context.fillStyle = palette.chosen;
  context.fillRect(left, 0, right - left, bottom);
  context.globalAlpha = 1;
  context.fillRect(Math.round(left), 0, 1, bottom);
  context.fillRect(Math.round(right), 0, 1, bottom);
}

function pixels(view: View, spans: readonly Span[], fps: number): [number, number][] {
  return spans
    .map(({ start, stop }): [number, number] => [view.x((start - 0.5) / fps), view.x((stop - 0.5) / fps)])
    .map(([left, right]): [number, number] => [Math.max(left, -20), Math.min(right, view.width + 20)])
    .filter(([left, right]) => right > left);
}
