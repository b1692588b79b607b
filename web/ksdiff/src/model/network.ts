// The networks on onnxruntime: what hears, and what moves.

import type { InferenceSession, Tensor, TensorConstructor } from "onnxruntime-common";
import type { Ears } from "../live/hearing.js";
import { ABOVE_LOUDEST, HEAD_SIZE, HEADS as HEADS_OF_ENCODER, REMEMBERED } from "../speech/encoder.js";
import { SPEECH_STATE } from "../speech/silero.js";
import { CHANNELS, FPS, type Path, PATHS } from "../space.js";
import type { Condition } from "./condition.js";
import { withWeights, withWeightsOf } from "./graphs.js";
import type { Checkpoint } from "./safetensors.js";

/** The part of onnxruntime that is used: `onnxruntime-web` in a browser and in Node. */
export interface Onnx {
  InferenceSession: { create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession> };
  Tensor: TensorConstructor;
}

/** The files that the networks are made of, by name without a folder. */
export type Files = (name: string) => Promise<ArrayBuffer>;

type Tensors = Record<string, Tensor>;
type Floats = Float32Array<ArrayBuffer>;

/** What the generators and predictors read of a window, computed once for it. */
export interface Encoded {
  speech: Record<Path, Tensor>;
  words: Tensor;
}

/** What the frames of a window attend to in a keyframe predictor. */
export interface KeyframeMemory {
  tensors: Tensors;
}

/** Keys and values of the frames so far, by the names of the predictor's layers. */
export type KeyframePast = Record<string, { values: Floats; frames: number }>;

/** What all denoising steps of a window have in common. */
export interface Context {
  tensors: Tensors;
  batch: number;
}

const GRAPHS_OF = { predictors: ["keyframe_memory", "keyframe_step"], generators: ["context", "denoise"] } as const;
export const HEADS = 4; // of the keyframe predictors

/** Makes sessions one after the other, since all share one thread. */
async function session(onnx: Onnx, model: Uint8Array): Promise<InferenceSession> {
  return onnx.InferenceSession.create(model, { graphOptimizationLevel: "all", logSeverityLevel: 3 });
}

/** The networks that hear: speech encoder, pitch, and whether somebody speaks. */
export async function openEars(onnx: Onnx, files: Files): Promise<Ears> {
  const structure = await files("moonshine_base_stream.onnx");
  const encoder = await session(onnx, withWeightsOf(structure, await files("moonshine_base_encoder.onnx")));
  const [pitch, speech] = await inTurn(["swift_f0.onnx", "silero_vad.onnx"], async (name) =>
    session(onnx, new Uint8Array(await files(name))),
  );
  const floats = (values: Floats, shape: number[]) => new onnx.Tensor("float32", values, shape);
  return {
    encoder: async (samples, memory, settled, loudest) => {
      const { features, remembered } = await encoder.run({
        input_values: floats(samples, [1, samples.length]),
        memory: floats(memory.values, [REMEMBERED, HEADS_OF_ENCODER, memory.frames, HEAD_SIZE]),
        settled: new onnx.Tensor("int64", BigInt64Array.of(BigInt(settled)), [1]),
        deviation: floats(Float32Array.of(10 ** ((loudest + ABOVE_LOUDEST) / 20)), []),
      });
      return { features: features.data as Floats, memory: { values: remembered.data as Floats, frames: remembered.dims[2] } };
    },
    pitch: async (samples, least, most) => {
      const found = await pitch.run({
        audio: floats(samples, [1, samples.length]),
        fmin: floats(Float32Array.of(least), []),
        fmax: floats(Float32Array.of(most), []),
      });
      return { pitch: found["pitch"].data as Floats, confidence: found["confidence"].data as Floats };
    },
    speech: async (steps, count, hidden, cell) => {
      const state = [1, 1, SPEECH_STATE];
      const found = await speech.run({
        input: floats(steps, [count, steps.length / count]),
        h: floats(hidden, state),
        c: floats(cell, state),
      });
      const [probability, hn, cn] = ["speech_probs", "hn", "cn"].map((name) => found[name].data as Floats);
      return { probability, hidden: hn, cell: cn };
    },
  };
}

/** The network that moves: `ksdiff.model.ksdiff`, for a batch of one window. */
export class Network {
  private constructor(
    private readonly onnx: Onnx,
    private readonly sessions: ReadonlyMap<string, InferenceSession>,
    private readonly layers: number,
    private readonly width: number,
  ) {}

