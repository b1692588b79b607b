/** The sound is the master clock: the picture follows what is heard. */
export class Clock {
  private shown = 0;
  private measured = 0;

  constructor(
    readonly sound: HTMLAudioElement,
    readonly duration: number,
  ) {}

  get playing(): boolean {
    return !this.sound.paused && !this.sound.ended;
  }

  /** Seconds; to be read once per drawn picture. */
  now(): number {
    const heard = this.sound.currentTime;
    const instant = performance.now() / 1000;
    if (this.playing && this.sound.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) {
      // Some browsers report the sound's time in coarse steps: run on evenly between them and drift towards it.
      const predicted = this.shown + (instant - this.measured) * this.sound.playbackRate;
      this.shown = Math.abs(heard - predicted) > 0.08 ? heard : predicted + 0.1 * (heard - predicted);
    } else {
      this.shown = heard;
    }
    this.measured = instant;
    return Math.min(Math.max(this.shown, 0), this.duration);
  }

  seek(seconds: number): void {
    this.sound.currentTime = Math.min(Math.max(seconds, 0), this.duration);
    this.shown = this.sound.currentTime;
  }

  async toggle(): Promise<void> {
    if (this.playing) {
      this.sound.pause();
    } else {
      if (this.sound.ended || this.sound.currentTime >= this.duration - 0.01) this.seek(0);
      await this.sound.play();
    }
  }
}
