/** Local maxima of the probabilities from a threshold on, no two adjacent; the strength is the probability. */
export function pickKeyframes(probabilities: readonly number[], threshold: number): number[] {
  return probabilities.map((value, index) => {
    const [before, after] = [probabilities[index - 1] ?? -1, probabilities[index + 1] ?? -1];
    return value >= before && value > after && value >= threshold ? value : 0;
  });
}

/** Frames from a keyframe within which guidance by keyframes acts. */
const REACH = 12;

/** 1 at keyframes, falling to 0 within `REACH` frames. */
export function nearKeyframes(strengths: readonly number[]): number[] {
  return strengths.map((_, at) => {
    let most = 0;
    for (let other = Math.max(at - REACH, 0); other <= Math.min(at + REACH, strengths.length - 1); other++) {
      if (strengths[other] > 0) most = Math.max(most, 1 - Math.abs(other - at) / (REACH + 1));
    }
    return most;
  });
}
