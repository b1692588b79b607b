import { beforeEach, describe, expect, it, vi } from "vitest";

import { api, Refused, type Edit, type Facts, type Project, type Rig } from "../src/api";
import { Character, isCharacter } from "../src/character";
import { CharacterModel } from "../src/character-model";
import { CharacterPanel } from "../src/character-panel";
import { State } from "../src/state";
import type { Viewport } from "../src/viewport";

const channels = { expression: ["jawOpen"], head: ["rotationX", "rotationY", "rotationZ", "x", "y", "z"] };
const shape = (name: string, follows: Record<string, number> = {}, proposed = follows) => ({
  name, label: name, expression: false, binary: false, binds: [], follows, proposed,
});
const rig: Rig = {
  shapes: [shape("Joy"), shape("jawOpen", { jawOpen: 1 }), shape("open", { mouthOpen: 1 }, {})],
  used: ["jawOpen"],
  followable: ["jawOpen", "mouthSmileLeft", "mouthOpen"],
  regions: [], bones: [{ name: "head", node: 2, label: "Kopf", share: 1 }], eyes: [0.4, 0.3, 0.3], backwards: false,
  nodes: ["Kopf", "Hals"], head_node: null, neck_node: null, undrawn: null,
};

function project(version: number, character: object | null): Project {
  return { id: "p", version, frames: 100, fps: 25, channels, takes: [], stale: false, character } as unknown as Project;
}

const told = (changes: object = {}) => ({
  name: "me.vrm", size: 5 << 20, digest: "d", revision: "r1", here: true, following: 2, shapes: 3, ...changes,
});

let state: State;
let shown: (CharacterModel | undefined)[];
let character: Character;
let panel: CharacterPanel;
let model: CharacterModel;
let sent: Edit[];

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const inputs = (name: string) => [...panel.host.querySelectorAll<HTMLInputElement>(`[aria-label^="${name}"]`)];

async function set(character: object | null, version: number): Promise<void> {
  await state.change(() => Promise.resolve(project(version, character)));
  await settled();
}

beforeEach(async () => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
  model = { follow: vi.fn(), dispose: vi.fn() } as unknown as CharacterModel;
  vi.spyOn(CharacterModel, "load").mockImplementation(() => Promise.resolve(model));
  vi.spyOn(api, "motion").mockResolvedValue(new Float32Array(700));
  vi.spyOn(api, "project").mockResolvedValue(project(1, null));
  vi.spyOn(api, "rig").mockResolvedValue(rig);
  vi.spyOn(api, "characterFile").mockResolvedValue(new ArrayBuffer(8));
  sent = [];
  vi.spyOn(api, "edit").mockImplementation(async (_, edits) => {
    sent.push(...edits);
    return project(50 + sent.length, told({ revision: `edited ${sent.length}` }));
  });
  shown = [];
  state = new State(() => undefined);
  const viewport = { draws: true, setCharacter: (one: CharacterModel | undefined) => shown.push(one), alone: undefined };
  character = new Character(state, viewport as unknown as Viewport, { max_character: 10 << 20 } as Facts);
  panel = new CharacterPanel(state, character, () => undefined);
  document.body.append(panel.host);
  await state.open("p");
});

