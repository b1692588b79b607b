import { concatenated } from "../numeric.js";

export const STEP = 512; // samples from one probability to the next: 32 ms
const CONTEXT = 64; // samples before a step that the network hears too
export const SPEECH_STATE = 128; // values of the network's memory, twice

/** The network: the probability of speech in each step, and what it remembers. */
export type SpeechNetwork = (
  steps: Float32Array<ArrayBuffer>,
  count: number,
  hidden: Float32Array<ArrayBuffer>,
  cell: Float32Array<ArrayBuffer>,
) => Promise<{ probability: Float32Array; hidden: Float32Array<ArrayBuffer>; cell: Float32Array<ArrayBuffer> }>;

/** How likely it is that somebody speaks: Silero VAD, and what it remembers of the sound so far. */
export class SpeechDetector {
  private before = new Float32Array(CONTEXT);
  private hidden = new Float32Array(SPEECH_STATE);
  private cell = new Float32Array(SPEECH_STATE);

  constructor(private readonly network: SpeechNetwork) {}

  /** Probability of speech in each of the next steps, of `STEP` samples each. */
  async hear(samples: Float32Array<ArrayBuffer>): Promise<Float32Array> {
    const count = samples.length / STEP;
    const heard = concatenated([this.before, samples]);
    const steps = new Float32Array(count * (CONTEXT + STEP));
    for (let step = 0; step < count; step++) {
      steps.set(heard.subarray(step * STEP, (step + 1) * STEP + CONTEXT), step * (CONTEXT + STEP));
    }
    this.before = heard.slice(-CONTEXT);
    const { probability, hidden, cell } = await this.network(steps, count, this.hidden, this.cell);
    [this.hidden, this.cell] = [hidden, cell];
    return probability;
  }
}
