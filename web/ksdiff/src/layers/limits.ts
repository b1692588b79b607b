import type { Rows } from "../numeric.js";
import { channel } from "../space.js";

const [CLOSE, JAW] = [channel("mouthClose"), channel("jawOpen")];

/** Clips weights to 0..1, and mouthClose, which takes back the parting of the lips by jawOpen, to jawOpen. */
export function limit(expression: Rows): void {
  for (const row of expression) {
    for (let i = 0; i < row.length; i++) row[i] = Math.min(Math.max(row[i], 0), 1);
    row[CLOSE] = Math.min(row[CLOSE], row[JAW]);
  }
}
