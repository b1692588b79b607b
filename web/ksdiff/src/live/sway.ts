// A head that is never quite still: in silence the model hears nothing to move it by, and all but stops. As `ksdiff.live.sway`.

import { type Rows } from "../numeric.js";
import { Random } from "../random.js";
import { FPS } from "../space.js";

const ROTATION = [0.012, 0.014, 0.006]; // rad, standard deviation about x, y, z
const PERIODS = [2.9, 4.7, 7.9, 12.7]; // s: none is a multiple of another
const COME = 1; // s in which the sway comes in silence
const GO = 0.5; // s in which it goes in speech

/** The sway of one session's head. */
export class Sway {
  private readonly phases: number[][];
  private weight = 0;

  /** It comes with the first frames: the session begins with the neutral pose. */
  constructor(seed: number) {
    const random = new Random([seed, 2]);
    this.phases = PERIODS.map(() => ROTATION.map(() => random.uniform(0, 2 * Math.PI)));
  }

  copy(): Sway {
    return Object.assign(Object.create(Sway.prototype) as Sway, this);
  }

  /** Puts the sway onto the poses of the next frames, of which the first has this number. */
  apply(first: number, head: Rows, quiet: readonly boolean[]): void {
    head.forEach((pose, index) => {
      const time = (first + index) / FPS;
      this.weight += quiet[index] ? (1 - this.weight) / FPS / COME : -this.weight / FPS / GO;
      ROTATION.forEach((size, axis) => {
        let sum = 0;
        PERIODS.forEach((period, wave) => (sum += Math.sin((2 * Math.PI * time) / period + this.phases[wave][axis])));
        pose[axis] += this.weight * sum * Math.sqrt(2 / PERIODS.length) * size;
      });
    });
  }
}
