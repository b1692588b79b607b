// How the user's own character follows the motion: what `ksdiff.output.retarget` does when it is exported, so that the
// page and the export agree.

import type { Rig } from "./api";

const SWEEPS = 500; // of coordinate descent at most
const TOLERANCE = 1e-5;

/** Weight of a morph target: number of the node with the mesh, of the target, and the weight. */
export type MorphWeight = readonly [node: number, target: number, weight: number];

export class Follower {
  /** Numbers of the targets that move, as keys of what is summed. */
  private readonly rows: { binds: Rig["shapes"][number]["binds"]; binary: boolean; terms: [number, number][] }[];

  constructor(
    readonly rig: Rig,
    private readonly channels: readonly string[],
  ) {
    const number = new Map(rig.used.map((name, index) => [name, index]));
    this.rows = rig.shapes.flatMap(({ binds, binary, follows }) => {
      const terms = Object.entries(follows).flatMap(([name, weight]): [number, number][] => {
        const index = number.get(name);
        return index === undefined || weight === 0 ? [] : [[index, weight]];
      });
      return terms.length > 0 ? [{ binds, binary, terms }] : [];
    });
  }

  /** Values of what is followed, in the order of `rig.used`. */
  solve(expression: ArrayLike<number>): Float64Array {
    const values = new Float64Array(this.rig.used.length);
    for (const { channels, shapes, quadratic, linear, offset, start } of this.rig.regions) {
      const towards = (rows: number[][], column: number) => channels.reduce((sum, channel, row) => sum + expression[channel]! * rows[row]![column]!, 0);
      const goal = shapes.map((_, column) => towards(linear, column) + offset[column]!);
      const solved = shapes.map((_, column) => clamp(towards(start, column)));
      for (let sweep = 0; sweep < SWEEPS; sweep++) {
        let largest = 0;
        for (let column = 0; column < solved.length; column++) {
          const row = quadratic[column]!;
          const slope = goal[column]! - solved.reduce((sum, value, other) => sum + value * row[other]!, 0);
          const moved = clamp(solved[column]! + slope / row[column]!);
          largest = Math.max(largest, Math.abs(moved - solved[column]!));
          solved[column] = moved;
        }
        if (largest < TOLERANCE) break;
      }
      shapes.forEach((shape, column) => (values[shape] = solved[column]!));
    }
    return values;
  }

  /** Weights of all morph targets that move. */
  weights(expression: ArrayLike<number>): MorphWeight[] {
    const values = this.solve(expression);
    const sums = new Map<string, [number, number, number]>();
    for (const { binds, binary, terms } of this.rows) {
      const sum = terms.reduce((total, [index, weight]) => total + weight * values[index]!, 0);
      add(sums, binds, binary ? Number(sum > 0.5) : clamp(sum));
    }
    return [...sums.values()].map(([node, target, weight]) => [node, target, clamp(weight)]);
  }

  /** Weights that show one shape alone. */
  alone(name: string): MorphWeight[] {
    const sums = new Map<string, [number, number, number]>();
    for (const shape of this.rig.shapes) if (shape.name === name) add(sums, shape.binds, 1);
    return [...sums.values()].map(([node, target, weight]) => [node, target, clamp(weight)]);
  }

  /** Yaw (to the face's own left) and pitch (up) of an eye in the head, rad. */
  gaze(expression: ArrayLike<number>, side: "Left" | "Right"): [yaw: number, pitch: number] {
    const weight = (name: string) => expression[this.channels.indexOf(`eyeLook${name}${side}`)] ?? 0;
    const [sideways, up, down] = this.rig.eyes as [number, number, number];
    const left = side === "Left" ? weight("Out") - weight("In") : weight("In") - weight("Out");
    return [left * sideways, weight("Up") * up - weight("Down") * down];
  }
}

function add(sums: Map<string, [number, number, number]>, binds: Rig["shapes"][number]["binds"], value: number): void {
  for (const [node, target, scale] of binds as [number, number, number][]) {
    const key = `${node} ${target}`;
    const sum = sums.get(key);
    if (sum) sum[2] += value * scale;
    else sums.set(key, [node, target, value * scale]);
  }
}

const clamp = (value: number) => Math.min(Math.max(value, 0), 1);
