// How high rows are.

export interface Sized {
  /** Pixels, where there is room. */
  natural: number;
  /** Pixels, where there is little. */
  least: number;
  /** Takes what is left. */
  grows?: boolean;
}

/** Heights of rows within so many pixels: all shrink alike down to their least; what is left goes to those that grow. */
export function heights(rows: readonly Sized[], room: number): number[] {
  const sum = (of: (row: Sized) => number) => rows.reduce((total, row) => total + of(row), 0);
  const [natural, least] = [sum((row) => row.natural), sum((row) => row.least)];
  if (room >= natural) {
    const growing = rows.filter(({ grows }) => grows).length;
    return rows.map((row) => row.natural + (row.grows ? Math.floor((room - natural) / growing) : 0));
  }
  const part = Math.max(0, (room - least) / (natural - least));
  return rows.map((row) => row.least + Math.floor(part * (row.natural - row.least)));
}
