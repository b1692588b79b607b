// The curve editor: a row with the curves of one channel, their keys and tangents, over the finished motion.

import type { Curve, CurveKey } from "../api";
import { ANGLES, axisOf, evaluator, slopes, ticks, type Axis } from "../curves/curve";
import type { Curves } from "../curves/curves";
import type { State } from "../state";
import type { Painter, Row } from "./paint";
import type { View } from "./view";

const NEAR = 8; // pixels within which the pointer takes hold of something
const HANDLE = 34; // pixels from a key to the end of its tangent
const SLOWEST = 0.004; // s: the least way of a tangent's end from its key

type Part = "key" | "in" | "out";

export interface CurveDrag {
  lane: CurveLane;
  curve: Curve;
  index: number;
  part: Part;
  x: number;
  y: number;
  changed: CurveKey | undefined;
}

export class CurveLane {
  constructor(
    private readonly view: View,
    private readonly state: State,
    readonly curves: Curves,
    /** The time at a place, drawn to what is near. */
    private readonly snapped: (x: number) => number,
  ) {}

  private get axis(): Axis {
    return axisOf(this.curves.channel ?? "", this.curves.shown[0]?.mode ?? this.curves.mode);
  }

  private y(row: Row, value: number): number {
    const { low, high, scale } = this.axis;
    return row.top + row.height - 7 - ((value * scale - low) / (high - low)) * (row.height - 14);
  }

  private value(row: Row, y: number): number {
    const { low, high, scale } = this.axis;
    return (low + ((row.top + row.height - 7 - y) / (row.height - 14)) * (high - low)) / scale;
  }

  /** Curves as they are, or as a drag would have them. */
  private shown(drag: CurveDrag | undefined): Curve[] {
    return this.curves.shown.map((curve) =>
      drag?.curve === curve && drag.changed ? { ...curve, keys: curve.keys.map((key, at) => (at === drag.index ? drag.changed! : key)) } : curve,
    );
  }

  paint(painter: Painter, row: Row, drag: CurveDrag | undefined): void {
    const { context, view, palette } = painter;
    const { channel } = this.curves;
    context.font = "10.5px system-ui, sans-serif";
    context.textBaseline = "middle";
    if (channel === undefined) {
      context.font = "12px system-ui, sans-serif";
      context.fillStyle = palette.muted;
      context.fillText("Choose a channel on the left, and double-click for keys", Math.max(view.x(0), 0) + 6, row.top + row.height / 2 + 0.5);
      return;
    }
    context.save();
    context.beginPath();
    context.rect(0, row.top, view.width, row.height - 1);
    context.clip();
    this.paintAxis(painter, row);
    this.paintMotion(painter, row, channel);
    for (const curve of this.shown(drag)) this.paintCurve(painter, row, curve);
    const { selected } = this.curves;
    for (const curve of this.shown(drag)) {
      const own = selected && curve.keys.length === selected.curve.keys.length && (drag ? drag.curve === selected.curve : curve === selected.curve);
      this.paintKeys(painter, row, curve, own && (!drag || this.curves.shown.indexOf(drag.curve) === this.shown(drag).indexOf(curve)) ? selected.index : -1);
    }
    context.restore();
    context.lineWidth = 1;
  }

  private paintAxis({ context, view, palette }: Painter, row: Row): void {
    const { axis } = this;
    for (const tick of ticks(axis)) {
      const y = Math.round(this.y(row, tick / axis.scale)) + 0.5;
      context.strokeStyle = tick === 0 ? palette.faint : palette.grid;
      context.beginPath();
      context.moveTo(0, y);
      context.lineTo(view.width, y);
      context.stroke();
      context.fillStyle = palette.muted;
      context.fillText(`${Number(tick.toFixed(2))}${axis.unit}`, 3, Math.min(Math.max(y, row.top + 7), row.top + row.height - 7));
    }
  }

  /** What the channel does in the finished motion. */
  private paintMotion({ context, view, palette }: Painter, row: Row, channel: string): void {
    const { motion } = this.state;
    if (!motion) return;
    const angle = ANGLES.indexOf(channel);
    const path = motion.channels.expression.includes(channel) ? "expression" : "head";
    const index = motion.channels[path].indexOf(channel);
    const value = angle >= 0 ? (frame: number) => (motion.angles(frame)[angle]! * Math.PI) / 180 : (frame: number) => motion.at(frame, path, index);
    const first = Math.max(0, Math.floor(view.start * motion.fps) - 1);
    const last = Math.min(motion.frames - 1, Math.ceil(view.end * motion.fps) + 1);
    const stride = Math.max(1, Math.floor(motion.fps / view.scale));
    context.strokeStyle = palette.faint;
    context.lineWidth = 1.5;
    context.beginPath();
    for (let frame = first; frame <= last; frame += stride) context.lineTo(view.x(frame / motion.fps), this.y(row, value(frame)));
    context.stroke();
  }

