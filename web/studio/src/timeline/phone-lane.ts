// The lane of phones: what is said by sounds, and how strongly each is spoken with the jaw and the lips.

import type { Phone } from "../api";
import { MOST, type Phones, type Strength } from "../lanes/phones";
import type { Painter, Row } from "./paint";
import type { View } from "./view";

const PULL = 40; // pixels by which a strength of 1 more is drawn

export interface PhoneDrag {
  lane: PhoneLane;
  held: Phone;
  y: number;
  begun: Strength;
  now: Strength | undefined;
}

export class PhoneLane {
  constructor(
    private readonly view: View,
    private readonly phones: Phones,
  ) {}

  /** A line where each begins, its name where there is room; bars of jaw (left) and lips where it is not spoken as made. */
  paint({ context, view, palette }: Painter, { top, height }: Row, drag: PhoneDrag | undefined): void {
    context.font = "10.5px system-ui, sans-serif";
    context.textBaseline = "middle";
    const { selected } = this.phones;
    for (const phone of this.phones.all) {
      const { text, start, end } = phone;
      const [left, right] = [view.x(start), view.x(end)];
      if (right < 0 || left > view.width) continue;
      const { jaw, lips } = drag?.held === phone && drag.now ? drag.now : this.phones.strength(phone);
      if (phone === selected) {
        context.fillStyle = palette.block;
        context.globalAlpha = 0.22;
        context.fillRect(left, top + 1, right - left, height - 3);
        context.globalAlpha = 1;
      }
      if (jaw !== 1 || lips !== 1) {
        const middle = (left + right) / 2;
        context.globalAlpha = 0.55;
        for (const [value, from, to, colour] of [[jaw, left + 1, middle, palette.expression], [lips, middle, right - 1, palette.block]] as const) {
          const bar = Math.min(value / 2, 1) * (height - 4);
          context.fillStyle = colour;
          context.fillRect(from, top + height - 2 - bar, Math.max(to - from, 1), bar);
        }
        context.globalAlpha = 1;
        context.fillStyle = palette.faint;
        context.fillRect(left, Math.round(top + height - 2 - (height - 4) / 2), right - left, 1); // as the model made it
      }
      context.fillStyle = palette.lane;
      context.fillRect(Math.round(left), top + 3, 1, height - 6);
      const width = context.measureText(text).width;
      context.fillStyle = jaw !== 1 || lips !== 1 || phone === selected ? palette.ink : palette.muted;
      if (width <= right - left - 3) context.fillText(text, left + (right - left - width) / 2 + 0.5, top + height / 2 + 0.5);
    }
  }

  private at(x: number): Phone | undefined {
    const time = this.view.start + x / this.view.scale;
    return this.phones.all.find(({ start, end }) => start <= time && time < end);
  }

  press(x: number, y: number): PhoneDrag | undefined {
    const held = this.at(x);
    if (!held) return undefined;
    this.phones.select(held);
    return { lane: this, held, y, begun: this.phones.strength(held), now: undefined };
  }

  /** Up is stronger: jaw and lips by the same. */
  drag(drag: PhoneDrag, y: number): void {
    const up = drag.y - y;
    if (!drag.now && Math.abs(up) <= 3) return;
    const bounded = (value: number) => Math.round(Math.min(Math.max(value + up / PULL, 0), MOST) * 100) / 100;
    drag.now = { jaw: bounded(drag.begun.jaw), lips: bounded(drag.begun.lips) };
  }

  /** Lets go; true where something was changed, false for a click. */
  release(drag: PhoneDrag): boolean {
    const { now } = drag;
    if (now) void this.phones.set(() => now);
    return now !== undefined;
  }

  cursor(x: number): string | undefined {
    return this.at(x) && "ns-resize";
  }
}
