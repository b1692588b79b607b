import { beforeEach, describe, expect, it, vi } from "vitest";

import { api, type Edit, type Phone, type Project } from "../src/api";
import { Commands } from "../src/commands";
import type { Player } from "../src/player";
import { State } from "../src/state";
import { PhoneLane } from "../src/timeline/phone-lane";
import { View } from "../src/timeline/view";

const channels = { expression: ["jawOpen"], head: ["rotationX", "rotationY", "rotationZ", "x", "y", "z"] };
const phones: Phone[] = [
  { text: "M", start: 0.5, end: 0.58 },
  { text: "AY", start: 0.58, end: 0.8 },
  { text: "F", start: 0.9, end: 1 },
];
type Said = { start: number; end: number; jaw: number; lips: number };

function project(version: number, articulation: Said[]): Project {
  const take = { name: "A", made: true, keyframes: { expression: [], head: [] } };
  const words = [{ text: "my", start: 0.5, end: 0.8 }];
  return { id: "p", version, frames: 100, fps: 25, duration: 4, channels, words, phones, takes: [take], stale: false, layers: { emotions: [], articulation } } as unknown as Project;
}

let state: State;
let commands: Commands;
let lane: PhoneLane;
let sent: Edit[][];
const said = () => state.project!.layers.articulation;

beforeEach(async () => {
  vi.restoreAllMocks();
  sent = [];
  vi.spyOn(api, "project").mockResolvedValue(project(1, []));
  vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(700));
  vi.spyOn(api, "edit").mockImplementation((_, edits) => {
    sent.push(edits);
    let after = [...said()];
    for (const edit of edits) {
      if (edit.edit !== "remove_articulation" && edit.edit !== "set_articulation") continue;
      after = after.filter(({ start, end }) => end <= edit.start! || edit.end! <= start);
      if (edit.edit === "set_articulation") after.push({ start: edit.start!, end: edit.end!, jaw: edit.jaw ?? 1, lips: edit.lips ?? 1 });
    }
    return Promise.resolve(project(state.project!.version + 1, after));
  });
  state = new State((message) => expect(message).toBe(""));
  commands = new Commands(state, { now: () => 0, seek: () => undefined } as unknown as Player, () => undefined, () => undefined);
  await state.open("p");
  const view = new View(() => 4);
  view.width = 400;
  view.scale = 100;
  lane = new PhoneLane(view, commands.phones);
});

describe("phones", () => {
  it("are spoken more strongly by a drag up, as one step of undo", async () => {
    const held = lane.press(70, 20)!;
    lane.drag(held, 0);
    expect(lane.release(held)).toBe(true);
    await vi.waitFor(() => expect(said()).toEqual([{ start: 0.58, end: 0.8, jaw: 1.5, lips: 1.5 }]));
    expect(sent).toHaveLength(1);
    expect(commands.phones.selected?.text).toBe("AY");
  });

  it("are only selected by a click, and there is none between them", () => {
    expect(lane.release(lane.press(52, 20)!)).toBe(false);
    expect(commands.phones.selected?.text).toBe("M");
    expect(lane.press(85, 20)).toBeUndefined();
    expect(sent).toHaveLength(0);
  });

  it("have a jaw and lips of their own, and pass them on to their word", async () => {
    commands.phones.select(phones[1]!);
    await commands.phones.set(() => ({ jaw: 1.6 }));
    await commands.phones.set(() => ({ lips: 9 }));
    expect(said()).toEqual([{ start: 0.58, end: 0.8, jaw: 1.6, lips: 3 }]);
    await commands.phones.set((now) => now, true);
    expect(said()).toEqual([{ start: 0.5, end: 0.8, jaw: 1.6, lips: 3 }]);
    expect(commands.phones.strength(phones[0]!)).toEqual({ jaw: 1.6, lips: 3 });
    expect(commands.phones.strength(phones[2]!)).toEqual({ jaw: 1, lips: 1 });
  });

  it("go back by Delete, and on by the arrows", async () => {
    commands.phones.select(phones[0]!);
    commands.strengthen(1);
    await vi.waitFor(() => expect(said()).toMatchObject([{ jaw: 1.1, lips: 1.1 }]));
    commands.delete();
    await vi.waitFor(() => expect(said()).toEqual([]));
    await commands.phones.set(() => ({ jaw: 1, lips: 1 }));
    expect(sent).toHaveLength(2); // nothing to take back: no edit
    commands.nudge(1);
    expect(commands.phones.selected?.text).toBe("AY");
  });
});