describe("the user's own character", () => {
  it("is known by its file's name", () => {
    expect(["a.GLB", "b.vrm", "c.gltf"].map(isCharacter)).toEqual([true, true, true]);
    expect(["a.wav", "b.ksd", "glb"].map(isCharacter)).toEqual([false, false, false]);
  });

  it("is loaded once, gets every map, and goes", async () => {
    await set(told(), 2);
    await set(told({ revision: "r2" }), 3);
    await set(told({ revision: "r2" }), 4);
    expect(CharacterModel.load).toHaveBeenCalledTimes(1);
    expect(model.follow).toHaveBeenCalledTimes(2);
    expect(shown.at(-1)).toBe(model);
    await set(null, 5);
    expect(shown.at(-1)).toBeUndefined();
    expect(model.dispose).toHaveBeenCalled();
    expect(character.rig).toBeUndefined();
  });

  it("is another one when its file is, also where both changed before the first was there", async () => {
    void state.change(() => Promise.resolve(project(2, told())));
    void state.change(() => Promise.resolve(project(3, told({ digest: "e", revision: "r2" }))));
    await set(told({ digest: "e", revision: "r3" }), 4);
    expect(shown.at(-1)).toBe(model);
    expect(character.rig).toBe(rig);
  });

  it("leaves the head where it cannot be shown, says why, and can be edited all the same", async () => {
    vi.mocked(api.rig).mockResolvedValue({ ...rig, undrawn: "Draco" });
    await set(told(), 2);
    expect(shown.at(-1)).toBeUndefined();
    expect(character.problem).toContain("compressed with Draco");
    expect(character.rig?.shapes).toHaveLength(3);
    vi.mocked(api.rig).mockResolvedValue(rig);
    vi.mocked(CharacterModel.load).mockRejectedValue(new Error("no such accessor"));
    await set(told({ digest: "e", revision: "r2" }), 3);
    expect(shown.at(-1)).toBeUndefined();
    expect(character.problem).toContain("no such accessor");
    await set(told({ here: false, size: 60 << 20, revision: "r3" }), 4);
    expect(character.problem).toContain("me.vrm (60 MB) is too large to travel");
  });

  it("is refused where there is no project, or it is too large, or the server says so", async () => {
    await expect(character.take(new Blob([new Uint8Array(11 << 20)]), "big.glb")).rejects.toThrow("up to 10 MB");
    vi.spyOn(api, "setCharacter").mockRejectedValue(new Refused("no shape that is known"));
    await expect(character.take(new Blob(["x"]), "a.glb")).rejects.toThrow("no shape that is known");
    expect(state.busy).toBeUndefined();
    state.close();
    await expect(character.take(new Blob(["x"]), "a.glb")).rejects.toThrow("Open a voice");
  });
});

describe("the table of its shapes", () => {
  beforeEach(async () => {
    panel.open();
    await set(told(), 2);
  });

  it("lists what follows something first, and marks what differs from the proposal or has nothing to do", () => {
    const rows = [...panel.host.querySelectorAll("tbody tr")];
    expect(rows.map((row) => row.querySelector(".shape")!.textContent)).toEqual(["jawOpen", "open", "Joy"]);
    expect(rows.map((row) => row.className)).toEqual(["", "changed", "still"]);
    expect(rows[1]!.querySelector(".term")!.classList.contains("idle")).toBe(true);
    const find = panel.host.querySelector<HTMLInputElement>('input[type="search"]')!;
    find.value = "jo";
    find.dispatchEvent(new Event("input"));
    expect(panel.host.querySelectorAll("tbody tr")).toHaveLength(1);
  });

  it("changes what a shape follows, and by how much", async () => {
    const [followed] = inputs("Joy follows");
    followed!.value = "MOUTHsmileLeft";
    followed!.dispatchEvent(new Event("change"));
    const [, amount] = inputs("jawOpen");
    amount!.value = "1.23";
    amount!.dispatchEvent(new Event("change"));
    panel.host.querySelector<HTMLButtonElement>('[aria-label="Let open not follow mouthOpen"]')!.click();
    const head = panel.host.querySelector<HTMLSelectElement>("#head-node")!;
    head.value = "Hals";
    head.dispatchEvent(new Event("change"));
    await settled();
    expect(sent).toEqual([
      { edit: "set_character", shapes: { Joy: { mouthSmileLeft: 1 } } },
      { edit: "set_character", shapes: { jawOpen: { jawOpen: 1.23 } } },
      { edit: "set_character", shapes: { open: {} } },
      { edit: "set_character", head_node: "Hals" },
    ]);
  });

  it("lets a shape follow one channel more, but none twice and none that is unknown", async () => {
    panel.host.querySelector<HTMLButtonElement>('[aria-label="Let jawOpen follow one more channel"]')!.click();
    const more = () => inputs("jawOpen follows")[1]!;
    for (const wrong of ["jawOpen", "jaw"]) {
      more().value = wrong;
      more().dispatchEvent(new Event("change"));
      expect(more().validationMessage).not.toBe("");
    }
    expect(sent).toEqual([]);
    more().value = "mouthSmileLeft";
    more().dispatchEvent(new Event("change"));
    await settled();
    expect(sent).toEqual([{ edit: "set_character", shapes: { jawOpen: { jawOpen: 1, mouthSmileLeft: 1 } } }]);
  });
});
