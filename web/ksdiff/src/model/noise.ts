// The noise from which motion is denoised: that of `ksdiff.model.sampling.noise`, value for value.

import { type Rows } from "../numeric.js";
import { Random } from "../random.js";
import { FPS, type Path } from "../space.js";

export const NOISE_BLOCK = FPS; // frames of noise drawn from one seed
const SPAWN_KEYS: Record<Path, number[]> = { expression: [], head: [1] }; // the paths' noise is independent at equal seeds
// Correlated noise is white noise through a filter: parts of it, by their standard deviation in s, with their weights.
const NOISE_SCALES = [[0, 0.6], [0.24, 0.35], [1, 0.45]] as const; // a frame, a syllable, a phrase
const NOISE_REACH = 3 * FPS; // frames to each side of its own that a frame's noise depends on

/** The filter; its squares add up to 1, so that the noise keeps its variance. */
const FILTER = (() => {
  const total = new Float64Array(2 * NOISE_REACH + 1);
  for (const [scale, weight] of NOISE_SCALES) {
    const part = total.map((_, at) => {
      const time = (at - NOISE_REACH) / FPS;
      return scale ? Math.exp(-0.5 * (time / scale) ** 2) : Number(time === 0);
    });
    const norm = Math.hypot(...part);
    part.forEach((value, at) => (total[at] += (weight * value) / norm));
  }
  const norm = Math.hypot(...total);
  return total.map((value) => value / norm);
})();

/** Noise that depends on path, seed and frame number alone. */
export class FrameNoise {
  private readonly white = new Map<number, Float32Array>();

  constructor(
    private readonly path: Path,
    private readonly seed: number,
    private readonly channels: number,
    private readonly correlated: boolean,
  ) {}

  /** Noise of so many frames from a number on, which may be negative. What lies before them is forgotten. */
  rows(start: number, frames: number): Rows {
    const reach = this.correlated ? NOISE_REACH : 0;
    for (const block of this.white.keys()) if ((block + 1) * NOISE_BLOCK <= start - reach) this.white.delete(block);
    return Array.from({ length: frames }, (_, index) => {
      const frame = start + index;
      if (!this.correlated) return this.row(frame).slice();
      const sums = new Float64Array(this.channels);
      FILTER.forEach((weight, tap) => {
        const row = this.row(frame + tap - NOISE_REACH);
        for (let channel = 0; channel < this.channels; channel++) sums[channel] += weight * row[channel];
      });
      return Float32Array.from(sums);
    });
  }

  /** White noise of a frame. */
  private row(frame: number): Float32Array<ArrayBuffer> {
    const block = Math.floor(frame / NOISE_BLOCK);
    let values = this.white.get(block) as Float32Array<ArrayBuffer> | undefined;
    if (!values) {
      // The words of a seed cannot be negative; blocks before frame 0 count down from the greatest.
      const word = block + 1 < 0 ? block + 1 + 2 ** 32 : block + 1;
      values = new Random([this.seed, word], SPAWN_KEYS[this.path]).standardNormals(NOISE_BLOCK * this.channels);
      this.white.set(block, values);
    }
    const at = (frame - block * NOISE_BLOCK) * this.channels;
    return values.subarray(at, at + this.channels);
  }
}
