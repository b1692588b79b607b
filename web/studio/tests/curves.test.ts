import { beforeEach, describe, expect, it, vi } from "vitest";

import { api, type Curve, type CurveKey, type Edit, type Project } from "../src/api";
import { Commands } from "../src/commands";
import { axisOf, evaluator, slopes, ticks } from "../src/curves/curve";
import type { Player } from "../src/player";
import { State } from "../src/state";
import { CurveLane } from "../src/timeline/curve-lane";
import { View } from "../src/timeline/view";
import values from "../../../tests/golden/curves.json";

const table = values as { keys: CurveKey[]; times: number[]; values: number[] }[];
const channels = { expression: ["browInnerUp", "jawOpen"], head: ["rotationX", "rotationY", "rotationZ", "translationX", "y", "z"] };
const key = (time: number, value: number, more: Partial<CurveKey> = {}): CurveKey => ({ time, value, tangent: "auto", slope_in: 0, slope_out: 0, ...more });

describe("a curve", () => {
  it("is what the server makes of it", () => {
    for (const { keys, times, values } of table) {
      const at = evaluator(keys);
      times.forEach((time, index) => expect(at(time)).toBeCloseTo(values[index]!, 8));
      // In any order, too.
      [...times].reverse().forEach((time, index) => expect(at(time)).toBeCloseTo(values[values.length - 1 - index]!, 8));
    }
  });

  it("goes beyond no key with auto tangents", () => {
    const at = evaluator([key(0, 0), key(0.2, 0.9), key(1, 1), key(2, 0.2)]);
    for (let time = 0; time <= 2; time += 0.001) {
      expect(at(time)).toBeLessThanOrEqual(1 + 1e-9);
      expect(at(time)).toBeGreaterThanOrEqual(-1e-9);
    }
  });

  it("has an axis with numbers that stay", () => {
    expect(ticks(axisOf("jawOpen", "replace"))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(ticks(axisOf("jawOpen", "add"))).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(ticks(axisOf("yaw", "add"))).toEqual([-60, -30, 0, 30, 60]);
    expect(axisOf("translationX", "add").unit).toBe(" mm");
  });
});

let state: State;
let commands: Commands;
let lane: CurveLane;
let sent: Edit[][];
const row = { top: 0, height: 114 }; // 100 pixels from -1 to 1

function project(version: number, curves: Curve[]): Project {
  const take = { name: "A", made: true, keyframes: { expression: [], head: [] } };
  return { id: "p", version, frames: 100, fps: 25, duration: 4, channels, takes: [take], stale: false, layers: { emotions: [], curves } } as unknown as Project;
}

const jaw = (...keys: CurveKey[]): Curve => ({ channel: "jawOpen", keys, mode: "add", fade_in: 0.2, fade_out: 0.2 });
const shown = () => commands.curves.shown;
const done = (edits: number) => vi.waitFor(() => expect(sent).toHaveLength(edits));

beforeEach(async () => {
  vi.restoreAllMocks();
  sent = [];
  vi.spyOn(api, "project").mockResolvedValue(project(1, [jaw(key(1, 0), key(2, 0.5), key(3, 0.2))]));
  vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(800));
  vi.spyOn(api, "edit").mockImplementation((_, edits) => {
    sent.push(edits);
    let after = [...state.project!.layers.curves];
    for (const edit of edits) {
      if (edit.edit === "remove_curve") after = after.filter(({ keys }) => keys[0]!.time !== edit.start);
      if (edit.edit === "set_curve") after.push(edit as unknown as Curve);
    }
    return Promise.resolve(project(state.project!.version + 1, after.sort((one, other) => one.keys[0]!.time - other.keys[0]!.time)));
  });
  state = new State((message) => expect(message).toBe(""));
  commands = new Commands(state, { now: () => 0, seek: () => undefined } as unknown as Player, () => undefined, () => undefined);
  await state.open("p");
  commands.curves.show("jawOpen");
  const view = new View(() => 4);
  view.width = 400;
  view.scale = 100;
  lane = new CurveLane(view, state, commands.curves, (x) => view.time(x));
});

async function drag(from: [number, number], to: [number, number], alone = false) {
  const held = lane.press(...from, row)!;
  lane.drag(held, ...to, row, alone);
  const changed = lane.release(held);
  if (changed) await done(1);
  return changed;
}

describe("keys", () => {
  it("are dragged in time and value, as one step of undo, and not past a neighbour", async () => {
    expect(await drag([200, 32], [230, 12])).toBe(true); // 0.5 is at 32
    expect(sent[0]).toMatchObject([{ edit: "remove_curve", channel: "jawOpen", start: 1, end: 3 }, { edit: "set_curve", channel: "jawOpen" }]);
    expect(shown()[0]!.keys[1]).toMatchObject({ time: 2.3, value: 0.9 });
    sent = [];
    await drag([230, 12], [900, 900]);
    expect(shown()[0]!.keys[1]).toMatchObject({ time: 2.99, value: -1 });
  });

  it("are added by a double click, and as a curve of their own with Shift", async () => {
    lane.doubleClick(150, 57, row, false);
    await done(1);
    expect(shown()[0]!.keys.map(({ time }) => time)).toEqual([1, 1.5, 2, 3]);
    expect(commands.curves.selected?.index).toBe(1);
    lane.doubleClick(380, 57, row, true);
    await done(2);
    expect(shown()).toHaveLength(2);
    expect(commands.curves.selected?.curve.keys).toHaveLength(1);
    lane.doubleClick(200, 32, row, false); // on a key
    expect(sent).toHaveLength(2);
  });

  it("turn free by their tangents: both sides, or one with Alt", async () => {
    commands.curves.select(shown()[0]!.keys[1]!);
    expect(await drag([234, 32], [220, 12])).toBe(true); // the end of the level tangent: 0.4 in 0.2 s
    expect(shown()[0]!.keys[1]).toMatchObject({ tangent: "free", slope_in: 2, slope_out: 2 });
    sent = [];
    const { come } = slopes(shown()[0]!.keys);
    const angle = Math.atan2(-10, 10 * 0.1 * 10); // pixels of a slope of 2 a second
    await drag([200 + 34 * Math.cos(angle), 32 + 34 * Math.sin(angle)], [220, 32], true);
    expect(shown()[0]!.keys[1]).toMatchObject({ slope_in: come[1], slope_out: 0 });
  });

  it("go by Delete, and the curve with the last of them", async () => {
    for (const left of [2, 1, 0]) {
      commands.curves.select(shown()[0]!.keys[0]!);
      commands.delete();
      await vi.waitFor(() => expect(shown()[0]?.keys.length ?? 0).toBe(left));
    }
    expect(sent.at(-1)).toHaveLength(1);
  });

  it("move by keys, and stay selected while the server is behind", async () => {
    commands.curves.select(shown()[0]!.keys[0]!);
    commands.nudge(1);
    commands.nudge(1);
    commands.strengthen(1);
    await done(3);
    await vi.waitFor(() => expect(commands.curves.selected?.key).toMatchObject({ time: 1.08, value: 0.04 }));
  });

  it("keep to what their channel can be when a curve replaces", async () => {
    await drag([100, 57], [100, 100]);
    commands.curves.changeCurve({ mode: "replace" });
    await done(2);
    expect(shown()[0]).toMatchObject({ mode: "replace", keys: [{ value: 0 }, { value: 0.5 }, { value: 0.2 }] });
  });
});
