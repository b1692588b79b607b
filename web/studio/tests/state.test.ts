import { beforeEach, describe, expect, it, vi } from "vitest";

import { api, Refused, type Edit, type Project } from "../src/api";
import { State } from "../src/state";

const channels = { expression: ["jawOpen"], head: ["rotationX", "rotationY", "rotationZ", "x", "y", "z"] };

function project(version: number, frames: number[] = [10]): Project {
  const keyframes = { expression: [], head: frames.map((frame) => ({ frame, strength: 1, pose: {} })) };
  const take = { name: "A", made: true, keyframes } as unknown as Project["takes"][number];
  return { id: "p", version, frames: 100, fps: 25, channels, takes: [take], stale: false } as unknown as Project;
}

const add: Edit = { edit: "add_keyframe", path: "head", time: 0.8 };
let state: State;
let complaints: string[];

beforeEach(async () => {
  vi.restoreAllMocks();
  vi.spyOn(api, "project").mockResolvedValue(project(1));
  vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(700));
  complaints = [];
  state = new State((message) => complaints.push(message));
  await state.open("p");
});

describe("the state of the page", () => {
  it("selects ahead of the server, and keeps what the server then has", async () => {
    vi.spyOn(api, "edit").mockResolvedValue(project(2, [10, 20]));
    const done = state.edit([add], [{ path: "head", frame: 20 }]);
    expect(state.keyframes).toEqual([{ path: "head", frame: 20 }]);
    await done;
    expect(state.project?.version).toBe(2);
    expect(state.keyframes).toEqual([{ path: "head", frame: 20 }]);
  });

  it("makes one step of undo of a key that is held, until something else is done", async () => {
    const sent = vi.spyOn(api, "edit").mockResolvedValue(project(2, [10, 20]));
    vi.spyOn(api, "undo").mockResolvedValue(project(3, [10, 20]));
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    const press = (key = "move") => new Promise<void>((done) => state.byKey(key, () => void state.edit([add], [{ path: "head", frame: 20 }]).then(done)));
    const continued = () => sent.mock.lastCall![2];
    void press();
    void press();
    await press(); // quicker than the answers
    expect(sent.mock.calls.map((call) => call[2])).toEqual([false, true, true]);
    clock.mockReturnValue(300);
    await press();
    expect(continued()).toBe(true);
    await press("strengthen");
    expect(continued()).toBe(false);
    clock.mockReturnValue(1000);
    await press("strengthen");
    expect(continued()).toBe(false);
    await press("strengthen");
    expect(continued()).toBe(true);
    await state.edit([add]);
    await press("strengthen");
    expect(continued()).toBe(false);
    await state.undo();
    await press("strengthen");
    expect(continued()).toBe(false);
    state.select([{ path: "head", frame: 10 }]);
    await press("strengthen");
    expect(continued()).toBe(false);
    const nothing = new Promise<void>((done) => state.byKey("move", () => void state.edit(() => []).then(done)));
    await nothing;
    await press("move");
    expect(continued()).toBe(false); // the key before it made no step
  });

  it("selects again what undo took away when redo brings it back, unless something else is selected", async () => {
    state.select([{ path: "head", frame: 10 }]);
    vi.spyOn(api, "undo").mockResolvedValue(project(2, []));
    vi.spyOn(api, "redo").mockResolvedValue(project(3, [10]));
    await state.undo();
    expect(state.keyframes).toEqual([]);
    await state.redo();
    expect(state.keyframes).toEqual([{ path: "head", frame: 10 }]);
    await state.undo();
    state.select([]);
    await state.redo();
    expect(state.keyframes).toEqual([]);
  });

  it("drops a selection that the server refused, and says why", async () => {
    vi.spyOn(api, "edit").mockRejectedValue(new Refused("pinned"));
    await state.edit([add], [{ path: "head", frame: 20 }]);
    expect(complaints).toEqual(["pinned"]);
    expect(state.keyframes).toEqual([]);
    expect(state.project?.version).toBe(1);
  });

  it("sends changes one after the other, each computed from what the one before did", async () => {
    const sent: number[] = [];
    vi.spyOn(api, "edit").mockImplementation(async () => project(2 + sent.length));
    const one = state.edit(() => (sent.push(state.project!.version), [add]));
    const two = state.edit(() => (sent.push(state.project!.version), [add]));
    await Promise.all([one, two]);
    expect(sent).toEqual([1, 3]);
  });

  it("shows work that this page has not begun until it is over, and cancels it", async () => {
    state.progress("motion", 0.4); // as after the page was loaded anew
    expect(state.busy).toMatchObject({ stage: "motion", done: 0.4, elsewhere: true });
    const cancel = vi.spyOn(api, "cancel").mockResolvedValue(new Response());
    await state.cancel();
    expect(cancel).toHaveBeenCalledExactlyOnceWith("p");
    state.idle();
    expect(state.busy).toBeUndefined();

    const own = state.during("Regenerating", async () => {
      state.progress("motion", 0.5);
      state.idle(); // what else was done is over, but not this
      expect(state.busy).toMatchObject({ stage: "motion", done: 0.5 });
    });
    await own;
    expect(state.busy).toBeUndefined();
  });

  it("counts a range in seconds, and means everything without one", () => {
    expect(state.span).toEqual({ start: 0, end: 4 });
    state.selectRange({ start: 25, stop: 50 });
    expect(state.span).toEqual({ start: 1, end: 2 });
    state.selectRange({ start: 50, stop: 50 });
    expect(state.range).toBeUndefined();
  });

  it("regenerates what an edit that is still on its way makes stale", async () => {
    vi.spyOn(api, "edit").mockImplementation(async () => (await new Promise((then) => setTimeout(then, 20)), { ...project(2), stale: true }));
    const regenerate = vi.spyOn(api, "regenerate").mockResolvedValue(project(3));
    void state.edit([add]);
    await state.regenerate();
    expect(regenerate).toHaveBeenCalledOnce();
    expect(state.project?.version).toBe(3);
    await state.regenerate(); // nothing is stale any more
    expect(regenerate).toHaveBeenCalledOnce();
  });

  it("regenerates once for edits that follow each other quickly", async () => {
    vi.spyOn(api, "edit").mockResolvedValue({ ...project(2), stale: true });
    vi.spyOn(api, "rename").mockResolvedValue({ ...project(2), stale: true });
    const regenerate = vi.spyOn(api, "regenerate").mockResolvedValue(project(3));
    state.automatic = true;
    await Promise.all([state.edit([add]), state.edit([add]), state.change((id) => api.rename(id, "other"))]);
    await vi.waitFor(() => expect(regenerate).toHaveBeenCalledOnce());
  });

  it("regenerates after each edit where that is wanted", async () => {
    vi.spyOn(api, "edit").mockResolvedValue({ ...project(2), stale: true });
    const regenerate = vi.spyOn(api, "regenerate").mockResolvedValue(project(3));
    await state.edit([add]);
    expect(regenerate).not.toHaveBeenCalled();
    state.automatic = true;
    await state.edit([add]);
    expect(regenerate).toHaveBeenCalledOnce();
  });
});
