import { cleared } from "./canvas";
import { formatTime, type Keyframe, type Performance, type Trace } from "./performance";

const TRACKS = ["expression", "head"] as const;
const MARGIN = 5; // pixels at either end
const BAR = 3; // pixels from one bar of loudness to the next

/** Where an instant lies on a timeline of a width, in pixels. */
export function positionOf(time: number, duration: number, width: number): number {
  return MARGIN + (time / duration) * (width - 2 * MARGIN);
}

/** The instant at a place, in seconds; the nearest end where it lies outside. */
export function timeAt(position: number, duration: number, width: number): number {
  const part = (position - MARGIN) / (width - 2 * MARGIN);
  return Math.min(Math.max(part, 0), 1) * duration;
}

/** The greatest loudness within each bar of a timeline of a width. */
export function barsOf(loudness: number[], width: number): number[] {
  return Array.from({ length: Math.ceil(width / BAR) }, (_, bar) => {
    const from = Math.floor(((bar * BAR) / width) * loudness.length);
    const to = Math.max(from + 1, Math.floor((((bar + 1) * BAR) / width) * loudness.length));
    return Math.max(0, ...loudness.slice(from, to));
  });
}

/** The scrubber: loudness, both keyframe tracks and the present moment, on a canvas that is a slider to assistive tools. */
export class Timeline {
  private readonly canvas = document.createElement("canvas");
  private time = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly performance: Performance,
    private readonly seek: (seconds: number) => void,
  ) {
    host.append(this.canvas);
    host.tabIndex = 0;
    host.setAttribute("role", "slider");
    host.setAttribute("aria-label", "Time");
    host.setAttribute("aria-valuemin", "0");
    host.setAttribute("aria-valuemax", performance.duration.toFixed(2));
    host.addEventListener("pointerdown", (event) => {
      host.setPointerCapture(event.pointerId);
      this.seekTo(event);
    });
    host.addEventListener("pointermove", (event) => {
      if (host.hasPointerCapture(event.pointerId)) this.seekTo(event);
    });
    new ResizeObserver(() => this.draw()).observe(host);
  }

  show(time: number): void {
    if (Math.abs(time - this.time) < 1e-4) return;
    this.time = time;
    this.host.setAttribute("aria-valuenow", time.toFixed(2));
    this.host.setAttribute("aria-valuetext", `${formatTime(time)} of ${formatTime(this.performance.duration)}`);
    this.draw();
  }

  /** Also needed after a change of the page's colours. */
  draw(): void {
    const drawn = cleared(this.canvas, this.host);
    if (!drawn) return;
    const { context, width, height } = drawn;
    const style = getComputedStyle(this.host);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const track = height * 0.24;
    const { traces } = this.performance;
    this.drawLoudness(context, width, traces ? height * 0.36 : height - 2 * track, colour("--sound"), colour("--played"));
    for (const trace of traces ?? []) {
      this.drawTrace(context, trace, width, height * 0.4, height - 2, colour(trace.colour));
    }
    TRACKS.forEach((name, row) => {
      const bottom = height - track * (TRACKS.length - 1 - row) - 2;
      this.drawKeyframes(context, this.performance.keyframes[name], width, bottom, track - 5, colour(`--${name}`));
    });
    const x = this.position(this.time, width);
    context.fillStyle = colour("--ink");
    context.fillRect(x - 1, 0, 2, height);
    context.beginPath();
    context.arc(x, 4, 4, 0, 2 * Math.PI);
    context.fill();
  }

  private drawLoudness(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    ahead: string,
    played: string,
  ): void {
    const now = this.position(this.time, width);
    const middle = height / 2 + 2;
    barsOf(this.performance.loudness, width).forEach((value, bar) => {
      const half = Math.max(0.75, value * (height / 2 - 3));
      context.fillStyle = bar * BAR < now ? played : ahead;
      context.fillRect(bar * BAR, middle - half, BAR - 1, 2 * half);
    });
  }

  private drawTrace(
    context: CanvasRenderingContext2D,
    { values, fps }: Trace,
    width: number,
    top: number,
    bottom: number,
    colour: string,
  ): void {
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.lineJoin = "round";
    context.beginPath();
    values.forEach((value, frame) => {
      context.lineTo(this.position(frame / fps, width), bottom - value * (bottom - top));
    });
    context.stroke();
  }

  private drawKeyframes(
    context: CanvasRenderingContext2D,
    keyframes: Keyframe[],
    width: number,
    bottom: number,
    height: number,
    colour: string,
  ): void {
    context.fillStyle = colour;
    for (const { time, strength } of keyframes) {
      const tall = Math.max(3, height * Math.min(strength, 1));
      context.globalAlpha = 0.45 + 0.55 * Math.min(strength, 1);
      context.fillRect(this.position(time, width) - 1, bottom - tall, 2, tall);
    }
    context.globalAlpha = 1;
  }

  private position(time: number, width: number): number {
    return positionOf(time, this.performance.duration, width);
  }

  private seekTo(event: PointerEvent): void {
    const { left, width } = this.host.getBoundingClientRect();
    this.seek(timeAt(event.clientX - left, this.performance.duration, width));
  }
}
