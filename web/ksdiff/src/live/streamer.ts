// The streamer: sound in, in pieces of any size; motion out, a fixed time later. As `ksdiff.live.streamer`.

import { InputError } from "../errors.js";
import { BLINK, type EyeBehaviour, NATURAL } from "../layers/eyes.js";
import { limit } from "../layers/limits.js";
import { Network, type Files, type Onnx, openEars } from "../model/network.js";
import { type Checkpoint, readCheckpoint } from "../model/safetensors.js";
import { type Rows } from "../numeric.js";
import { CHANNELS, FPS, type Path, SAMPLE_RATE, SAMPLES_PER_FRAME } from "../space.js";
import { SoundInput } from "../speech/sound-input.js";
import { CausalEyes } from "./eyes.js";
import { type Ears, Hearing } from "./hearing.js";
import { Generator, type Track } from "./motion.js";
import { CausalRest } from "./rest.js";
import { HOP, heardUntil } from "./settings.js";
import { Sway } from "./sway.js";

export const REMEMBERED = 20; // s of motion that `Streamer.interrupt` can take back
const MAX_WAITING = 600; // s of sound that one call of `Streamer.push` takes
const NEUTRAL_STYLE = "neutral";

/** How one session moves. */
export interface StreamOptions {
  /** A training speaker, or `neutral` for the average. */
  style: string;
  /** Of everything random: a whole number, 0 to 2^53 - 1. */
  seed: number;
  /** Let the mouth come to rest where nobody speaks. */
  rest: boolean;
  /** How blinks and gaze behave; null for no blinks and gaze of their own. */
  eyes: EyeBehaviour | null;
  /** Let the head sway a little in silence. */
  sway: boolean;
}

export const DEFAULT_OPTIONS: StreamOptions = { style: NEUTRAL_STYLE, seed: 0, rest: true, eyes: NATURAL, sway: true };

/** Motion of consecutive frames, 25 a second; frame n is the face at n / 25 s of the sound. */
export interface Frames {
  /** Number of the first frame. */
  first: number;
  count: number;
  /** Weights of `EXPRESSION_CHANNELS`, 0..1, frame by frame. */
  expression: Float32Array<ArrayBuffer>;
  /** Values of `HEAD_CHANNELS`, frame by frame. */
  head: Float32Array<ArrayBuffer>;
}

/** A model that moves sessions. */
export class Engine {
  private constructor(
    readonly ears: Ears,
    readonly checkpoint: Checkpoint,
    readonly generator: Generator,
  ) {}

  /** Opens the networks. Throws an `InputError` where the weights cannot be used. */
  static async open(onnx: Onnx, files: Files): Promise<Engine> {
    const checkpoint = readCheckpoint(await files("model.safetensors"));
    const ears = await openEars(onnx, files);
    return new Engine(ears, checkpoint, new Generator(await Network.open(onnx, files, checkpoint), checkpoint));
  }

  /** Names of the styles: `neutral` and the training speakers. */
  get styles(): string[] {
    return [NEUTRAL_STYLE, ...this.checkpoint.header.styles];
  }

  /** Number of a style. Throws an `InputError` if there is none of this name. */
  style(name: string): number {
    const { styles } = this.checkpoint.header;
    if (name === NEUTRAL_STYLE) return styles.length;
    if (!styles.includes(name)) throw new InputError(`unknown style "${name}": choose one of ${this.styles.join(", ")}`);
    return styles.indexOf(name);
  }

  /** The face at rest in a style. */
  neutral(style: number): Float32Array {
    const width = CHANNELS.expression;
    return this.checkpoint.tensors.get("neutrals")!.values.subarray(style * width, (style + 1) * width);
  }
}

/** Where a session stood before a hop: what `Streamer.interrupt` goes back to. */
interface Moment {
  frame: number;
  past: Record<Path, Rows>;
  eyes: CausalEyes | undefined;
  rest: CausalRest | undefined;
  sway: Sway | undefined;
}

/**
 * One session: `push` sound as it comes, and get the motion that is known by then.
 *
 * The frames are a function of the sound, the seed and the model alone: how the sound is cut into pieces changes no bit of
 * them. Memory does not grow with time. Calls wait for each other.
 */
