// Curves over a channel: what they are between their keys, as the server evaluates them, and how they are shown.

import type { Curve, CurveKey } from "../api";

export const ANGLES = ["yaw", "pitch", "roll"];
export const TANGENTS = ["auto", "flat", "linear", "step", "free"] as const;
export const LEAST_STEP = 1e-3; // s between keys

/** How steep a curve comes into each key and goes out, a second. */
export function slopes(keys: readonly CurveKey[]): { come: number[]; go: number[] } {
  const secant = (index: number) => (keys[index + 1]!.value - keys[index]!.value) / (keys[index + 1]!.time - keys[index]!.time);
  const width = (index: number) => keys[index + 1]!.time - keys[index]!.time;
  const [come, go]: [number[], number[]] = [[], []];
  keys.forEach((key, index) => {
    const [first, last] = [index === 0, index === keys.length - 1];
    let [before, after] = [0, 0];
    if (key.tangent === "free") [before, after] = [key.slope_in, key.slope_out];
    else if (key.tangent === "linear" || key.tangent === "step") [before, after] = [first ? 0 : secant(index - 1), last ? 0 : secant(index)];
    else if (key.tangent === "auto" && !first && !last && secant(index - 1) * secant(index) > 0) {
      // Monotone: a harmonic mean, level at turns and ends.
      const [one, other] = [2 * width(index) + width(index - 1), width(index) + 2 * width(index - 1)];
      before = after = (one + other) / (one / secant(index - 1) + other / secant(index));
    }
    come.push(before);
    go.push(after);
  });
  return { come, go };
}

/** The curve as a function of time, s. */
export function evaluator(keys: readonly CurveKey[]): (time: number) => number {
  const { come, go } = slopes(keys);
  let index = 0;
  return (time) => {
    if (keys.length === 1 || time <= keys[0]!.time) return keys[0]!.value;
    if (time >= keys.at(-1)!.time) return keys.at(-1)!.value;
    while (index > 0 && keys[index]!.time > time) index--;
    while (index < keys.length - 2 && keys[index + 1]!.time <= time) index++;
    const [one, other] = [keys[index]!, keys[index + 1]!];
    if (one.tangent === "step") return one.value;
    const width = other.time - one.time;
    const x = (time - one.time) / width;
    return (
      one.value * (1 + 2 * x) * (1 - x) ** 2 +
      other.value * x ** 2 * (3 - 2 * x) +
      width * (go[index]! * x * (1 - x) ** 2 - come[index + 1]! * x ** 2 * (1 - x))
    );
  };
}

/** How a channel is shown: in degrees, millimetres or weights, on an axis that stays. */
export interface Axis {
  low: number;
  high: number;
  /** From what is stored to what is shown. */
  scale: number;
  unit: string;
  /** Least and greatest value of a key, as shown. */
  least: number;
  greatest: number;
  digits: number;
}

export function axisOf(channel: string, mode: Curve["mode"]): Axis {
  if (ANGLES.includes(channel)) return { low: -60, high: 60, scale: 180 / Math.PI, unit: "°", least: -85, greatest: 85, digits: 1 };
  if (channel.startsWith("translation")) return { low: -50, high: 50, scale: 1000, unit: " mm", least: -500, greatest: 500, digits: 1 };
  const least = mode === "replace" ? 0 : -1;
  return { low: least, high: 1, scale: 1, unit: "", least, greatest: 1, digits: 2 };
}

/** Numbers beside an axis. */
export function ticks({ low, high }: Axis): number[] {
  const step = (high - low) / 4;
  return [0, 1, 2, 3, 4].map((index) => low + index * step);
}
