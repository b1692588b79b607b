import { SAMPLE_RATE } from "../space.js";

export const STRIDE = 384; // samples from one frame to the next
export const SUPPORT = 895; // samples that the first, convolutional part sees of a frame
export const FEATURES = 832;

/** Where the frames of the encoder lie: the centre of the first, and from one to the next, s. */
export const GRID = { first: (SUPPORT - 1) / 2 / SAMPLE_RATE, spacing: STRIDE / SAMPLE_RATE };

/** Deviation of the first layer over a sound, dB, above the level of its loud syllables, as in `ksdiff.speech.streaming_encoder`. */
export const ABOVE_LOUDEST = -6.5;
/** Keys and values of a frame, for each layer. */
export const [REMEMBERED, HEADS, HEAD_SIZE] = [10, 8, 52];

/** Keys and values of the frames before: an array of `REMEMBERED`, `HEADS`, `frames`, `HEAD_SIZE` numbers. */
export interface EncoderMemory {
  values: Float32Array<ArrayBuffer>;
  frames: number;
}

/** Before the first frame. */
export const NOTHING: EncoderMemory = { values: new Float32Array(0), frames: 0 };

/**
 * The frozen speech encoder, Moonshine base, on a sound that goes on: features of the frames that follow those in the memory,
 * one after the other, and the memory with the first `settled` of them. `loudest` is the level of the voice's loud syllables,
 * dB of full scale.
 */
export type SpeechEncoder = (
  samples: Float32Array<ArrayBuffer>,
  memory: EncoderMemory,
  settled: number,
  loudest: number,
) => Promise<{ features: Float32Array<ArrayBuffer>; memory: EncoderMemory }>;
