import { type Rows } from "../numeric.js";
import { FPS } from "../space.js";

/** What the model is given of a window besides noise, as `ksdiff.model.condition` makes it. Times are s from its start. */
export interface Condition {
  /** Features of the speech, S frames one after the other. */
  features: Float32Array<ArrayBuffer>;
  /** Normalised log f0, normalised energy and voicing of each. */
  prosody: Float32Array<ArrayBuffer>;
  /** Centre of each. */
  times: Float32Array<ArrayBuffer>;
  /** 0 where a speech frame is padding. */
  mask: Uint8Array<ArrayBuffer>;
  frames: number;
}

/** Condition of a window of so many motion frames, of whose speech all that is known is given, from an instant on. */
export function conditionOf(features: Rows, prosody: Rows, begin: number, spacing: number, frames: number): Condition {
  const first = Math.floor(-begin / spacing);
  const count = Math.ceil(frames / FPS / spacing) + 2;
  const width = features[0].length;
  const condition = {
    features: new Float32Array(count * width),
    prosody: new Float32Array(count * 3),
    times: new Float32Array(count),
    mask: new Uint8Array(count),
    frames,
  };
  for (let at = 0; at < count; at++) {
    const index = first + at;
    condition.times[at] = index * spacing + begin;
    if (index < 0 || index >= features.length) continue;
    condition.mask[at] = 1;
    condition.features.set(features[index], at * width);
    condition.prosody.set(prosody[index], at * 3);
  }
  return condition;
}
