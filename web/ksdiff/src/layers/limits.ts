import type { Rows } from "../numeric.js";
import { channel } from "../space.js";

const [CLOSE, JAW] = [channel("mouthClose"), channel("jawOpen")];

// m: how far a speaking head may be from its mean place.
const MAX_TRANSLATION = 0.06;
const TRANSLATION = 3; // the head's first channel in metres

/** The value unchanged up to half the limit, and then bent so that it never passes it. */
export function softLimit(value: number, limit: number): number {
  const size = Math.abs(value) / limit;
  return size <= 0.5 ? value : Math.sign(value) * limit * (0.5 + 0.5 * Math.tanh(2 * (size - 0.5)));
}

/** Keeps a generated head near its mean place: unchanged up to half of `MAX_TRANSLATION`, which it never passes. */
export function limitTranslation(head: Rows): void {
  for (const row of head) {
    for (let i = TRANSLATION; i < row.length; i++) row[i] = softLimit(row[i], MAX_TRANSLATION);
  }
}

/** Clips weights to 0..1, and mouthClose, which takes back the parting of the lips by jawOpen, to jawOpen. */
export function limit(expression: Rows): void {
  for (const row of expression) {
    for (let i = 0; i < row.length; i++) row[i] = Math.min(Math.max(row[i], 0), 1);
    row[CLOSE] = Math.min(row[CLOSE], row[JAW]);
  }
}
