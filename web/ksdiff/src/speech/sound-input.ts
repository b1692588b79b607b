import { InputError } from "../errors.js";
import { concatenated } from "../numeric.js";
import { SAMPLE_RATE } from "../space.js";

export const MIN_RATE = 8000;
export const MAX_RATE = 48_000;
// The filter of FFmpeg's resampler as Python's ksdiff uses it: a sinc below a Kaiser window.
const TAPS = 32; // where sound is not slowed down
const CUTOFF = 0.97; // of the lower rate's half
const BETA = 9;

/** Mono sound of one rate to mono at 16 kHz; the result does not depend on the sizes of the pieces. */
export class SoundInput {
  private readonly phases: Float32Array[] = [];
  private readonly step: number; // phases from one output to the next
  private readonly before: number; // inputs of the filter before its centre
  private waiting: Float32Array<ArrayBuffer> = new Float32Array(0);
  private begun = false;
  private position = 0; // of the next output, in phases from the first sample that waits

  /** Samples per second, 8000 to 48 000. Throws an `InputError` if it is another. */
  constructor(readonly rate: number) {
    if (!(Number.isInteger(rate) && rate >= MIN_RATE && rate <= MAX_RATE)) {
      throw new InputError(`the sound has ${rate} samples/s; it must have ${MIN_RATE} to ${MAX_RATE}: convert it first`);
    }
    const divisor = greatestCommonDivisor(rate, SAMPLE_RATE);
    const factor = Math.min((SAMPLE_RATE * CUTOFF) / rate, 1);
    const taps = 2 * Math.ceil(Math.ceil(TAPS / factor) / 2);
    this.step = rate / divisor;
    this.before = Math.floor((taps - 1) / 2);
    if (rate === SAMPLE_RATE) return;
    const count = SAMPLE_RATE / divisor;
    for (let phase = 0; phase < count; phase++) this.phases.push(filter(phase / count, factor, taps, this.before));
  }

  /** What comes next, as far as it can be told at 16 kHz already. Throws an `InputError` where it is no sound. */
  take(samples: Float32Array | Int16Array): Float32Array<ArrayBuffer> {
    const fresh = checked(samples);
    if (this.phases.length === 0) return fresh;
    this.waiting = concatenated([this.waiting, fresh]);
    if (!this.begun) {
      if (this.waiting.length <= this.before + 1) return new Float32Array(0);
      // What comes before the sound is its mirror image, so that it does not begin with a click.
      const mirrored = this.waiting.slice(1, this.before + 1).reverse();
      this.waiting = concatenated([mirrored, this.waiting]);
      this.begun = true;
    }
    const count = this.phases.length;
    const taps = this.phases[0].length;
    const made = new Float32Array(Math.max(0, Math.ceil(((this.waiting.length - taps + 1) * count - this.position) / this.step)));
    for (let index = 0; index < made.length; index++, this.position += this.step) {
      const first = Math.floor(this.position / count);
      const weights = this.phases[this.position % count];
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += this.waiting[first + tap] * weights[tap];
      made[index] = sum;
    }
    const done = Math.min(Math.floor(this.position / count), this.waiting.length);
    this.waiting = this.waiting.slice(done);
    this.position -= done * count;
    return made;
  }
}

/** Samples as floats in -1..1. Throws an `InputError` where some are no numbers, or it is another kind of array. */
export function checked(samples: Float32Array | Int16Array): Float32Array<ArrayBuffer> {
  if (samples instanceof Int16Array) return Float32Array.from(samples, (value) => value / 32768);
  if (!(samples instanceof Float32Array)) throw new InputError("the sound must be mono, a Float32Array in -1..1 or an Int16Array");
  return samples.map((value) => {
    if (!Number.isFinite(value)) throw new InputError("the sound has samples that are not finite numbers");
    return Math.min(Math.max(value, -1), 1);
  }) as Float32Array<ArrayBuffer>;
}

function filter(phase: number, factor: number, taps: number, centre: number): Float32Array {
  const weights = Array.from({ length: taps }, (_, tap) => {
    const angle = Math.PI * (tap - centre - phase) * factor;
    const away = (2 * angle) / (factor * taps * Math.PI);
    return (angle === 0 ? 1 : Math.sin(angle) / angle) * bessel(BETA * Math.sqrt(Math.max(1 - away * away, 0)));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}

/** The modified Bessel function of the first kind and order 0, by its series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
