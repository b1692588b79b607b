import { type Rows } from "../numeric.js";

/** Frames over which the free motion of a head bends towards what is given. */
export const HEAD_BEND = 14;

/** A window with some rows given exactly from a frame on: those before and after them bend towards them, as `meet`. */
export function meetWithin(clean: Rows, first: number, given: Rows, bend: number): Rows {
  const before = meet(clean.slice(0, first).reverse(), [...given].reverse(), bend).reverse();
  return [...before, ...given, ...meet(clean.slice(first + given.length), given, bend)];
}

/**
 * Free motion that follows a given past without a jump and without a change of velocity: what it misses the past by is taken
 * from its first frames, less and less over `bend` frames. It is `ksdiff.model.known_motion.meet` where the past alone is given.
 */
export function meet(clean: Rows, past: Rows, bend: number): Rows {
  const [last, before] = [past[past.length - 1], past[past.length - 2]];
  const [first, second] = [clean[0], clean[1]];
  return clean.map((row, index) => {
    const distance = index + 1;
    const fade = 0.5 + 0.5 * Math.cos(Math.PI * Math.min(distance / (bend + 1), 1));
    const turn = distance * Math.max(1 - distance / (bend + 1), 0) ** 2;
    return row.map((value, at) => {
      const missed = last[at] - (2 * first[at] - second[at]);
      const missedVelocity = last[at] - before[at] - (second[at] - first[at]);
      return value + fade * missed + turn * missedVelocity;
    });
  });
}
