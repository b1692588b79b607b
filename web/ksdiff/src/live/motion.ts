// Motion of one hop: a short window that continues what is there. As `ksdiff.live.motion`.

import { limitTranslation } from "../layers/limits.js";
import type { Condition } from "../model/condition.js";
import { nearKeyframes, pickKeyframes } from "../model/keyframes.js";
import { HEAD_BEND, meet, meetWithin } from "../model/known-motion.js";
import type { Encoded, KeyframePast, Network } from "../model/network.js";
import { FrameNoise } from "../model/noise.js";
import type { Checkpoint, Sampling } from "../model/safetensors.js";
import { Scheduler } from "../model/scheduler.js";
import { concatenated, type Rows } from "../numeric.js";
import { CHANNELS, type Path, PATHS } from "../space.js";
import { BEND, GIVEN, HOP, KEYFRAME_GUIDANCE, LOOKAHEAD, PAST, STEPS, TEMPERATURE, WINDOW } from "./settings.js";

const START = 2; // what stands before the first frame; 0 and 1 say that a frame is not, or is, a keyframe

/** What a keyframe predictor remembers between two frames. */
interface DecoderState {
  past: KeyframePast;
  /** Frames in it. */
  held: number;
  /** Whether the last frame is a keyframe, or `START`. */
  token: number;
  /** Whether its probability reached the threshold. */
  above: boolean;
}

type ByPath<T> = Record<Path, T>;

/** Both paths. */
function byPath<T>(make: (path: Path) => T): ByPath<T> {
  return { expression: make("expression"), head: make("head") };
}

/** Where the motion of one session stands. */
export interface Track {
  style: number;
  /** The next frame to make. */
  frame: number;
  /** What the last window made of the frames from there on, which are made again; undefined for nothing. */
  foreseen: ByPath<Rows> | undefined;
  /** Normalised motion before it. */
  past: ByPath<Rows>;
  /** Keyframe strengths before it. */
  keyframes: ByPath<number[]>;
  /** Keyframe probability of the frame before it; -1 for none. */
  before: ByPath<number>;
  decoders: ByPath<DecoderState>;
  noise: ByPath<FrameNoise>;
}

/** The model, as it makes one hop after the other. */
export class Generator {
  private readonly scheduler: Scheduler;
  private readonly thresholds: ByPath<number>;
  private readonly temperatures: ByPath<number>;
  private readonly mean: ByPath<Float32Array>;
  private readonly deviation: ByPath<Float32Array>;
  private readonly gain: ByPath<Float32Array>;
  private readonly silent = new Map<number, ByPath<DecoderState>>(); // predictors after silence, by style

  constructor(
    private readonly network: Network,
    private readonly checkpoint: Checkpoint,
  ) {
    const { config, facts } = checkpoint.header;
    const sampling: Partial<Sampling> = facts.sampling ?? {};
    this.scheduler = new Scheduler(config.num_train_timesteps, config.beta_schedule);
    this.thresholds = sampling.keyframe_threshold ?? { expression: 0.5, head: 0.5 };
    this.temperatures = byPath((path) => (sampling[`${path}_temperature`] ?? 1) * TEMPERATURE[path]);
    const tensor = (name: string) => checkpoint.tensors.get(name)!.values;
    this.mean = byPath((path) => tensor(`${path}_mean`));
    this.deviation = byPath((path) => tensor(`${path}_std`));
    this.gain = byPath((path) => tensor(`${path}_gain`));
  }

  /**
   * A session that starts from the neutral face.
   *
   * `silence` is a window before the beginning. The keyframe predictors hear it over and over, until they remember as much as
   * they ever do.
   */
  async begin(seed: number, style: number, silence: Condition): Promise<Track> {
    let decoders = this.silent.get(style);
    if (!decoders) {
      decoders = await this.silentDecoders(silence);
      this.silent.set(style, decoders);
    }
    return {
      style,
      frame: 0,
      foreseen: undefined,
      past: byPath((path) => Array.from({ length: PAST }, () => this.mean[path].map((mean, at) => -mean / this.deviation[path][at]) as Rows[0])),
      keyframes: byPath(() => new Array<number>(PAST).fill(0)),
      before: byPath(() => -1),
      decoders: { ...decoders },
      noise: byPath((path) => new FrameNoise(path, seed, CHANNELS[path], this.checkpoint.header.config.correlated_noise)),
    };
  }

  /** The next hop, in physical units, expression relative to the neutral face; the track goes on by it. */
  async make(track: Track, condition: Condition): Promise<ByPath<Rows>> {
    const encoded = await this.network.encode(condition);
    const hop = byPath<Rows>(() => []);
    const foreseen = byPath<Rows>(() => []);
    for (const path of PATHS) {
      const strengths = await this.keyframes(path, track, encoded);
      const clean = await this.denoised(path, track, encoded, strengths);
      const fresh = clean.slice(PAST);
      // Where nothing was foreseen, at the beginning and after a cut, the hop bends to the past.
      hop[path] = track.foreseen
        ? faded(track.foreseen[path], fresh.slice(0, HOP))
        : meet(fresh, track.past[path], BEND[path]).slice(0, HOP);
      foreseen[path] = fresh.slice(HOP);
      track.past[path] = [...track.past[path], ...hop[path]].slice(-PAST);
      track.keyframes[path] = strengths.slice(HOP, HOP + PAST);
    }
    track.foreseen = foreseen;
    track.frame += HOP;
    const moved = byPath((path) =>
      hop[path].map((row) => row.map((value, at) => value * this.gain[path][at] * this.deviation[path][at] + this.mean[path][at])),
    );
    limitTranslation(moved.head);
    return moved;
  }

