import { interpolate } from "../numeric.js";
import { SAMPLE_RATE } from "../space.js";
import { amplified } from "./level.js";

export const VOICED = 0.5; // swift-f0 is calibrated so that a frame is voiced from this confidence on
const PITCH_RANGE = [50, 600] as const; // Hz: from a creaking low voice to a child's
const HOP = 256; // samples from one pitch frame to the next
const SILENCE = Math.fround(1e-3); // amplitude below which the network is not believed

/** The network: pitch, Hz, and confidence of each 16 ms. */
export type PitchNetwork = (samples: Float32Array<ArrayBuffer>, least: number, most: number) => Promise<{ pitch: Float32Array; confidence: Float32Array }>;

/** The pitch of a sound, every 16 ms. */
export class PitchTrack {
  private readonly voiced: Float64Array;
  private readonly weighted: Float64Array;

  /** Log-f0, log Hz, of no meaning where unvoiced; and the probability that the voice sounds. */
  constructor(
    logarithm: Float64Array,
    private readonly voicing: Float64Array,
  ) {
    // Only voiced neighbours say anything about the pitch between two frames.
    this.voiced = voicing.map((value) => (value >= VOICED ? 1 : 0));
    this.weighted = logarithm.map((value, index) => value * this.voiced[index]);
  }

  /** Log-f0 and voicing at an instant, s. */
  at(time: number): { logarithm: number; voicing: number } {
    const spacing = HOP / SAMPLE_RATE;
    const weight = Math.max(interpolate(time, spacing, this.voiced), 1e-9);
    return { logarithm: interpolate(time, spacing, this.weighted) / weight, voicing: interpolate(time, spacing, this.voicing) };
  }
}

/** The pitch of a sound of some seconds at 16 kHz, times a gain. */
export async function trackPitch(network: PitchNetwork, samples: Float32Array<ArrayBuffer>, gain: number): Promise<PitchTrack> {
  const heard = amplified(samples, gain);
  const { pitch, confidence } = await network(heard, ...PITCH_RANGE);
  const voicing = Float64Array.from(confidence, (value, index) => {
    const end = Math.min((index + 1) * HOP, heard.length);
    for (let i = index * HOP; i < end; i++) if (Math.abs(heard[i]) >= SILENCE) return value;
    return 0;
  });
  return new PitchTrack(Float64Array.from(pitch, Math.log), voicing);
}
