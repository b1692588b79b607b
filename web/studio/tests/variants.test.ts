import { beforeEach, describe, expect, it, vi } from "vitest";

import { api, Refused, type Project } from "../src/api";
import type { Player } from "../src/player";
import { State } from "../src/state";
import { neighbour, openVariants, seedAt, seedsAfter, split } from "../src/variants";
import type { Viewport } from "../src/viewport";

const channels = { expression: ["jawOpen"], head: ["rotationX", "rotationY", "rotationZ", "x", "y", "z"] };
const variation = (path: "expression" | "head", start: number, stop: number, seed: number | null) => ({ path, start, stop, seed, temperature: null, guidance: null });
const sampling = { expression: { seed: 4, temperature: 1, guidance: 1 }, head: { seed: 9, temperature: 1, guidance: 1 } };

describe("seeds", () => {
  it("are those of the last range that gives one, else of the take", () => {
    const take = { sampling, variations: [variation("head", 10, 30, 5), variation("head", 20, 40, 6), variation("head", 20, 40, null)] };
    expect([5, 10, 25, 39, 40].map((frame) => seedAt(take, "head", frame))).toEqual([9, 5, 6, 6, 9]);
    expect(seedAt(take, "expression", 25)).toBe(4);
  });

  it("follow each other as exact numbers", () => {
    expect(seedsAfter(11)).toEqual([12, 13, 14, 15, 16, 17]);
    expect(seedsAfter(2 ** 62, 2)).toEqual([1, 2]);
  });

  it("come one after the other, each with its frames", () => {
    const motions = split(Float32Array.from({ length: 3 * 4 * 7 }, (_, index) => index), 3, { channels, fps: 25 });
    expect(motions.map(({ frames }) => frames)).toEqual([4, 4, 4]);
    expect(motions.map((motion) => motion.at(1, "expression", 0))).toEqual([7, 35, 63]);
  });

  it("are reached by arrow keys, which stop at the edges", () => {
    expect(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End", "x"].map((key) => neighbour(0, key, 3, 6))).toEqual([1, 3, 0, 0, 5, 0]);
    expect(neighbour(5, "ArrowDown", 3, 6)).toBe(5);
    expect(neighbour(4, "ArrowUp", 3, 6)).toBe(1);
    expect(neighbour(4, "Home", 3, 6)).toBe(0);
  });
});

describe("the sheet", () => {
  const project = (version: number) => {
    const take = { name: "A", made: true, keyframes: { expression: [], head: [] }, sampling, variations: [] };
    return { id: "p", version, frames: 100, fps: 25, channels, takes: [take], stale: version > 1 } as unknown as Project;
  };
  const player = { playing: false, now: () => 0.2, seek: vi.fn(), toggle: vi.fn() } as unknown as Player;
  const viewport = { draws: true, picture: vi.fn() } as unknown as Viewport;
  let state: State;

  beforeEach(async () => {
    vi.restoreAllMocks();
    document.body.replaceChildren();
    vi.spyOn(api, "project").mockResolvedValue(project(1));
    vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(700));
    vi.spyOn(api, "edit").mockResolvedValue(project(2));
    vi.spyOn(api, "regenerate").mockResolvedValue(project(3));
    vi.spyOn(api, "cancel").mockResolvedValue(new Response());
    state = new State(() => undefined);
    await state.open("p");
    state.selectRange({ start: 25, stop: 50 });
  });

  const tiles = () => [...document.querySelectorAll<HTMLButtonElement>(".variant")];

  it("asks for six seeds, and edits once by the one that is chosen", async () => {
    const ask = vi.spyOn(api, "variants").mockResolvedValue(new Float32Array(6 * 25 * 7));
    openVariants(state, player, viewport, "head");
    expect(tiles().every(({ disabled }) => disabled)).toBe(true);
    await vi.waitFor(() => expect(tiles()[0]!.disabled).toBe(false));
    const range = { path: "head", start: 1, end: 2, take: "A", gestures: false };
    expect(ask).toHaveBeenCalledExactlyOnceWith("p", { ...range, seeds: [10, 11, 12, 13, 14, 15] });
    expect(tiles().map(({ textContent }) => textContent)).toEqual([10, 11, 12, 13, 14, 15].map((seed) => `seed ${seed}`));
    tiles()[2]!.click();
    await vi.waitFor(() => expect(api.regenerate).toHaveBeenCalledOnce());
    expect(api.edit).toHaveBeenCalledExactlyOnceWith("p", [{ edit: "set_sampling", seed: 12, ...range }], false);
    expect(document.querySelector("dialog")).toBeNull();
    expect(api.cancel).not.toHaveBeenCalled();
  });

  it("changes nothing when it is closed, and cancels what is not done", async () => {
    let refuse: (error: Refused) => void = () => undefined;
    vi.spyOn(api, "variants").mockReturnValue(new Promise((_, reject) => (refuse = reject)));
    openVariants(state, player, viewport, "head");
    await vi.waitFor(() => expect(api.variants).toHaveBeenCalled());
    document.querySelector("dialog")!.close();
    expect(api.cancel).toHaveBeenCalledOnce();
    refuse(new Refused("cancelled", 409));
    await state.change(async () => undefined);
    expect(api.edit).not.toHaveBeenCalled();
    expect(state.busy).toBeUndefined();
  });

  it("says why there are none", async () => {
    vi.spyOn(api, "variants").mockRejectedValue(new Refused("the head is pinned at 1 s: unpin it first", 400));
    openVariants(state, player, viewport, "head");
    await vi.waitFor(() => expect(document.querySelector(".message")!.textContent).toBe("the head is pinned at 1 s: unpin it first"));
    await vi.waitFor(() => expect(tiles()).toEqual([]));
  });

  it("lets seeds of the face draw gestures, unless they are not wanted", async () => {
    const face = { expression: ["jawOpen", "browInnerUp"], head: channels.head };
    vi.spyOn(api, "project").mockResolvedValue({ ...project(1), channels: face });
    vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(800));
    vi.spyOn(api, "variants").mockResolvedValue(new Float32Array(6 * 25 * 8));
    await state.open("p");
    state.selectRange({ start: 25, stop: 50 });
    openVariants(state, player, viewport, "expression");
    await vi.waitFor(() => expect(tiles()[0]!.disabled).toBe(false));
    expect(vi.mocked(api.variants).mock.lastCall![1].gestures).toBe(true);
    document.querySelector<HTMLInputElement>("dialog input[type=checkbox]")!.click();
    await vi.waitFor(() => expect(api.variants).toHaveBeenCalledTimes(2));
    expect(vi.mocked(api.variants).mock.lastCall![1]).toMatchObject({ gestures: false, seeds: [5, 6, 7, 8, 9, 10] });
    await vi.waitFor(() => expect(tiles()[0]!.disabled).toBe(false));
    tiles()[0]!.click();
    await vi.waitFor(() => expect(api.edit).toHaveBeenCalled());
    expect(vi.mocked(api.edit).mock.lastCall![1]).toEqual([expect.objectContaining({ edit: "set_sampling", seed: 5, gestures: false })]);
    state.drawsGestures = true;
  });

  it("holds each where it differs most, and says when that is", async () => {
    const values = new Float32Array(6 * 25 * 7);
    for (let seed = 0; seed < 6; seed++) values[(seed * 25 + 3 * seed) * 7] = 1; // its jaw opens at a frame of its own
    vi.spyOn(api, "variants").mockResolvedValue(values);
    openVariants(state, player, viewport, "expression");
    await vi.waitFor(() => expect(tiles()[0]!.disabled).toBe(false));
    [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Where they differ")!.click();
    const times = ["1.00", "1.12", "1.24", "1.36", "1.48", "1.60"];
    expect(tiles().map(({ textContent }) => textContent)).toEqual(times.map((time, seed) => `seed ${5 + seed}, ${time} s`));
    await vi.waitFor(() => {
      const poses = vi.mocked(viewport.picture).mock.lastCall![0];
      expect(poses.map(({ expression }) => expression[0])).toEqual([1, 1, 1, 1, 1, 1]);
    });
  });

  it("goes on to other seeds", async () => {
    vi.spyOn(api, "variants").mockResolvedValue(new Float32Array(6 * 25 * 7));
    openVariants(state, player, viewport, "expression");
    await vi.waitFor(() => expect(tiles()[0]!.disabled).toBe(false));
    [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Other seeds")!.click();
    await vi.waitFor(() => expect(api.variants).toHaveBeenCalledTimes(2));
    expect(vi.mocked(api.variants).mock.lastCall![1].seeds).toEqual([11, 12, 13, 14, 15, 16]);
  });
});
