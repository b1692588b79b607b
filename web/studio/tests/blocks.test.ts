import { beforeEach, describe, expect, it, vi } from "vitest";

import { api, type Edit, type LayerRange, type Project } from "../src/api";
import { Commands } from "../src/commands";
import { LAYERS } from "../src/lanes/lane";
import type { Player } from "../src/player";
import { State } from "../src/state";
import { BlockLane } from "../src/timeline/block-lane";
import { View } from "../src/timeline/view";

const channels = { expression: ["browInnerUp"], head: ["rotationX", "rotationY", "rotationZ", "x", "y", "z"] };

function range(start: number, end: number, more: Partial<LayerRange> = {}): LayerRange {
  return { ...LAYERS.fresh, start, end, ...more };
}

function project(version: number, ranges: LayerRange[]): Project {
  const take = { name: "A", made: true, keyframes: { expression: [], head: [] } };
  return { id: "p", version, frames: 100, fps: 25, duration: 4, channels, takes: [take], stale: false, layers: { emotions: [], ranges } } as unknown as Project;
}

let state: State;
let commands: Commands;
let lane: BlockLane;
let sent: Edit[][];
const row = { top: 0, height: 32 };
const ranges = () => state.project!.layers.ranges;

beforeEach(async () => {
  vi.restoreAllMocks();
  sent = [];
  vi.spyOn(api, "project").mockResolvedValue(project(1, [range(1, 2), range(2.4, 3)]));
  vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(700));
  vi.spyOn(api, "edit").mockImplementation((_, edits) => {
    sent.push(edits);
    let after = [...ranges()];
    for (const edit of edits) {
      if (edit.edit === "remove_range_layers") after = after.filter(({ start }) => start !== edit.start);
      if (edit.edit === "set_range_layers") after.push(range(edit.start!, edit.end!, { fade_in: edit.fade_in!, gains: edit.gains! }));
    }
    return Promise.resolve(project(state.project!.version + 1, after.sort((one, other) => one.start - other.start)));
  });
  state = new State((message) => expect(message).toBe(""));
  commands = new Commands(state, { now: () => 0, seek: () => undefined } as unknown as Player, () => undefined, () => undefined);
  await state.open("p");
  const view = new View(() => 4);
  view.width = 400;
  view.scale = 100;
  lane = new BlockLane(LAYERS, view, commands.blocks, (x) => view.time(x));
});

/** Presses, moves and lets go. */
async function drag(from: [number, number], to: number) {
  const held = lane.press(...from, row);
  if (!held) return false;
  lane.drag(held, to);
  const changed = lane.release(held);
  if (changed) await vi.waitFor(() => expect(sent).toHaveLength(1));
  return changed;
}

describe("blocks of a lane", () => {
  it("move as a whole by whole frames, and keep their length", async () => {
    expect(await drag([150, 10], 181.7)).toBe(true);
    expect(sent[0]).toMatchObject([
      { edit: "remove_range_layers", start: 1, end: 2 },
      { edit: "set_range_layers", start: 1.32, end: 2.32 },
    ]);
    expect(commands.blocks.selected?.one.start).toBe(1.32);
  });

  it("are lengthened at an end, not beyond the sound or below a frame", async () => {
    await drag([300, 10], 900);
    expect(ranges().at(-1)).toMatchObject({ start: 2.4, end: 4 });
    sent = [];
    await drag([400, 10], 10);
    expect(ranges().at(-1)).toMatchObject({ start: 2.4, end: 2.44 });
  });

  it("fade as long as the foot of a selected one is drawn", async () => {
    expect(lane.press(72, 30, row)).toBeUndefined(); // where the fade begins, of one that is not selected
    commands.blocks.select(LAYERS, ranges()[0]!);
    expect(await drag([70, 30], 50)).toBe(true);
    expect(sent[0]?.[1]).toMatchObject({ start: 1, end: 2, fade_in: 0.5 });
  });

  it("are only selected by a click", async () => {
    expect(await drag([150, 10], 152)).toBe(false);
    expect(commands.blocks.selected?.one.start).toBe(1);
    expect(sent).toHaveLength(0);
  });

  it("move by keys, however quick they are, and go by Delete", async () => {
    commands.blocks.select(LAYERS, ranges()[0]!);
    for (let press = 0; press < 3; press++) commands.nudge(1);
    await vi.waitFor(() => expect(commands.blocks.selected?.one).toMatchObject({ start: 1.12, end: 2.12 }));
    commands.delete();
    await vi.waitFor(() => expect(ranges()).toHaveLength(1));
    expect(state.block && commands.blocks.selected).toBeUndefined();
  });

  it("are added in the range, and let go when a keyframe is selected", async () => {
    state.selectRange({ start: 80, stop: 90 });
    commands.blocks.add(LAYERS);
    await vi.waitFor(() => expect(commands.blocks.selected?.one).toMatchObject({ start: 3.2, end: 3.6 }));
    state.select([{ path: "head", frame: 3 }]);
    expect(commands.blocks.selected).toBeUndefined();
  });

  it("say what they set", () => {
    expect(LAYERS.label(range(0, 1, { gains: { brows: 1.5 }, head_smoothing: 0.1 }))).toBe("head 130 %, brows 150 %, smoothed head");
  });
});

describe("a keyframe that becomes a look", () => {
  it("is replaced by a block from its time on, in one step", async () => {
    const made = project(2, []);
    made.layers.gaze = [];
    made.takes[0]!.keyframes.head = [{ frame: 90, strength: 1, pose: {} }] as unknown as Project["takes"][0]["keyframes"]["head"];
    vi.spyOn(api, "project").mockResolvedValue(made);
    await state.open("p");
    commands.lookInstead({ path: "head", frame: 90 });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]!.map(({ edit }) => edit)).toEqual(["delete_keyframe", "set_look_at"]);
    expect(sent[0]![0]).toMatchObject({ path: "head", time: 3.6 });
    expect(sent[0]![1]).toMatchObject({ start: 3.6, end: 4, yaw: 0.6 }); // no longer than the sound
    expect(state.block).toEqual({ lane: "looks", start: 3.6 });
  });
});
