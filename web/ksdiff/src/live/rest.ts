// A mouth at rest where nobody speaks, when it is not known yet how long that lasts. As `ksdiff.live.rest`.

import { softLimit } from "../layers/limits.js";
import { type Rows, smoothstep } from "../numeric.js";
import { EXPRESSION_CHANNELS, FPS } from "../space.js";
import type { Quiet } from "./hearing.js";

// The lips begin to close this long after the last sound, and are closed so long after it, s.
const BEGIN = 0.2;
const CLOSED = 0.6;
const CUT = 0.1; // s in which they close where speech is cut off
const OPEN = 0.2; // s before the next sound in which they open
const MAX_SMILE = 0.4; // weight over the face at rest that may stay: with closed lips more is a grin that is held
const MOUTH = channelsOf(/^(jaw|mouth(?!Smile|Dimple))/);
const SMILE = channelsOf(/^mouth(Smile|Dimple)/);

function channelsOf(pattern: RegExp): number[] {
  return EXPRESSION_CHANNELS.flatMap((name, index) => (pattern.test(name) ? [index] : []));
}

/** How far the mouth of one session is at rest. */
export class CausalRest {
  private silent = Infinity; // s since somebody spoke
  private since = -1; // s since speech was cut off; negative for not at all
  private from = 0; // weight at the cut
  private weight = 1;

  /** At rest: nobody has spoken yet. Takes the face at rest. */
  constructor(private readonly neutral: Float32Array) {}

  copy(): CausalRest {
    return Object.assign(Object.create(CausalRest.prototype) as CausalRest, this);
  }

  /** Closes the lips now, whatever was heard. */
  cut(): void {
    [this.since, this.from, this.silent] = [0, this.weight, CLOSED];
  }

  /** Puts the mouth of the next hop at rest as far as it is. */
  apply(expression: Rows, quiet: Quiet): void {
    expression.forEach((row, index) => {
      const silent = quiet.now[index];
      this.silent = silent ? this.silent + 1 / FPS : 0;
      let weight = smoothstep((this.silent - BEGIN) / (CLOSED - BEGIN)) * smoothstep(quiet.until[index] / OPEN);
      if (!silent) {
        this.since = -1;
      } else if (this.since >= 0) {
        this.since += 1 / FPS;
        weight = this.from + (weight - this.from) * smoothstep(this.since / CUT);
      }
      this.weight = weight;
      for (const channel of MOUTH) row[channel] += (this.neutral[channel] - row[channel]) * weight;
      for (const channel of SMILE) {
        const smile = row[channel] - this.neutral[channel];
        row[channel] += (softLimit(smile, MAX_SMILE) - smile) * weight;
      }
    });
  }
}
