import { SAMPLE_RATE } from "../space.js";

export const STRIDE = 384; // samples from one frame to the next
export const SUPPORT = 895; // samples that the first, convolutional part sees of a frame
export const FEATURES = 832;

/** Where the frames of the encoder lie: the centre of the first, and from one to the next, s. */
export const GRID = { first: (SUPPORT - 1) / 2 / SAMPLE_RATE, spacing: STRIDE / SAMPLE_RATE };

/** The frozen speech encoder, Moonshine base: features of all frames of a short sound, one after the other. */
export type SpeechEncoder = (samples: Float32Array<ArrayBuffer>) => Promise<Float32Array<ArrayBuffer>>;
