import { type Rows } from "../numeric.js";

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
