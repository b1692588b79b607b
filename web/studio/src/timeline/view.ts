// Which part of the time is seen: seconds to pixels and back.

const CLOSEST = 1500; // pixels per second

export class View {
  /** Seconds at the left edge. */
  start = 0;
  /** Pixels per second. */
  scale = 100;
  width = 0; // pixels
  /** What to show as soon as there is a width: a page that is not laid out yet has none. */
  private wanted: [start: number, end: number, room: number] | undefined;

  constructor(readonly duration: () => number) {}

  get end(): number {
    return this.start + this.width / this.scale;
  }

  x(time: number): number {
    return (time - this.start) * this.scale;
  }

  time(x: number): number {
    return Math.min(Math.max(this.start + x / this.scale, 0), this.duration());
  }

  /** Shows these seconds, with a little room at both sides. */
  show(start: number, end: number, room = 0.02): void {
    if (this.width === 0) {
      this.wanted = [start, end, room];
      return;
    }
    this.wanted = undefined;
    const length = Math.max(end - start, 0.08);
    this.scale = this.width / (length * (1 + 2 * room));
    this.start = start - length * room;
    this.clamp();
  }

  /** Keeps what is seen when the width changes. */
  resize(width: number): void {
    if (this.width > 0 && width > 0) this.scale *= width / this.width;
    this.width = width;
    if (width === 0) return;
    if (this.wanted) this.show(...this.wanted);
    else this.clamp();
  }

  /** Zooms about a place that stays where it is. */
  zoom(factor: number, x: number): void {
    const at = this.start + x / this.scale;
    this.scale *= factor;
    this.clamp();
    this.start = at - x / this.scale;
    this.clamp();
  }

  pan(pixels: number): void {
    this.start += pixels / this.scale;
    this.clamp();
  }

  /** Brings a time to the left edge, where there is as much sound behind it. */
  moveTo(start: number): void {
    this.start = start;
    this.clamp();
  }

  /** Brings a time into view, where it is not. */
  reveal(time: number): boolean {
    if (time >= this.start && time <= this.end) return false;
    this.start = time - (0.1 * this.width) / this.scale;
    this.clamp();
    return true;
  }

  private clamp(): void {
    const room = this.duration() * 1.04;
    this.scale = Math.min(Math.max(this.scale, this.width / Math.max(room, 0.1)), CLOSEST);
    const least = -0.02 * this.duration();
    const greatest = Math.max(least, this.duration() * 1.02 - this.width / this.scale);
    this.start = Math.min(Math.max(this.start, least), greatest);
  }
}