  /** Opens the graphs with the weights of a checkpoint. */
  static async open(onnx: Onnx, files: Files, checkpoint: Checkpoint): Promise<Network> {
    const index = JSON.parse(new TextDecoder().decode(await files("graphs.json"))) as { weights: Record<string, Record<string, unknown>> };
    const wanted = [["encode", ""]];
    for (const path of PATHS) {
      for (const [modules, names] of Object.entries(GRAPHS_OF)) for (const name of names) wanted.push([name, `${modules}.${path}.`]);
    }
    const structures = new Map<string, ArrayBuffer>();
    for (const [name] of wanted) if (!structures.has(name)) structures.set(name, await files(`${name}.onnx`));
    const sessions = new Map<string, InferenceSession>();
    await inTurn(wanted, async ([name, prefix]) => {
      const model = withWeights(structures.get(name)!, Object.keys(index.weights[name]), checkpoint.tensors, prefix);
      sessions.set(prefix + name, await session(onnx, model));
    });
    const { config } = checkpoint.header;
    const [layers, width] = [config["keyframe_num_layers"] as number, config["keyframe_hidden_dim"] as number];
    return new Network(onnx, sessions, layers, width / (config["keyframe_num_heads"] as number));
  }

  /** Speech of a window. */
  async encode(condition: Condition): Promise<Encoded> {
    const count = condition.times.length;
    const found = await this.run("encode", {
      features: this.floats(condition.features, [1, count, condition.features.length / count]),
      prosody: this.floats(condition.prosody, [1, count, 3]),
      speech_times: this.floats(condition.times, [1, count]),
      speech_mask: this.flags(condition.mask, [1, count]),
      text: this.numbers([0], [1, 1]),
      text_mask: this.flags(Uint8Array.of(0), [1, 1]),
      times: this.times(condition.frames),
    });
    return { speech: { expression: found["speech_expression"], head: found["speech_head"] }, words: found["words"] };
  }

  /** What the frames of a window attend to in the keyframe predictor of a path. */
  async keyframeMemory(path: Path, encoded: Encoded): Promise<KeyframeMemory> {
    return { tensors: await this.run(`predictors.${path}.keyframe_memory`, this.about(path, encoded)) };
  }

  /** Nothing before the first frame. */
  noPast(): KeyframePast {
    const past: KeyframePast = {};
    for (let layer = 0; layer < this.layers; layer++) {
      for (const what of ["keys", "values"]) past[`${what}_${layer}`] = { values: new Float32Array(0), frames: 0 };
    }
    return past;
  }

  /** Keyframe probabilities of some frames of a window, given what stands before each; and all keys and values up to them. */
  async keyframeStep(
    path: Path,
    memory: KeyframeMemory,
    first: number,
    previous: readonly number[],
    past: KeyframePast,
  ): Promise<{ probabilities: number[]; seen: KeyframePast }> {
    const count = previous.length;
    const given: Tensors = { ...memory.tensors, previous: this.numbers(previous, [1, count]) };
    given["heard"] = this.slice(memory.tensors["heard"], 1, first, count);
    for (const name of ["speech_bias", "words_bias"]) given[name] = this.slice(memory.tensors[name], 2, first, count);
    for (const [name, { values, frames }] of Object.entries(past)) {
      given[`past_${name}`] = this.floats(values, [1, HEADS, frames, this.width]);
    }
    const found = await this.run(`predictors.${path}.keyframe_step`, given);
    const seen: KeyframePast = {};
    for (const name of Object.keys(past)) {
      const { data, dims } = found[`seen_${name}`];
      seen[name] = { values: data as Floats, frames: dims[2] };
    }
    return { probabilities: [...(found["probabilities"].data as Floats)], seen };
  }

  /** The frames from one number to another of keys and values. */
  cutPast(seen: KeyframePast, from: number, to: number): KeyframePast {
    const cut: KeyframePast = {};
    for (const [name, { values, frames }] of Object.entries(seen)) {
      const kept = new Float32Array(HEADS * (to - from) * this.width);
      for (let head = 0; head < HEADS; head++) {
        const row = values.subarray((head * frames + from) * this.width, (head * frames + to) * this.width);
        kept.set(row, head * row.length);
      }
      cut[name] = { values: kept, frames: to - from };
    }
    return cut;
  }

