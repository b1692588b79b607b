import { round } from "../numeric.js";
import { SAMPLE_RATE } from "../space.js";

export const ENERGY_WINDOW = 400; // samples: 25 ms
export const QUIETEST = -60; // dB of full scale: below is silence in any recording
const USUAL = -20; // dB of full scale: level of loud syllables that networks are given

/** RMS level of 25 ms around an instant, s, dB of full scale, not below -100. */
export function level(samples: Float32Array, time: number): number {
  const centre = round(time * SAMPLE_RATE);
  const first = Math.max(centre - ENERGY_WINDOW / 2, 0);
  const last = Math.min(centre + ENERGY_WINDOW / 2, samples.length);
  let sum = 0;
  for (let i = first; i < last; i++) sum += samples[i] * samples[i];
  return 10 * Math.log10(Math.max(sum / ENERGY_WINDOW, 1e-10));
}

/** What brings syllables of a level, dB of full scale, to the level that networks are given. */
export function gainOf(loudest: number): number {
  return 10 ** ((USUAL - loudest) / 20);
}

/** Sound times a gain, as 32-bit floats. */
export function amplified(samples: Float32Array<ArrayBuffer>, gain: number): Float32Array<ArrayBuffer> {
  const factor = Math.fround(gain);
  return samples.map((sample) => sample * factor);
}
