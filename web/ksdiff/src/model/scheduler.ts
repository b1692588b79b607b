// Deterministic DDIM sampling of a model that predicts clean motion, as `ksdiff.model.sampling.scheduler`.

import { InputError } from "../errors.js";
import { round } from "../numeric.js";

const BETA_START = 0.00085; // of scaled_linear, as in DiffSpeaker
const BETA_END = 0.012;

function betas(schedule: string, count: number): number[] {
  const steps = Array.from({ length: count }, (_, step) => step);
  if (schedule === "scaled_linear") {
    const [first, last] = [Math.sqrt(BETA_START), Math.sqrt(BETA_END)];
    return steps.map((step) => (first + ((last - first) * step) / (count - 1)) ** 2);
  }
  // The cosine schedule (Nichol & Dhariwal 2021, eq. 17).
  if (schedule !== "squaredcos_cap_v2") throw new InputError(`the weights have an unknown noise schedule, ${schedule}`);
  const share = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return steps.map((step) => Math.min(1 - share((step + 1) / count) / share(step / count), 0.999));
}

export class Scheduler {
  private readonly alphas: number[] = []; // ᾱ: share of the signal's power that is left

  constructor(
    private readonly count: number,
    schedule: string,
  ) {
    let product = 1;
    for (const beta of betas(schedule, count)) this.alphas.push((product *= 1 - beta));
  }

  /** Denoises in so many steps; `predict` gives clean motion from noisy motion and its step, with what is given in place. */
  async sample(
    noise: Float32Array<ArrayBuffer>,
    steps: number,
    predict: (noisy: Float32Array<ArrayBuffer>, step: number) => Promise<Float32Array<ArrayBuffer>>,
  ): Promise<Float32Array<ArrayBuffer>> {
    let current = noise;
    for (let index = 0; index < steps; index++) {
      const step = round(this.count - (index * this.count) / steps) - 1;
      const clean = await predict(current, step);
      const alpha = this.alphas[step];
      const before = step - Math.floor(this.count / steps);
      const alphaBefore = before >= 0 ? this.alphas[before] : 1;
      const [keep, stay] = [Math.sqrt(alphaBefore), Math.sqrt(1 - alphaBefore) / Math.sqrt(1 - alpha)];
      current = current.map((value, at) => keep * clean[at] + stay * (value - Math.sqrt(alpha) * clean[at]));
    }
    return current;
  }
}
