// Lanes of blocks: what holds for a while, in a range of time, and is one edit each.

import type { Edit, GazeTarget, LayerRange, Project } from "../api";

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

const degrees = (angle: number) => Math.round((angle * 180) / Math.PI);

/** Directions that have a name, rad: yaw to the face's own left, and pitch up. */
export const DIRECTIONS: Record<string, readonly [number, number]> = {
  viewer: [0, 0],
  left: [0.6, 0],
  right: [-0.6, 0],
  up: [0, 0.4],
  down: [0, -0.45],
};

export const LOOKS: Lane<GazeTarget> = {
  name: "looks",
  title: "Look at",
  one: "a look",
  blocks: ({ layers }) => layers.gaze,
  label: ({ yaw, pitch, position }) => {
    if (position) return `point ${position.map((value) => value.toFixed(2)).join(", ")} m`;
    const named = Object.entries(DIRECTIONS).find(([, direction]) => direction[0] === (yaw ?? 0) && direction[1] === (pitch ?? 0));
    if (named) return named[0];
    const [across, up] = [degrees(yaw ?? 0), degrees(pitch ?? 0)];
    const parts = [across && `${Math.abs(across)}° ${across > 0 ? "left" : "right"}`, up && `${Math.abs(up)}° ${up > 0 ? "up" : "down"}`];
    return parts.filter(Boolean).join(", ") || "viewer";
  },
  fresh: { yaw: DIRECTIONS.left![0], pitch: 0, position: null, head: 1 },
  set: (one) => ({ edit: "set_look_at", ...one }),
  remove: (span) => ({ edit: "remove_look_at", ...span }),
};

export const LANES: readonly AnyLane[] = [LOOKS, LAYERS];
