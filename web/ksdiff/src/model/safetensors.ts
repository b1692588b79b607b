import { InputError } from "../errors.js";

/** Tensors of a checkpoint as 32-bit floats, and what its header says. */
export interface Checkpoint {
  tensors: Map<string, Tensor>;
  header: Header;
}

export interface Tensor {
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

/** What is read of a checkpoint's header. */
export interface Header {
  format: string;
  space: string;
  styles: string[];
  config: { num_train_timesteps: number; beta_schedule: string; keyframe_window: number; correlated_noise: boolean; [setting: string]: unknown };
  facts: { sampling?: Partial<Sampling>; [fact: string]: unknown };
  encoder: { name: string; sha256: string; stride: number };
}

/** How the model was calibrated to be sampled, as far as a stream heeds it. */
export interface Sampling {
  expression_temperature: number;
  head_temperature: number;
  keyframe_threshold: Record<"expression" | "head", number>;
}

const FORMAT = "ksdiff-3";
const MAX_HEADER = 16 * 2 ** 20; // bytes

/** Reads a file of tensors and its metadata. */
export function readTensors(file: ArrayBuffer): { tensors: Map<string, Tensor>; metadata: Record<string, string> } {
  const length = Number(new DataView(file).getBigUint64(0, true));
  if (length > Math.min(MAX_HEADER, file.byteLength - 8)) throw new Error(`its header has ${length} bytes`);
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(entries as Record<string, Entry>)) {
    const [begin, end] = entry.data_offsets;
    tensors.set(name, { shape: entry.shape, values: floats(file.slice(8 + length + begin, 8 + length + end), entry.dtype) });
  }
  return { tensors, metadata };
}

/** Reads a checkpoint of ksdiff. Throws an `InputError` where it is damaged, or of another kind. */
export function readCheckpoint(file: ArrayBuffer): Checkpoint {
  try {
    const { tensors, metadata } = readTensors(file);
    const header = JSON.parse(metadata["ksdiff"]) as Header;
    if (header.format !== FORMAT) throw new Error(`it has the format ${header.format}; ${FORMAT} is read`);
    if (header.space !== "arkit") throw new Error(`it holds ${header.space} motion; arkit motion is needed`);
    return { tensors, header };
  } catch (error) {
    throw new InputError(`the weights are damaged, or no ksdiff checkpoint: ${error instanceof Error ? error.message : error}`);
  }
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

function floats(bytes: ArrayBuffer, type: string): Float32Array<ArrayBuffer> {
  if (type === "F32") return new Float32Array(bytes);
  if (type !== "F16") throw new Error(`a tensor has the type ${type}; F16 and F32 are read`);
  return Float32Array.from(new Uint16Array(bytes), (bits) => HALVES[bits]);
}

/** Every number of 16 bits. */
const HALVES = Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
});
