// Lanes of blocks: what holds for a while, in a range of time, and is one edit each.

import type { Edit, LayerRange, Project } from "../api";

/** A block as the project has it: a range of time, and what holds in it. */
export interface Block {
  start: number;
  end: number;
}

export interface Lane<One extends Block = Block> {
  name: string;
  title: string;
  /** What one is called, with its article. */
  one: string;
  /** Blocks of the project, in order; they never overlap. */
  blocks: (project: Project) => readonly One[];
  /** What a block says of itself. */
  label: (one: One) => string;
  /** Names of the fields that say how it comes and goes, s. */
  fades?: readonly [keyof One & string, keyof One & string];
  /** What a new one is, besides its range. */
  fresh: Omit<One, "start" | "end">;
  set: (one: One) => Edit;
  remove: (span: { start: number; end: number }) => Edit;
}

/** Lanes hold blocks of their own kind; what handles all of them knows a block's range alone. */
export type AnyLane = Lane<any>; // eslint-disable-line @typescript-eslint/no-explicit-any

const percent = (part: number) => `${Math.round(part * 100)} %`;

export const LAYERS: Lane<LayerRange> = {
  name: "layers",
  title: "Layers",
  one: "a range of layers",
  blocks: ({ layers }) => layers.ranges,
  label: (one) => {
    const parts = Object.entries(one.gains).map(([region, gain]) => `${region} ${percent(gain)}`);
    if (one.head_amplitude !== null) parts.unshift(`head ${percent(one.head_amplitude)}`);
    if (one.expression_smoothing !== null) parts.push("smoothed face");
    if (one.head_smoothing !== null) parts.push("smoothed head");
    parts.push(...Object.keys(one.offsets));
    return parts.join(", ");
  },
  fades: ["fade_in", "fade_out"],
  fresh: { gains: {}, head_amplitude: 1.3, expression_smoothing: null, head_smoothing: null, offsets: {}, fade_in: 0.3, fade_out: 0.3 },
  set: (one) => ({ edit: "set_range_layers", ...one }),
  remove: (span) => ({ edit: "remove_range_layers", ...span }),
};

export const LANES: readonly AnyLane[] = [LAYERS];