  private paintCurve({ context, view, palette }: Painter, row: Row, curve: Curve): void {
    const at = evaluator(curve.keys);
    const [first, last] = [curve.keys[0]!, curve.keys.at(-1)!];
    const [from, to] = [view.x(first.time), view.x(last.time)];
    context.strokeStyle = palette.block;
    context.lineWidth = 2;
    context.beginPath();
    for (let x = Math.max(from, -2); x <= Math.min(to, view.width + 2); x += 1.5) context.lineTo(x, this.y(row, at(view.start + x / view.scale)));
    context.lineTo(to, this.y(row, last.value));
    context.stroke();
    // How it comes and goes: what is added there, or between what is below and the curve.
    context.setLineDash([3, 3]);
    context.lineWidth = 1.5;
    const rest = curve.mode === "add" ? 0 : undefined;
    for (const [time, key, fade] of [[first.time, first, -curve.fade_in], [last.time, last, curve.fade_out]] as const) {
      const [near, far] = [view.x(time), view.x(time + fade)];
      const y = this.y(row, key.value);
      const end = rest === undefined ? y : this.y(row, rest);
      context.globalAlpha = rest === undefined ? 0.5 : 1;
      context.beginPath();
      context.moveTo(near, y);
      context.bezierCurveTo((near + far) / 2, y, (near + far) / 2, end, far, end);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  private paintKeys({ context, view, palette }: Painter, row: Row, curve: Curve, chosen: number): void {
    curve.keys.forEach((key, index) => {
      const [x, y] = [view.x(key.time), this.y(row, key.value)];
      if (x < -HANDLE || x > view.width + HANDLE) return;
      if (index === chosen) {
        for (const end of this.handles(row, curve, index)) {
          context.strokeStyle = context.fillStyle = palette.ink;
          context.lineWidth = 1;
          context.beginPath();
          context.moveTo(x, y);
          context.lineTo(end.x, end.y);
          context.stroke();
          context.beginPath();
          context.arc(end.x, end.y, 3.5, 0, 2 * Math.PI);
          context.fill();
        }
      }
      const size = index === chosen ? 5 : 4;
      context.fillStyle = palette.block;
      context.strokeStyle = index === chosen ? palette.ink : palette.paper;
      context.lineWidth = index === chosen ? 2 : 1;
      context.beginPath();
      context.rect(x - size, y - size, 2 * size, 2 * size);
      context.fill();
      context.stroke();
    });
  }

  /** Where the ends of a key's tangents are; a key that holds its value has none. */
  private handles(row: Row, curve: Curve, index: number): { part: "in" | "out"; x: number; y: number }[] {
    const key = curve.keys[index]!;
    if (key.tangent === "step") return [];
    const { come, go } = slopes(curve.keys);
    const [x, y] = [this.view.x(key.time), this.y(row, key.value)];
    const end = (part: "in" | "out", slope: number) => {
      const sign = part === "in" ? -1 : 1;
      const [across, down] = [sign * 10, this.y(row, key.value + (slope * sign * 10) / this.view.scale) - y];
      const length = Math.hypot(across, down);
      return { part, x: x + (across / length) * HANDLE, y: y + (down / length) * HANDLE };
    };
    const found = [];
    if (index > 0) found.push(end("in", come[index]!));
    if (index < curve.keys.length - 1) found.push(end("out", go[index]!));
    return found;
  }

  private at(x: number, y: number, row: Row): { curve: Curve; index: number; part: Part } | undefined {
    const { selected } = this.curves;
    if (selected) {
      const near = this.handles(row, selected.curve, selected.index).find((end) => Math.hypot(end.x - x, end.y - y) <= NEAR);
      if (near) return { curve: selected.curve, index: selected.index, part: near.part };
    }
    for (const curve of this.curves.shown) {
      const index = curve.keys.findIndex((key) => Math.hypot(this.view.x(key.time) - x, this.y(row, key.value) - y) <= NEAR);
      if (index >= 0) return { curve, index, part: "key" };
    }
    return undefined;
  }

  press(x: number, y: number, row: Row): CurveDrag | undefined {
    const found = this.at(x, y, row);
    if (!found) return undefined;
    if (found.part === "key") this.curves.select(found.curve.keys[found.index]!);
    return { lane: this, ...found, x, y, changed: undefined };
  }

  /** A key goes where it is drawn; the end of a tangent turns both its sides, with Alt one. */
  drag(drag: CurveDrag, x: number, y: number, row: Row, alone: boolean): void {
    if (!drag.changed && Math.hypot(x - drag.x, y - drag.y) <= 3) return;
    const key = drag.curve.keys[drag.index]!;
    if (drag.part === "key") {
      const time = this.snapped(this.view.x(key.time) + x - drag.x);
      const value = this.value(row, this.y(row, key.value) + y - drag.y);
      drag.changed = this.curves.between(drag.curve, drag.index, { ...key, time, value });
      return;
    }
    const sign = drag.part === "in" ? -1 : 1;
    const across = sign * Math.max(sign * (this.view.start + x / this.view.scale - key.time), SLOWEST);
    const slope = Math.round(((this.value(row, y) - key.value) / across) * 1e4) / 1e4;
    const { come, go } = slopes(drag.curve.keys);
    const both = { slope_in: slope, slope_out: slope };
    const one = drag.part === "in" ? { slope_in: slope, slope_out: go[drag.index]! } : { slope_in: come[drag.index]!, slope_out: slope };
    drag.changed = { ...key, tangent: "free", ...(alone ? one : both) };
  }

  /** Lets go; true where something was changed, false for a click. */
  release(drag: CurveDrag): boolean {
    const { changed } = drag;
    if (changed) void this.curves.change(() => changed);
    return changed !== undefined;
  }

  doubleClick(x: number, y: number, row: Row, separate: boolean): void {
    if (this.curves.channel === undefined || this.at(x, y, row)) return;
    this.curves.add(this.snapped(x), this.value(row, y), separate);
  }

  cursor(x: number, y: number, row: Row): string | undefined {
    const found = this.at(x, y, row);
    return found && (found.part === "key" ? "move" : "crosshair");
  }
}
