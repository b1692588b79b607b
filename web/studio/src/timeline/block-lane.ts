// One lane of blocks on the timeline: drawn, and moved, lengthened and faded by the pointer.

import type { Blocks } from "../lanes/blocks";
import type { AnyLane, Block } from "../lanes/lane";
import { fitted, type Painter, type Row } from "./paint";
import type { View } from "./view";

const NEAR = 7; // pixels within which the pointer takes hold of something

/** What of a block the pointer has hold of: an end, the foot of a fade, or all of it. */
type Part = "start" | "end" | "in" | "out" | "whole";

export interface BlockDrag {
  lane: BlockLane;
  held: Block;
  part: Part;
  x: number;
  changes: Partial<Block> | undefined;
}

export class BlockLane {
  constructor(
    readonly lane: AnyLane,
    private readonly view: View,
    private readonly blocks: Blocks,
    /** The time at a place, drawn to what is near. */
    private readonly snapped: (x: number) => number,
  ) {}

  /** Blocks as they are, or as a drag would have them; and which of them is selected. */
  private shown(drag: BlockDrag | undefined): { one: Block; chosen: boolean }[] {
    const chosen = this.blocks.selected?.one;
    return this.blocks.of(this.lane).map((one) => ({
      one: drag?.held === one ? { ...one, ...drag.changes } : one,
      chosen: one === chosen,
    }));
  }

  private fades(one: Block): [number, number] {
    const values = one as unknown as Record<string, number>;
    const [before, after] = this.lane.fades ?? ["", ""];
    return [values[before] ?? 0, values[after] ?? 0];
  }

  paint({ context, view, palette }: Painter, row: Row, drag: BlockDrag | undefined): void {
    const [top, bottom] = [row.top + 4, row.top + row.height - 4];
    const shown = this.shown(drag);
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    if (shown.length === 0) {
      context.fillStyle = palette.muted;
      context.fillText("None: double-click to add one", Math.max(view.x(0), 0) + 6, (top + bottom) / 2 + 0.5);
    }
    for (const { one, chosen } of shown) {
      const [before, after] = this.fades(one);
      const [left, right] = [view.x(one.start), view.x(one.end)];
      const [from, to] = [view.x(one.start - before), view.x(one.end + after)];
      if (to < 0 || from > view.width) continue;
      context.beginPath();
      context.moveTo(from, bottom);
      context.bezierCurveTo((from + left) / 2, bottom, (from + left) / 2, top, left, top);
      context.lineTo(right, top);
      context.bezierCurveTo((right + to) / 2, top, (right + to) / 2, bottom, to, bottom);
      context.closePath();
      context.fillStyle = context.strokeStyle = palette.block;
      context.globalAlpha = chosen ? 0.32 : 0.16;
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = chosen ? 2 : 1;
      context.stroke();
      context.fillStyle = palette.block;
      for (const x of [left, right]) context.fillRect(Math.round(x) - 1, top, 2, bottom - top);
      if (chosen && this.lane.fades) {
        for (const x of [from, to]) {
          context.beginPath();
          context.arc(x, bottom, 3.5, 0, 2 * Math.PI);
          context.fill();
        }
      }
      const text = fitted(context, this.lane.label(one), right - left - 10);
      context.fillStyle = palette.ink;
      if (text) context.fillText(text, Math.max(left, 0) + 6, (top + bottom) / 2 + 0.5);
    }
    context.lineWidth = 1;
  }

  private at(x: number, y: number, row: Row): { held: Block; part: Part } | undefined {
    const chosen = this.blocks.selected?.one;
    const all = this.blocks.of(this.lane);
    // The selected one first: where two meet, its ends lie on top.
    const ordered = chosen && all.includes(chosen) ? [chosen, ...all.filter((one) => one !== chosen)] : all;
    const near = (time: number) => Math.abs(this.view.x(time) - x) <= NEAR;
    for (const held of ordered) {
      const [before, after] = this.fades(held);
      if (held === chosen && this.lane.fades && y > row.top + row.height / 2) {
        // The feet of fades, which lie below the ends where a fade has no length.
        if (near(held.start - before) && (before > 0 || x < this.view.x(held.start))) return { held, part: "in" };
        if (near(held.end + after) && (after > 0 || x > this.view.x(held.end))) return { held, part: "out" };
      }
      for (const part of ["start", "end"] as const) if (near(held[part])) return { held, part };
    }
    const time = this.view.start + x / this.view.scale;
    const held = all.find(({ start, end }) => start <= time && time < end);
    return held && { held, part: "whole" };
  }

  press(x: number, y: number, row: Row): BlockDrag | undefined {
    const found = this.at(x, y, row);
    if (!found) return undefined;
    this.blocks.select(this.lane, found.held);
    return { lane: this, ...found, x, changes: undefined };
  }

  drag(drag: BlockDrag, x: number): void {
    const across = x - drag.x;
    if (!drag.changes && Math.abs(across) <= 3) return;
    const { held, part } = drag;
    const { whole } = this.blocks;
    const { frame } = this.blocks;
    const time = (from: number) => this.snapped(this.view.x(from) + across);
    if (part === "whole") {
      const moved = this.blocks.onFrame(time(held.start)) - held.start; // whole frames, so that its length stays
      const by = Math.min(Math.max(moved, -held.start), whole - held.end);
      drag.changes = { start: held.start + by, end: held.end + by };
    } else if (part === "start") drag.changes = { start: Math.min(Math.max(time(held.start), 0), held.end - frame) };
    else if (part === "end") drag.changes = { end: Math.min(Math.max(time(held.end), held.start + frame), whole) };
    else {
      const [before, after] = this.fades(held);
      const length = part === "in" ? before - across / this.view.scale : after + across / this.view.scale;
      const name = this.lane.fades![part === "in" ? 0 : 1];
      drag.changes = { [name]: Math.round(Math.min(Math.max(length, 0), 10) * 100) / 100 };
    }
  }

  /** Lets go; true where something was changed, false for a click. */
  release(drag: BlockDrag): boolean {
    const { changes } = drag;
    if (changes) void this.blocks.change(() => changes);
    return changes !== undefined;
  }

  cursor(x: number, y: number, row: Row): string | undefined {
    const part = this.at(x, y, row)?.part;
    return part && { start: "ew-resize", end: "ew-resize", in: "col-resize", out: "col-resize", whole: "grab" }[part];
  }
}
