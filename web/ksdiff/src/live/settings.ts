// Sizes of what is heard and made at once, as in `ksdiff.live.settings`: chosen by the figures in docs/live.md.

import { type Path, SAMPLE_RATE, SAMPLES_PER_FRAME } from "../space.js";

/** Frames of 40 ms that are made at once. */
export const HOP = 4;
/** Frames of sound that are heard after the last frame that is made. */
export const LOOKAHEAD = 3;
/** Frames that the model sees at once: the past, which is given, then the hop and the look-ahead. */
export const WINDOW = 32;
/** Frames of a window that are there already. */
export const PAST = WINDOW - HOP - LOOKAHEAD;
/** Silence that the speech encoder hears before the beginning, s. */
export const CONTEXT = 1.5;
/** Time after which the features of a moment are no longer renewed, s. */
export const SETTLE = 0.6;
/** Denoising steps. */
export const STEPS: Record<Path, number> = { expression: 1, head: 2 };
/** Scale of the noise: in few steps a model makes less motion of the same noise. */
export const TEMPERATURE: Record<Path, number> = { expression: 1.0, head: 1.7 };
/** How far to go from the motion of which no keyframes are known to that with keyframes; 1 is the plain model. */
export const KEYFRAME_GUIDANCE: Record<Path, number> = { expression: 1.0, head: 4.0 };
/** Frames of the past that the model is given; the rest it makes again from the same noise. */
export const GIVEN: Record<Path, number> = { expression: 6, head: 6 };
/** Frames over which a hop bends towards the past where nothing of it was foreseen. */
export const BEND: Record<Path, number> = { expression: 2, head: 4 };

/** How much sound, in samples from the start, the hop that begins with a frame needs. */
export function heardUntil(frame: number): number {
  return (frame + HOP - 1 + LOOKAHEAD) * SAMPLES_PER_FRAME;
}

/** Time from a frame to the last sound that is heard before it is made, at most, s. */
export const DELAY = heardUntil(0) / SAMPLE_RATE;