  /**
   * What all denoising steps of a path have in common, for a batch: once for each row of `keyframes`.
   *
   * `keyframes` are strength and whether they are known, T × 2; `known` is motion that is given and how exactly, T × 2 C.
   */
  async context(path: Path, encoded: Encoded, style: number, keyframes: readonly Floats[], known: Floats): Promise<Context> {
    const batch = keyframes.length;
    const about = this.about(path, encoded);
    const frames = encoded.speech[path].dims[1];
    const repeated = (tensor: Tensor) => this.repeated(tensor, batch);
    const tensors = await this.run(`generators.${path}.context`, {
      speech: repeated(about["speech"]),
      words: repeated(about["words"]),
      text_times: repeated(about["text_times"]),
      text_mask: repeated(about["text_mask"]),
      frame_mask: repeated(about["frame_mask"]),
      times: about["times"],
      style: this.numbers(keyframes.map(() => style), [batch]),
      keyframes: this.joined(keyframes, [batch, frames, 2]),
      known: this.joined(keyframes.map(() => known), [batch, frames, 2 * CHANNELS[path]]),
    });
    return { tensors: { ...tensors, frame_mask: repeated(about["frame_mask"]) }, batch };
  }

  /** Clean normalised motion of each member of a context's batch, from the same noisy motion. */
  async denoise(path: Path, context: Context, noisy: Floats, step: number): Promise<Floats[]> {
    const members = Array.from({ length: context.batch }, () => noisy);
    const shape = [context.batch, noisy.length / CHANNELS[path], CHANNELS[path]];
    const { clean } = await this.run(`generators.${path}.denoise`, {
      ...context.tensors,
      noisy: this.joined(members, shape),
      steps: this.numbers(members.map(() => step), [context.batch]),
    });
    const values = clean.data as Floats;
    return members.map((_, index) => values.slice(index * noisy.length, (index + 1) * noisy.length));
  }

  /** What predictor and generator of a path are told of a window. */
  private about(path: Path, encoded: Encoded): Tensors {
    const frames = encoded.speech[path].dims[1];
    return {
      speech: encoded.speech[path],
      words: encoded.words,
      text_times: this.floats(new Float32Array(1), [1, 1]),
      text_mask: this.flags(Uint8Array.of(0), [1, 1]),
      frame_mask: this.flags(new Uint8Array(frames).fill(1), [1, frames]),
      times: this.times(frames),
    };
  }

  private async run(name: string, given: Tensors): Promise<Tensors> {
    const found = this.sessions.get(name)!;
    const feeds: Tensors = {};
    for (const input of found.inputNames) feeds[input] = given[input];
    return (await found.run(feeds)) as Tensors;
  }

  private times(frames: number): Tensor {
    return this.floats(Float32Array.from({ length: frames }, (_, frame) => frame / FPS), [frames]);
  }

  private floats(values: Floats, shape: readonly number[]): Tensor {
    return new this.onnx.Tensor("float32", values, shape);
  }

  private flags(values: Uint8Array<ArrayBuffer>, shape: readonly number[]): Tensor {
    return new this.onnx.Tensor("bool", values, shape);
  }

  private numbers(values: readonly number[], shape: readonly number[]): Tensor {
    return new this.onnx.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
  }

  private joined(members: readonly Floats[], shape: readonly number[]): Tensor {
    const values = new Float32Array(members.length * members[0].length);
    members.forEach((member, index) => values.set(member, index * member.length));
    return this.floats(values, shape);
  }

  private repeated(tensor: Tensor, batch: number): Tensor {
    const shape = [batch, ...tensor.dims.slice(1)];
    const members = Array.from({ length: batch }, () => tensor.data);
    if (tensor.type === "bool") return this.flags(Uint8Array.from(members.flatMap((member) => [...(member as Uint8Array)])), shape);
    return this.joined(members as Floats[], shape);
  }

  /** Part of a tensor of floats along an axis. */
  private slice(tensor: Tensor, axis: number, first: number, count: number): Tensor {
    const { dims } = tensor;
    const inner = dims.slice(axis + 1).reduce((size, each) => size * each, 1);
    const outer = dims.slice(0, axis).reduce((size, each) => size * each, 1);
    const values = new Float32Array(outer * count * inner);
    for (let index = 0; index < outer; index++) {
      const from = (index * dims[axis] + first) * inner;
      values.set((tensor.data as Floats).subarray(from, from + count * inner), index * count * inner);
    }
    return this.floats(values, [...dims.slice(0, axis), count, ...dims.slice(axis + 1)]);
  }
}

/** Maps one after the other. */
async function inTurn<A, B>(items: readonly A[], make: (item: A) => Promise<B>): Promise<B[]> {
  const made: B[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}
