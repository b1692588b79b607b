// All of the sound in a narrow strip, with the window that the timeline shows of it.

import { cleared } from "../../../viewer/src/canvas";
import { make } from "../dom";
import type { Palette } from "./paint";
import type { View } from "./view";

const EDGE = 6; // pixels within which an edge of the window is taken hold of
const STEP = 0.1; // of the window, that an arrow key moves it

export interface Marks {
  /** Seconds of keyframes, and the name of their colour. */
  marks: { time: number; path: "expression" | "head" }[];
  peaks: Int8Array;
  /** Pairs of peaks a second. */
  rate: number;
}

type Grip = { kind: "pan"; offset: number } | { kind: "start" | "end" };

export class Overview {
  readonly host = make("div", { class: "overview" });
  private readonly area = make("div", {
    class: "strip",
    tabindex: 0,
    role: "scrollbar",
    "aria-label": "Part of the sound that is shown",
    "aria-orientation": "horizontal",
    "aria-controls": "rows",
    "aria-valuemin": 0,
  });
  private readonly canvas = make("canvas", {});
  private readonly pane = make("div", { class: "pane" });
  private readonly now = make("div", { class: "now" });
  private grip: Grip | undefined;
  private drawn = "";

  constructor(
    private readonly view: View,
    private readonly palette: Palette,
    private readonly changed: () => void,
  ) {
    this.area.append(this.canvas, this.pane, this.now);
    this.host.append(make("div", { class: "label" }, "Overview"), this.area);
    this.area.addEventListener("pointerdown", (event) => this.press(event));
    this.area.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"] as const) this.area.addEventListener(kind, () => (this.grip = undefined));
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("dblclick", () => this.show(0, this.duration));
  }

  /** Draws the strip; to be called when what it shows has changed. */
  draw({ marks, peaks, rate }: Marks): void {
    const drawn = cleared(this.canvas, this.area);
    if (!drawn) return;
    const { context, width, height } = drawn;
    const scale = width / this.duration;
    context.fillStyle = this.palette.sound;
    for (let x = 0; x < width; x++) {
      const last = Math.min(Math.ceil(((x + 1) / scale) * rate), peaks.length / 2);
      let greatest = 0;
      for (let i = Math.floor((x / scale) * rate); i < last; i++) greatest = Math.max(greatest, peaks[2 * i + 1]!, -peaks[2 * i]!);
      const high = Math.max(0.5, (greatest / 127) * (height - 8));
      context.globalAlpha = 0.75;
      context.fillRect(x, (height - high) / 2, 1, high);
    }
    // Ticks above for the expression, below for the head: how dense, not each by itself.
    context.globalAlpha = Math.min(1, Math.max(0.25, width / marks.length / 8));
    for (const { time, path } of marks) {
      context.fillStyle = this.palette[path];
      context.fillRect(Math.round(time * scale), path === "expression" ? 0 : height - 4, 1, 4);
    }
    context.globalAlpha = 1;
    this.drawn = "";
  }

  /** Shows where the timeline and the playhead are; to be called once per picture. */
  follow(time: number): void {
    const { width } = this.area.getBoundingClientRect();
    const key = `${time} ${this.view.start} ${this.view.scale} ${width}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const scale = width / this.duration;
    const [start, end] = [Math.max(this.view.start, 0), Math.min(this.view.end, this.duration)];
    this.pane.style.transform = `translateX(${start * scale}px)`;
    this.pane.style.width = `${Math.max((end - start) * scale, 6)}px`;
    this.now.style.transform = `translateX(${time * scale}px)`;
    this.area.setAttribute("aria-valuemax", this.duration.toFixed(1));
    this.area.setAttribute("aria-valuenow", start.toFixed(1));
    this.area.setAttribute("aria-valuetext", `${start.toFixed(1)} to ${end.toFixed(1)} seconds of ${this.duration.toFixed(1)}`);
  }

  private get duration(): number {
    return this.view.duration();
  }

  private at(event: PointerEvent): { time: number; scale: number } {
    const { left, width } = this.area.getBoundingClientRect();
    const scale = width / this.duration;
    return { time: (event.clientX - left) / scale, scale };
  }

  private gripAt(time: number, scale: number): Grip {
    const { start, end } = this.view;
    if (Math.abs(time - Math.max(start, 0)) * scale <= EDGE) return { kind: "start" };
    if (Math.abs(time - Math.min(end, this.duration)) * scale <= EDGE) return { kind: "end" };
    // Beside the window: it comes there, and goes on with the pointer.
    return { kind: "pan", offset: time > start && time < end ? time - start : (end - start) / 2 };
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { time, scale } = this.at(event);
    this.area.setPointerCapture(event.pointerId);
    this.grip = this.gripAt(time, scale);
    this.move(event);
  }

  private move(event: PointerEvent): void {
    const { time, scale } = this.at(event);
    const { grip, view } = this;
    if (!grip) {
      this.area.style.cursor = this.gripAt(time, scale).kind === "pan" ? "grab" : "ew-resize";
      return;
    }
    if (grip.kind === "pan") view.moveTo(time - grip.offset);
    else if (grip.kind === "start") view.show(Math.max(0, Math.min(time, view.end - 0.1)), view.end, 0);
    else view.show(view.start, Math.min(this.duration, Math.max(time, view.start + 0.1)), 0);
    this.changed();
  }

  private show(start: number, end: number): void {
    this.view.show(start, end);
    this.changed();
  }

  private key(event: KeyboardEvent): void {
    const length = this.view.end - this.view.start;
    const to = {
      ArrowLeft: this.view.start - STEP * length,
      ArrowRight: this.view.start + STEP * length,
      PageUp: this.view.start - length,
      PageDown: this.view.start + length,
      Home: 0,
      End: this.duration,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.view.moveTo(to);
    this.changed();
  }
}
