import { beforeEach, describe, expect, it, vi } from "vitest";

import { api, type Edit, type EmotionRange, type Project } from "../src/api";
import { Commands, emotionName } from "../src/commands";
import type { Player } from "../src/player";
import { State } from "../src/state";

const channels = { expression: ["browInnerUp"], head: ["rotationX", "rotationY", "rotationZ", "x", "y", "z"] };

function felt(start: number, end: number, more: Partial<EmotionRange> = {}): EmotionRange {
  return { start, end, emotion: "happy", intensity: 0.5, valence: null, arousal: null, onset: 0.35, decay: 0.6, seed: 0, ...more };
}

function project(version: number, emotions: EmotionRange[]): Project {
  const take = { name: "A", made: true, keyframes: { expression: [], head: [] } };
  return { id: "p", version, frames: 100, fps: 25, duration: 4, channels, takes: [take], stale: false, layers: { emotions } } as unknown as Project;
}

let state: State;
let commands: Commands;
let sent: Edit[][];
let now: number;

/** A server that does what the edits say. */
function serve(edits: Edit[]): Project {
  let emotions = [...state.emotions];
  for (const edit of edits) {
    if (edit.edit === "remove_emotion") emotions = emotions.filter(({ start }) => start !== edit.start);
    if (edit.edit === "set_emotion") emotions.push(felt(edit.start ?? 0, edit.end ?? 0, { intensity: edit.intensity ?? 1 }));
  }
  return project((state.project?.version ?? 0) + 1, emotions.sort((one, other) => one.start - other.start));
}

beforeEach(async () => {
  vi.restoreAllMocks();
  vi.spyOn(api, "project").mockResolvedValue(project(1, [felt(1, 2), felt(2.4, 3)]));
  vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(700));
  sent = [];
  now = 0;
  vi.spyOn(api, "edit").mockImplementation((_, edits) => {
    sent.push(edits);
    return Promise.resolve(serve(edits));
  });
  state = new State((message) => expect(message).toBe(""));
  const player = { now: () => now, seek: (time: number) => (now = time) } as unknown as Player;
  commands = new Commands(state, player, () => undefined, () => undefined);
  await state.open("p");
});

describe("emotions", () => {
  it("are gone through by keys", () => {
    commands.nextEmotion(1);
    expect(state.emotion?.start).toBe(1);
    commands.nextEmotion(1);
    expect(state.emotion?.start).toBe(2.4);
    commands.nextEmotion(-1);
    expect(state.emotion?.start).toBe(1);
    state.select([{ path: "head", frame: 3 }]);
    expect(state.emotion).toBeUndefined();
  });

  it("move by frames, however quick the keys are", async () => {
    commands.goToEmotion(1);
    for (let press = 0; press < 3; press++) commands.nudge(1);
    commands.strengthen(1);
    await vi.waitFor(() => expect(sent.length).toBe(4));
    await vi.waitFor(() => expect(state.emotion).toMatchObject({ start: 1.12, end: 2.12, intensity: 0.6 }));
  });

  it("change in one step of undo", async () => {
    commands.goToEmotion(1);
    await commands.changeEmotion(() => ({ end: 2.21 }));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject([
      { edit: "remove_emotion", start: 1, end: 2 },
      { edit: "set_emotion", start: 1, end: 2.2, emotion: "happy", seed: 0 },
    ]);
  });

  it("stay within the sound, and at least a frame long", async () => {
    commands.goToEmotion(2.4);
    await commands.changeEmotion(() => ({ end: 99 }));
    expect(state.emotion?.end).toBe(4);
    commands.nudge(5);
    await commands.changeEmotion(() => ({ end: 0 }));
    expect(state.emotion).toMatchObject({ start: 2.4, end: 2.44 });
  });

  it("are added at the playhead up to the next, in the range, and not twice", async () => {
    now = 2.2;
    vi.spyOn(commands, "frame", "get").mockReturnValue(55);
    commands.addEmotion();
    await vi.waitFor(() => expect(state.emotion).toMatchObject({ start: 2.2, end: 2.4 }));
    commands.addEmotion();
    expect(sent).toHaveLength(1);
    state.selectRange({ start: 80, stop: 90 });
    commands.addEmotion();
    await vi.waitFor(() => expect(state.emotion).toMatchObject({ start: 3.2, end: 3.6 }));
  });

  it("are removed, and nothing stays selected", async () => {
    commands.goToEmotion(1);
    commands.delete();
    await vi.waitFor(() => expect(state.emotions).toHaveLength(1));
    expect(state.emotion).toBeUndefined();
    expect(state.emotionStart).toBeUndefined();
  });

  it("have names in words", () => {
    expect(emotionName(felt(0, 1, { emotion: "at_ease" }))).toBe("at ease");
    expect(emotionName(felt(0, 1, { emotion: null, valence: -0.5, arousal: 0.25 }))).toBe("valence -0.5, arousal 0.3");
  });
});
