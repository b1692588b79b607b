// Statistics of a voice that are known so far, in place of those of a whole sound; as in `ksdiff.live.running`.

import { clip, round } from "../numeric.js";
import { QUIETEST } from "../speech/level.js";

const MEMORY = 30; // s after which what was heard weighs 1/e: a voice may come nearer, another person may speak
// What is taken for known before anybody speaks, and how long a voice speaks until it weighs as much as this, s.
const USUAL_LOUDEST = -23; // dB of full scale
const LOUDEST_WEIGHT = 0.4;
const USUAL_PITCH = Math.log(160); // log Hz: between the usual voices of men and women
const PITCH_WEIGHT = 0.15;
const USUAL_ENERGY = -9; // dB: mean of speech below the loud syllables
const ENERGY_WEIGHT = 0.4;
const USUAL_SPREAD = { pitch: 0.2, energy: 8 }; // of log f0 and of energy, dB
const SPREAD_WEIGHT = 2;
const MIN_SPREAD = { pitch: 0.03, energy: 3 }; // so that a monotone is not blown up
const ACTIVE_RANGE = 40; // dB: frames quieter than the loudest by more are pauses
const BINS = Array.from({ length: 1 - QUIETEST }, (_, bin) => QUIETEST + bin); // dB
export const CLIP = 3; // standard deviations

/** What a voice's pitch, log Hz, or level, dB, is measured by: its own mean and spread. */
export class Scale {
  constructor(
    readonly mean: number,
    readonly spread: number,
  ) {}

  /** A value in standard deviations from the mean, clipped to ±3. */
  of(value: number): number {
    return clip((value - this.mean) / this.spread, -CLIP, CLIP);
  }
}

/** Levels of speech so far, as a histogram that forgets. */
export class RunningLevels {
  private readonly seconds = new Float64Array(BINS.length);

  /** `spacing` of the levels that `add` is given, s. */
  constructor(private readonly spacing: number) {}

  /** Add levels, dB of full scale, of which those that are spoken count. */
  add(loudness: readonly number[], spoken: readonly boolean[]): void {
    const faded = Math.exp((-this.spacing * loudness.length) / MEMORY);
    for (let bin = 0; bin < BINS.length; bin++) this.seconds[bin] *= faded;
    loudness.forEach((value, index) => {
      if (spoken[index] && value > QUIETEST) this.seconds[clip(round(value - QUIETEST), 0, BINS.length - 1)] += this.spacing;
    });
  }

  /** Level of loud syllables, dB of full scale. */
  get loudest(): number {
    const total = this.seconds.reduce((sum, value) => sum + value, 0);
    if (total === 0) return USUAL_LOUDEST;
    let sum = 0;
    const found = BINS[this.seconds.findIndex((value) => (sum += value) >= 0.95 * total)];
    return (USUAL_LOUDEST * LOUDEST_WEIGHT + found * total) / (LOUDEST_WEIGHT + total);
  }

  /** Mean and spread of the levels that are no pauses. */
  get scale(): Scale {
    const { loudest } = this;
    let [total, sum] = [0, 0];
    BINS.forEach((bin, index) => {
      if (bin <= loudest - ACTIVE_RANGE) return;
      total += this.seconds[index];
      sum += this.seconds[index] * bin;
    });
    const mean = ((loudest + USUAL_ENERGY) * ENERGY_WEIGHT + sum) / (ENERGY_WEIGHT + total);
    let square = USUAL_SPREAD.energy ** 2 * SPREAD_WEIGHT;
    BINS.forEach((bin, index) => {
      if (bin > loudest - ACTIVE_RANGE) square += this.seconds[index] * (bin - mean) ** 2;
    });
    return new Scale(mean, Math.max(Math.sqrt(square / (SPREAD_WEIGHT + total)), MIN_SPREAD.energy));
  }
}

/** Pitch of a voice so far: mean and spread that forget. */
export class RunningPitch {
  private seconds = 0;
  private sum = 0; // s · log Hz
  private squares = 0; // s · (log Hz)²

  /** `spacing` of the pitches that `add` is given, s. */
  constructor(private readonly spacing: number) {}

  /** Add log f0, log Hz, of which the voiced ones count. */
  add(logarithm: readonly number[], voiced: readonly boolean[]): void {
    const faded = Math.exp((-this.spacing * logarithm.length) / MEMORY);
    const counted = logarithm.filter((_, index) => voiced[index]);
    this.seconds = this.seconds * faded + this.spacing * counted.length;
    this.sum = this.sum * faded + this.spacing * counted.reduce((sum, value) => sum + value, 0);
    this.squares = this.squares * faded + this.spacing * counted.reduce((sum, value) => sum + value * value, 0);
  }

  /** Mean and spread, log Hz. */
  get scale(): Scale {
    const mean = (USUAL_PITCH * PITCH_WEIGHT + this.sum) / (PITCH_WEIGHT + this.seconds);
    const around = Math.max(this.squares - 2 * mean * this.sum + this.seconds * mean ** 2, 0);
    const spread = Math.sqrt((USUAL_SPREAD.pitch ** 2 * SPREAD_WEIGHT + around) / (SPREAD_WEIGHT + this.seconds));
    return new Scale(mean, Math.max(spread, MIN_SPREAD.pitch));
  }
}