  /** What the keyframe predictors remember after long silence. */
  private async silentDecoders(silence: Condition): Promise<ByPath<DecoderState>> {
    const encoded = await this.network.encode(silence);
    const states = byPath((): DecoderState => ({ past: this.network.noPast(), held: 0, token: START, above: false }));
    for (const path of PATHS) {
      for (let decoded = 0; decoded < this.checkpoint.header.config.keyframe_window; decoded += PAST) {
        ({ state: states[path] } = await this.decode(path, encoded, 0, PAST, PAST, states[path]));
      }
    }
    return states;
  }

  /**
   * Keyframe strengths of the window, up to the frame after the hop.
   *
   * A keyframe is a local maximum, so the frame after it must be known; that frame is decoded again in the next hop.
   */
  private async keyframes(path: Path, track: Track, encoded: Encoded): Promise<number[]> {
    const { probabilities, state } = await this.decode(path, encoded, PAST, HOP + 1, HOP, track.decoders[path]);
    const all = [track.before[path], ...probabilities];
    track.before[path] = all[HOP];
    track.decoders[path] = state;
    const picked = pickKeyframes(all, this.thresholds[path]).slice(1);
    return [...track.keyframes[path], ...picked, ...new Array<number>(LOOKAHEAD - 1).fill(0)];
  }

  /**
   * Probabilities of some frames of a window, as if decoded frame by frame, and the state before the frame `keep` of them.
   *
   * A frame counts as a keyframe for what follows if its probability is the first of a run to reach the threshold. All are
   * decoded at once under the guess that none is a keyframe, and again until no guess is wrong (Song et al. 2021,
   * "Accelerating Feedforward Computation via Parallel Nonlinear Equation Solving").
   */
  private async decode(
    path: Path,
    encoded: Encoded,
    first: number,
    count: number,
    keep: number,
    state: DecoderState,
  ): Promise<{ probabilities: number[]; state: DecoderState }> {
    const memory = await this.network.keyframeMemory(path, encoded);
    let previous = [state.token, ...new Array<number>(count - 1).fill(0)];
    for (;;) {
      const { probabilities, seen } = await this.network.keyframeStep(path, memory, first, previous, state.past);
      const reached = [state.above, ...probabilities.map((value) => value >= Math.fround(this.thresholds[path]))];
      const tokens = [state.token, ...probabilities.map((_, index) => Number(reached[index + 1] && !reached[index]))];
      if (previous.every((token, index) => token === tokens[index])) {
        const end = state.held + keep;
        const begin = Math.max(0, end - this.checkpoint.header.config.keyframe_window);
        const past = this.network.cutPast(seen, begin, end);
        return { probabilities, state: { past, held: end - begin, token: tokens[keep], above: reached[keep] } };
      }
      previous = tokens.slice(0, count);
    }
  }

  /** Clean normalised motion of the window; where keyframes guide, with and without them as one batch. */
  private async denoised(path: Path, track: Track, encoded: Encoded, strengths: readonly number[]): Promise<Rows> {
    const channels = CHANNELS[path];
    const told = new Float32Array(2 * WINDOW);
    strengths.forEach((strength, frame) => told.set([strength, 1], 2 * frame));
    // The last frames of the past are given exactly.
    const known = new Float32Array(WINDOW * 2 * channels);
    for (let frame = PAST - GIVEN[path]; frame < PAST; frame++) {
      known.set(track.past[path][frame], frame * 2 * channels);
      known.fill(1, (2 * frame + 1) * channels, (2 * frame + 2) * channels);
    }
    // Only near keyframes: a window that is told of none would be kept still by guidance, and so would all silence.
    const scale = KEYFRAME_GUIDANCE[path] - 1;
    const further = scale === 0 ? null : nearKeyframes(strengths).map((near) => scale * near);
    const compared = further ? [told, new Float32Array(2 * WINDOW)] : [told];
    const context = await this.network.context(path, encoded, track.style, compared, known);
    const noise = new Float32Array(WINDOW * channels);
    const temperature = this.temperatures[path];
    track.noise[path].rows(track.frame - PAST, WINDOW).forEach((row, frame) => {
      noise.set(row.map((value) => temperature * value), frame * channels);
    });
    const given = track.past[path].slice(PAST - GIVEN[path]);
    const clean = await this.scheduler.sample(noise, STEPS[path], async (noisy, step) => {
      const [one, plain] = await this.network.denoise(path, context, noisy, step);
      const made = further ? one.map((value, at) => value + further[Math.floor(at / channels)] * (value - plain[at])) : one;
      // As in whole sounds, the head is brought to its past at each step. A mouth that is held so long would be late.
      return path === "head" ? concatenated(meetWithin(rows(made, channels), PAST - GIVEN[path], given, HEAD_BEND)) : made;
    });
    return rows(clean, channels);
  }
}

function rows(values: Float32Array<ArrayBuffer>, channels: number): Rows {
  return Array.from({ length: WINDOW }, (_, frame) => values.slice(frame * channels, (frame + 1) * channels));
}

/** A hop that goes over from what the window before it foresaw of it to what is known now. */
function faded(foreseen: Rows, made: Rows): Rows {
  const count = Math.min(foreseen.length, made.length);
  return made.map((row, index) => {
    if (index >= count) return row;
    const share = Math.sin(((Math.PI / 2) * (index + 1)) / (count + 1));
    return row.map((value, at) => foreseen[index][at] + share * (value - foreseen[index][at]));
  });
}