export class Streamer {
  private readonly neutral: Float32Array;
  private rest: CausalRest | undefined;
  private sway: Sway | undefined;
  private eyes: CausalEyes | undefined;
  private waiting: Float32Array<ArrayBuffer>[] = [];
  private waitingSamples = 0;
  private end = 0; // of the sound that was pushed, samples: what lies beyond it is silence that was put in
  private moments: Moment[] = [];
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly engine: Engine,
    private input: SoundInput,
    private hearing: Hearing,
    private readonly track: Track,
    options: StreamOptions,
  ) {
    this.neutral = engine.neutral(track.style);
    if (options.rest) this.rest = new CausalRest(this.neutral);
    if (options.sway) this.sway = new Sway(options.seed);
    if (options.eyes) this.eyes = new CausalEyes(options.seed, options.eyes, [this.neutral[BLINK[0]], this.neutral[BLINK[1]]]);
  }

  /** Begins with the neutral face, and nothing heard. Throws an `InputError` where style, seed or rate cannot be used. */
  static async open(engine: Engine, options: Partial<StreamOptions> = {}, rate = SAMPLE_RATE): Promise<Streamer> {
    const all = { ...DEFAULT_OPTIONS, ...options };
    if (!(Number.isSafeInteger(all.seed) && all.seed >= 0)) {
      throw new InputError(`seed is ${all.seed}; it must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
    }
    const style = engine.style(all.style);
    const hearing = await Hearing.begin(engine.ears);
    const track = await engine.generator.begin(all.seed, style, hearing.condition(0));
    return new Streamer(engine, new SoundInput(rate), hearing, track, all);
  }

  /** Samples per second of the sound. */
  get rate(): number {
    return this.input.rate;
  }

  /** Number of the next frame that will be made. */
  get nextFrame(): number {
    return this.track.frame;
  }

  /** Where the next sound that is pushed will lie, s from the start, to within the resampler's millisecond. */
  get position(): number {
    return this.heardSamples / SAMPLE_RATE;
  }

  /** Takes sound, mono, whose rate may change, and makes all frames that it completes. Throws an `InputError` if it is no sound. */
  push(samples: Float32Array | Int16Array, rate = this.rate): Promise<Frames> {
    return this.inTurn(() => {
      if (rate !== this.rate) this.input = new SoundInput(rate); // what the resampler kept back is less than 2 ms
      if (samples.length > MAX_WAITING * this.rate) {
        throw new InputError(`${Math.round(samples.length / this.rate)} s of sound at once; at most ${MAX_WAITING} are taken: push less`);
      }
      const taken = this.input.take(samples);
      if (taken.length) {
        this.put(taken);
        this.end = this.heardSamples;
      }
      return this.advance();
    });
  }

  /**
   * The sound pauses here: makes all frames up to its end, as if silence followed; so it does, for the look-ahead.
   *
   * More sound can be pushed afterwards; `position` says where it will lie.
   */
  flush(): Promise<Frames> {
    return this.inTurn(() => {
      const end = Math.ceil(this.end / SAMPLES_PER_FRAME);
      const hops = Math.max(0, Math.ceil((end - this.nextFrame) / HOP));
      if (hops) this.put(new Float32Array(Math.max(heardUntil(this.nextFrame + (hops - 1) * HOP) - this.heardSamples, 0)));
      return this.advance();
    });
  }

  /**
   * Stops speaking: forgets all sound that is not shown yet, and closes the lips.
   *
   * The frames that come back replace those of the same numbers that were made before, and the time goes on from them.
   * `shown` says how far the motion has been shown, s, all that was made if undefined; at most `REMEMBERED` s are taken back.
   */
  interrupt(shown?: number): Promise<Frames> {
    return this.inTurn(async () => {
      if (shown !== undefined) this.goBack(Math.ceil(shown * FPS) + 1);
      this.input = new SoundInput(this.rate);
      this.waiting = [];
      this.waitingSamples = this.end = 0;
      this.track.foreseen = undefined;
      this.hearing = await this.hearing.silenced(heardUntil(this.nextFrame - HOP));
      this.rest?.cut();
      this.put(new Float32Array(HOP * SAMPLES_PER_FRAME));
      return this.advance();
    });
  }

  private get heardSamples(): number {
    return this.hearing.heard + this.waitingSamples;
  }

  /** What is asked for is done in order, each after what came before it. */
  private inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private put(samples: Float32Array<ArrayBuffer>): void {
    if (samples.length === 0) return;
    this.waiting.push(samples);
    this.waitingSamples += samples.length;
  }

  private async advance(): Promise<Frames> {
    const first = this.nextFrame;
    const expression: Rows = [];
    const head: Rows = [];
    while (this.heardSamples >= heardUntil(this.nextFrame)) {
      const made = await this.hop();
      expression.push(...made.expression);
      head.push(...made.head);
    }
    return { first, count: head.length, expression: flattened(expression), head: flattened(head) };
  }

  /** Makes the next hop: hears what it needs, moves, and puts the layers onto the motion. */
  private async hop(): Promise<{ expression: Rows; head: Rows }> {
    const first = this.nextFrame;
    const wanted = heardUntil(first) - this.hearing.heard;
    if (wanted > 0) await this.hearing.hear(this.taken(wanted));
    this.moments.push({ frame: first, past: { ...this.track.past }, eyes: this.eyes?.copy(), rest: this.rest?.copy(), sway: this.sway?.copy() });
    if (this.moments.length > (REMEMBERED * FPS) / HOP) this.moments.shift();
    const { expression, head } = await this.engine.generator.make(this.track, this.hearing.condition(first));
    for (const row of expression) row.forEach((value, at) => (row[at] = value + this.neutral[at]));
    const quiet = this.hearing.quiet(first);
    this.rest?.apply(expression, quiet);
    this.sway?.apply(first, head, quiet.now);
    this.eyes?.apply(first, expression, head, quiet.now);
    limit(expression);
    return { expression, head };
  }

  /** The next samples that wait. */
  private taken(count: number): Float32Array<ArrayBuffer> {
    const result = new Float32Array(count);
    let at = 0;
    while (at < count) {
      const piece = this.waiting.shift()!;
      const used = piece.subarray(0, count - at);
      result.set(used, at);
      at += used.length;
      if (used.length < piece.length) this.waiting.unshift(piece.subarray(used.length));
    }
    this.waitingSamples -= count;
    return result;
  }

  /** Stands where the session stood before the first hop that begins at a frame or after it. */
  private goBack(frame: number): void {
    const index = this.moments.findIndex((moment) => moment.frame >= frame);
    if (index < 0) return;
    const moment = this.moments[index];
    this.track.past = moment.past;
    this.track.frame = moment.frame;
    for (const strengths of Object.values(this.track.keyframes)) strengths.fill(0);
    [this.eyes, this.rest, this.sway] = [moment.eyes, moment.rest, moment.sway];
    this.moments.length = index;
  }
}

function flattened(rows: Rows): Float32Array<ArrayBuffer> {
  const width = rows[0]?.length ?? 0;
  const result = new Float32Array(rows.length * width);
  rows.forEach((row, index) => result.set(row, index * width));
  return result;
}
