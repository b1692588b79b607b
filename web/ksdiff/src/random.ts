// NumPy's random numbers: the same seed draws the same noise, blinks and glances here and in Python.
//
// PCG64 (O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
// Generation"), seeded by SeedSequence; ziggurats of 256 layers (Marsaglia & Tsang 2000, "The Ziggurat Method for Generating
// Random Variables").

const MASK64 = (1n << 64n) - 1n;
const MASK128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const POOL = 4; // words

function multiply(a: number, b: number): number {
  return Math.imul(a, b) >>> 0;
}

/** Words of a seed: whole numbers of any size as 32 bits each, the least significant first. */
function words(values: readonly number[]): number[] {
  return values.flatMap((value) => {
    const found = [value % 2 ** 32];
    for (let rest = Math.floor(value / 2 ** 32); rest > 0; rest = Math.floor(rest / 2 ** 32)) found.push(rest % 2 ** 32);
    return found;
  });
}

/** State of a generator from a seed, as `numpy.random.SeedSequence(entropy, spawn_key=...)` makes it. */
function seedState(entropy: readonly number[], spawnKey: readonly number[]): bigint[] {
  const given = words(entropy);
  if (spawnKey.length) while (given.length < POOL) given.push(0);
  given.push(...words(spawnKey));
  let constant = 0x43b0d7e5;
  const hash = (value: number): number => {
    value = (value ^ constant) >>> 0;
    constant = multiply(constant, 0x931e8875);
    value = multiply(value, constant);
    return (value ^ (value >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const result = (multiply(0xca01f9dd, x) - multiply(0x4973f715, y)) >>> 0;
    return (result ^ (result >>> 16)) >>> 0;
  };
  const pool = Array.from({ length: POOL }, (_, index) => hash(given[index] ?? 0));
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
  }
  for (const word of given.slice(POOL)) for (let to = 0; to < POOL; to++) pool[to] = mix(pool[to], hash(word));
  constant = 0x8b51f9dd;
  const state = Array.from({ length: 8 }, (_, index) => {
    let value = (pool[index % POOL] ^ constant) >>> 0;
    constant = multiply(constant, 0x58f38ded);
    value = multiply(value, constant);
    return BigInt((value ^ (value >>> 16)) >>> 0);
  });
  return [0, 2, 4, 6].map((index) => state[index] | (state[index + 1] << 32n));
}

/** Layers of a ziggurat: below `most` the mantissa is taken as it is; `width` of a unit of it; `height` of the curve. */
interface Ziggurat {
  most: Float64Array;
  width: Float64Array;
  height: Float64Array;
}

function ziggurat(right: number, area: number, mantissa: number, curve: (x: number) => number, inverse: (y: number) => number): Ziggurat {
  const [most, width, height] = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
  let before = right;
  width[255] = right / mantissa;
  height[255] = curve(right);
  most[0] = Math.floor(((right * height[255]) / area) * mantissa);
  width[0] = area / height[255] / mantissa;
  height[0] = 1;
  for (let layer = 254; layer > 0; layer--) {
    const x = inverse(area / before + height[layer + 1]);
    most[layer + 1] = Math.floor((x / before) * mantissa);
    width[layer] = x / mantissa;
    height[layer] = curve(x);
    before = x;
  }
  return { most, width, height };
}

const NORMAL_RIGHT = 3.6541528853610088;
const NORMAL = [NORMAL_RIGHT, 0.0049286732339746552, (x: number) => Math.exp(-0.5 * x * x), (y: number) => Math.sqrt(-2 * Math.log(y))] as const;
const [RIGHT, AREA, CURVE, INVERSE] = NORMAL;
const DOUBLE = ziggurat(RIGHT, AREA, 2 ** 52, CURVE, INVERSE);
const FLOAT = ziggurat(RIGHT, AREA, 2 ** 23, CURVE, INVERSE);
const FLOAT_WIDTH = Float32Array.from(FLOAT.width);
const FLOAT_HEIGHT = Float32Array.from(FLOAT.height);
const EXPONENTIAL_RIGHT = 7.69711747013104972;
const EXPONENTIAL = ziggurat(EXPONENTIAL_RIGHT, 0.0039496598225815571993, 2 ** 53, (x) => Math.exp(-x), (y) => -Math.log(y));

/** `numpy.random.default_rng(numpy.random.SeedSequence(entropy, spawn_key=...))`. */
export class Random {
  private state = 0n;
  private readonly increment: bigint;
  private half: number | undefined; // of the last 64 bits

  constructor(entropy: readonly number[], spawnKey: readonly number[] = []) {
    const [stateHigh, stateLow, streamHigh, streamLow] = seedState(entropy, spawnKey);
    this.increment = ((((streamHigh << 64n) | streamLow) << 1n) | 1n) & MASK128;
    this.step();
    this.state = (this.state + ((stateHigh << 64n) | stateLow)) & MASK128;
    this.step();
  }

  /** The same generator at the same place. */
  copy(): Random {
    return Object.assign(Object.create(Random.prototype) as Random, this);
  }

  private step(): void {
    this.state = (this.state * MULTIPLIER + this.increment) & MASK128;
  }

  private bits64(): bigint {
    this.step();
    const value = (this.state >> 64n) ^ (this.state & MASK64);
    const turn = this.state >> 122n;
    return ((value >> turn) | (value << (64n - turn))) & MASK64;
  }

  private bits32(): number {
    if (this.half !== undefined) {
      const half = this.half;
      this.half = undefined;
      return half;
    }
    const bits = this.bits64();
    this.half = Number(bits >> 32n);
    return Number(bits & 0xffffffffn);
  }

  /** 0 to below 1. */
  random(): number {
    return Number(this.bits64() >> 11n) / 2 ** 53;
  }

  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.random();
  }

  /** 0 to below a count that is a power of two, as `Generator.integers` draws it. */
  below(count: number): number {
    return Math.floor((this.bits32() * count) / 2 ** 32);
  }

  /** The number of one of some things, by their shares. */
  choice(shares: readonly number[]): number {
    const sums: number[] = [];
    for (const share of shares) sums.push((sums.at(-1) ?? 0) + share);
    const total = sums[sums.length - 1];
    const drawn = this.random();
    const found = sums.findIndex((sum) => sum / total > drawn);
    return found < 0 ? shares.length - 1 : found;
  }

  standardNormal(): number {
    for (;;) {
      const bits = this.bits64();
      const layer = Number(bits & 0xffn);
      const mantissa = Number((bits >> 9n) & 0xfffffffffffffn);
      const sign = bits & 0x100n ? -1 : 1;
      const x = mantissa * DOUBLE.width[layer];
      if (mantissa < DOUBLE.most[layer]) return sign * x;
      if (layer === 0) {
        for (;;) {
          const beyond = -Math.log1p(-this.random()) / NORMAL_RIGHT;
          const height = -Math.log1p(-this.random());
          if (height + height > beyond * beyond) return (bits >> 17n) & 1n ? -(NORMAL_RIGHT + beyond) : NORMAL_RIGHT + beyond;
        }
      }
      const { height } = DOUBLE;
      if ((height[layer - 1] - height[layer]) * this.random() + height[layer] < Math.exp(-0.5 * x * x)) return sign * x;
    }
  }

  /** Standard normal values of 32 bits, as `standard_normal(dtype=numpy.float32)` draws them. */
  standardNormals(count: number): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: count }, () => this.standardNormalFloat());
  }

  private standardNormalFloat(): number {
    const unit = () => (this.bits32() >>> 8) / 2 ** 24;
    for (;;) {
      const bits = this.bits32();
      const layer = bits & 0xff;
      const mantissa = (bits >>> 9) & 0x7fffff;
      const sign = bits & 0x100 ? -1 : 1;
      const x = Math.fround(mantissa * FLOAT_WIDTH[layer]);
      if (mantissa < FLOAT.most[layer]) return sign * x;
      if (layer === 0) {
        for (;;) {
          const beyond = Math.fround(-Math.log1p(-unit()) / NORMAL_RIGHT);
          const height = Math.fround(-Math.log1p(-unit()));
          if (height + height > beyond * beyond) return (bits >>> 17) & 1 ? -(NORMAL_RIGHT + beyond) : NORMAL_RIGHT + beyond;
        }
      }
      const [above, below] = [FLOAT_HEIGHT[layer - 1], FLOAT_HEIGHT[layer]];
      if ((above - below) * unit() + below < Math.exp(-0.5 * x * x)) return sign * x;
    }
  }

  normal(mean: number, deviation: number): number {
    return mean + deviation * this.standardNormal();
  }

  lognormal(mean: number, deviation: number): number {
    return Math.exp(this.normal(mean, deviation));
  }

  exponential(scale: number): number {
    return scale * this.standardExponential();
  }

  private standardExponential(): number {
    for (;;) {
      const bits = this.bits64() >> 3n;
      const layer = Number(bits & 0xffn);
      const mantissa = Number(bits >> 8n);
      const x = mantissa * EXPONENTIAL.width[layer];
      if (mantissa < EXPONENTIAL.most[layer]) return x;
      if (layer === 0) return EXPONENTIAL_RIGHT - Math.log1p(-this.random());
      const { height } = EXPONENTIAL;
      if ((height[layer - 1] - height[layer]) * this.random() + height[layer] < Math.exp(-x)) return x;
    }
  }

  /** Gamma distribution of a shape above 1 (Marsaglia & Tsang 2000, "A Simple Method for Generating Gamma Variables"). */
  gamma(shape: number, scale: number): number {
    const b = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * b);
    for (;;) {
      let x: number;
      let v: number;
      do {
        x = this.standardNormal();
        v = 1 + c * x;
      } while (v <= 0);
      v = v * v * v;
      const u = this.random();
      if (u < 1 - 0.0331 * (x * x) * (x * x)) return scale * b * v;
      if (Math.log(u) < 0.5 * x * x + b * (1 - v + Math.log(v))) return scale * b * v;
    }
  }
}
