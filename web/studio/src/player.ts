// Sound as the master clock, with speed and loops.

import { Clock } from "../../viewer/src/clock";
import type { State } from "./state";

const FARTHEST = 0.03; // s by which the picture may be off while the clock evens out the sound's time

export class Player {
  speed = 1;
  private readonly sound = new Audio();
  private clock = new Clock(this.sound, 0);
  /** The instant that was asked for, until the sound is there: browsers seek in their own time. */
  private wanted: number | undefined;

  constructor(
    private readonly state: State,
    private readonly report: (message: string) => void,
  ) {
    this.sound.preload = "auto";
    this.sound.addEventListener("seeked", () => (this.wanted = undefined));
    this.sound.addEventListener("error", () => {
      if (this.sound.getAttribute("src")) this.report("The sound cannot be played.");
    });
  }

  open(address: string, duration: number): void {
    this.sound.src = address;
    this.clock = new Clock(this.sound, duration);
    this.wanted = undefined;
    this.setSpeed(this.speed);
  }

  close(): void {
    this.sound.pause();
    this.sound.removeAttribute("src");
    this.sound.load();
  }

  get playing(): boolean {
    return this.clock.playing;
  }

  get duration(): number {
    return this.clock.duration;
  }

  /** Seconds; to be read once per picture. */
  now(): number {
    if (this.wanted !== undefined && !this.playing) return this.wanted;
    const even = this.clock.now();
    const heard = this.sound.currentTime;
    return Math.min(Math.max(even, heard - FARTHEST, 0), heard + FARTHEST);
  }

  seek(seconds: number): void {
    const time = Math.min(Math.max(seconds, 0), this.duration);
    this.wanted = time;
    this.clock.seek(time);
  }

  /** To whole frames, so that a step shows just what a keyframe holds. */
  step(frames: number): void {
    const { project } = this.state;
    if (!project) return;
    if (this.playing) this.sound.pause();
    const frame = Math.round(this.now() * project.fps) + frames;
    this.seek(Math.min(Math.max(frame, 0), project.frames - 1) / project.fps);
  }

  async toggle(): Promise<void> {
    if (!this.state.project) return;
    const loop = this.loop;
    const now = this.now();
    if (!this.playing && loop && (now < loop.start - 0.001 || now > loop.end - 0.03)) this.seek(loop.start);
    try {
      await this.clock.toggle();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    }
  }

  setSpeed(speed: number): void {
    this.speed = this.sound.playbackRate = this.sound.defaultPlaybackRate = speed;
  }

  /** Keeps to the loop; to be called once per picture. */
  tick(): number {
    const loop = this.loop;
    if (this.playing && loop && this.clock.now() >= loop.end) this.seek(loop.start);
    return this.now();
  }

  private get loop(): { start: number; end: number } | undefined {
    if (!this.state.loop) return undefined;
    const { start, end } = this.state.span;
    // The browser itself stops at the end of the sound, so a loop of all turns back just before it.
    return { start, end: Math.min(end, this.duration - 0.03) };
  }
}
