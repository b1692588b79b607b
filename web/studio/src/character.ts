// The user's own character: dropped, shown, kept in step with the project. How it is drawn is in character-model.ts, the
// table of its shapes in character-panel.ts.

import { api, Refused, type Edit, type Facts, type Rig } from "./api";
import { CharacterModel } from "./character-model";
import type { State } from "./state";
import type { Viewport } from "./viewport";

const PHOTOS = [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".jp2", ".avif"];
const SUFFIXES = [".glb", ".vrm", ".gltf", ...PHOTOS];

export const isCharacter = (name: string) => SUFFIXES.some((suffix) => name.toLowerCase().endsWith(suffix));

export const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB`;

export class Character {
  /** How it moves; undefined where there is none, or its file is not here. */
  rig: Rig | undefined;
  /** Why the page shows the head of the package in its place. */
  problem = "";
  private model: CharacterModel | undefined;
  /** The state of the character that is shown, or being loaded; and the file that is. */
  private wanted = "";
  private loaded = "";
  private work: Promise<void> = Promise.resolve();
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly state: State,
    private readonly viewport: Viewport,
    private readonly facts: Facts,
  ) {
    state.on("project", () => this.follow());
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Takes a file that was dropped or chosen. */
  async take(file: Blob, name: string): Promise<void> {
    const id = this.state.project?.id;
    if (id === undefined) throw new Refused("Open a voice or a project first, then drop the character on it.");
    const most = this.facts.max_character;
    if (file.size > most) {
      throw new Refused(`${name} has ${megabytes(file.size)}; a character may have up to ${megabytes(most)}. Make its textures smaller.`);
    }
    let refused: unknown;
    await this.state.during(`Reading ${name}`, () =>
      this.state.change((project) =>
        api.setCharacter(project, file, name).catch((error: unknown) => {
          refused = error;
          return undefined; // the head, or the character of before, stays
        }),
      ),
    );
    if (refused) throw refused;
    await this.work;
  }

  choose(fail: (message: string) => void): void {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = SUFFIXES.join(",");
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) this.take(file, file.name).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
    });
    input.click();
  }

  remove(): void {
    void this.state.change(api.removeCharacter);
  }

  /** Changes what one shape follows. */
  setRow(name: string, follows: Record<string, number>): Promise<void> {
    return this.edit({ edit: "set_character", shapes: { [name]: follows } });
  }

  edit(edit: Extract<Edit, { edit: "set_character" }>): Promise<void> {
    return this.state.edit([edit]);
  }

  /** Shows what a shape does, alone; undefined shows the motion again. */
  showAlone(name: string | undefined): void {
    this.viewport.alone = name;
  }

  private follow(): void {
    const revision = this.state.project?.character?.revision ?? "";
    if (revision === this.wanted) return;
    this.wanted = revision;
    // One after the other, and only the last of several matters.
    this.work = this.work.then(() => (revision === this.wanted ? this.load() : undefined)).catch((error: unknown) => {
      this.drop();
      this.problem = error instanceof Error ? error.message : String(error);
      this.tell();
    });
  }

  private async load(): Promise<void> {
    const { project } = this.state;
    const character = project?.character;
    if (!project || !character?.here) {
      this.drop();
      if (character) {
        this.problem = `${character.name} (${megabytes(character.size)}) is too large to travel within a project file. Drop it again to see it here; what its shapes follow is kept.`;
      }
      this.tell();
      return;
    }
    const rig = await api.rig(project.id);
    if (character.digest !== this.loaded) {
      this.drop();
      await this.open(project.id, character.name, rig);
      this.loaded = character.digest;
    }
    this.rig = rig;
    this.model?.follow(rig, project.channels.expression);
    this.viewport.setCharacter(this.model);
    this.tell();
  }

  private async open(id: string, name: string, { undrawn }: Rig): Promise<void> {
    if (undrawn) {
      this.problem = `${name} is compressed with ${undrawn}, which this page cannot show; the head stands in. Exports go onto the character all the same. To see it here, export it without compression.`;
      return;
    }
    if (!this.viewport.draws) return;
    try {
      this.model = await CharacterModel.load(await api.characterFile(id));
    } catch (error) {
      this.problem = `${name} cannot be shown; the head stands in. ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  private drop(): void {
    this.rig = undefined;
    this.problem = this.loaded = "";
    this.viewport.setCharacter(undefined);
    this.model?.dispose();
    this.model = undefined;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
