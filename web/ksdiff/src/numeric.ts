// Arithmetic as NumPy does it.

/** Values of consecutive frames, one row each. */
export type Rows = Float32Array<ArrayBuffer>[];

/** Rounded to the nearest whole number, halves to the even one. */
export function round(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

export function clip(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** From 0 to 1 as x does, with level ends. */
export function smoothstep(x: number): number {
  const at = clip(x, 0, 1);
  return at * at * (3 - 2 * at);
}

/** Linear interpolation at an instant between values on an even grid that begins at 0; the nearest end beyond it. */
export function interpolate(at: number, spacing: number, values: ArrayLike<number>): number {
  const position = clip(at / spacing, 0, values.length - 1);
  const index = Math.min(Math.floor(position), values.length - 2);
  if (index < 0) return values[0];
  return values[index] + (position - index) * (values[index + 1] - values[index]);
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** Rounded to 16 bits (IEEE 754 binary16), halves to even: what the model was trained to read of the features. */
export function halfPrecision(value: number): number {
  FLOAT[0] = value;
  const exponent = (BITS[0] >>> 23) & 0xff;
  if (exponent >= 143) return value > 0 ? Infinity : value < 0 ? -Infinity : value; // beyond 65504; never for features
  const step = 2 ** (Math.max(exponent - 127, -14) - 10);
  return round(value / step) * step;
}

/** An array that keeps its length: what is new comes last, and as much of the oldest goes. */
export function shifted<T extends Float32Array | Float64Array | Uint8Array>(kept: T, fresh: ArrayLike<number>): T {
  if (fresh.length >= kept.length) {
    for (let i = 0; i < kept.length; i++) kept[i] = fresh[fresh.length - kept.length + i];
    return kept;
  }
  kept.copyWithin(0, fresh.length);
  kept.set(fresh, kept.length - fresh.length);
  return kept;
}

export function concatenated(pieces: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const result = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
