// What the page knows: the project as the server has it, and what is selected in this window.

import { api, Refused, type Edit, type EmotionRange, type Path, type Project, type Span } from "./api";
import { PAUSE } from "./gesture";
import { Motion } from "./motion";

/** What changed: everything that the server holds, the motion, the selection, or how it is looked at. */
export type Topic = "project" | "motion" | "selection" | "look" | "busy";

export interface Busy {
  stage: string;
  /** 0..1 */
  done: number;
  /** Begun by another window, or by this one before it was loaded anew. */
  elsewhere?: boolean;
  /** It cannot be cancelled. */
  fixed?: boolean;
}

export interface Chosen {
  path: Path;
  frame: number;
}

export const same = (one: Chosen, other: Chosen) => one.path === other.path && one.frame === other.frame;

export class State {
  project: Project | undefined;
  motion: Motion | undefined;
  /** The motion of another take, shown beside. */
  compared: { take: string; motion: Motion } | undefined;

  /** Name of the take whose keyframes are shown and edited. */
  take = "";
  keyframes: Chosen[] = [];
  /** What was selected when undo took it away: redo selects it again. */
  private lost: Chosen[] = [];
  /** Start of the selected emotion, s. */
  emotionStart: number | undefined;
  /** The selected block of a lane, by its start, s. */
  block: { lane: string; start: number } | undefined;
  range: Span | undefined;
  /** The path that keys without a path of their own mean. */
  path: Path = "expression";

  snap = true;
  loop = false;
  posing = false;
  /** Regenerates after each edit. */
  automatic = localStorage.getItem("ksdiff.automatic") === "true";

  /** A new seed of the expression draws gestures too. */
  private gestures = localStorage.getItem("ksdiff.gestures") !== "false";

  /** What the server is doing for this page, and how much of it is done, 0..1. */
  busy: Busy | undefined;

  private readonly listeners = new Map<Topic, (() => void)[]>();
  private queue: Promise<void> = Promise.resolve();
  /** The key that acts right now, when one did last, and the one that made the last step of undo. */
  private key: string | undefined;
  private pressed = -Infinity; // ms
  private step: string | undefined;
  private waiting = 0;
  /** Whether edits are to be regenerated when all that waits is done. */
  private due = false;

  constructor(private readonly report: (message: string) => void) {}

  on(topic: Topic, listener: () => void): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  tell(topic: Topic): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }

  get shownTake() {
    return this.project?.takes.find(({ name }) => name === this.take) ?? this.project?.takes[0];
  }

  keyframe({ path, frame }: Chosen) {
    return this.shownTake?.keyframes[path].find((keyframe) => keyframe.frame === frame);
  }

  time(frame: number): number {
    return frame / (this.project?.fps ?? 25);
  }

  /** The range in seconds as edits want it; all of the sound where nothing is selected. */
  get span(): { start: number; end: number } {
    const { start, stop } = this.range ?? { start: 0, stop: this.project?.frames ?? 0 };
    return { start: this.time(start), end: this.time(stop) };
  }

  /** The emotions of the project, in order; they never overlap. */
  get emotions(): readonly EmotionRange[] {
    return this.project?.layers.emotions ?? [];
  }

  /** Whether the motion has the shapes that emotions are made of. */
  get canFeel(): boolean {
    return this.project?.channels.expression.includes("browInnerUp") ?? false;
  }

  get drawsGestures(): boolean {
    return this.gestures && this.canFeel;
  }

  set drawsGestures(on: boolean) {
    this.gestures = on;
    localStorage.setItem("ksdiff.gestures", String(on));
    this.tell("selection"); // the panel of the range says so
  }

  /** Whether a new seed of a path draws gestures. */
  draws(path: Path): boolean {
    return path === "expression" && this.drawsGestures;
  }

  get emotion(): EmotionRange | undefined {
    const { emotionStart } = this;
    if (emotionStart === undefined) return undefined;
    return this.emotions.find(({ start }) => Math.abs(start - emotionStart) < 1e-3);
  }

  selectEmotion(start: number | undefined): void {
    this.emotionStart = start;
    this.block = undefined;
    if (start !== undefined) this.keyframes = this.lost = [];
    this.tell("selection");
  }

  selectBlock(block: { lane: string; start: number } | undefined): void {
    this.select([]);
    this.block = block;
    this.tell("selection");
  }

  /** Selects what is there of the selection, and what undo had taken away. */
  private keepSelected(): void {
    if (this.keyframes.length === 0) this.keyframes = this.lost;
    const there = this.keyframes.filter((chosen) => this.keyframe(chosen));
    this.lost = there.length === 0 ? this.keyframes : [];
    this.keyframes = there;
  }

  select(keyframes: Chosen[]): void {
    this.keyframes = keyframes;
    this.lost = [];
    this.emotionStart = this.block = undefined;
    this.pressed = -Infinity;
    const last = keyframes.at(-1);
    if (last) this.path = last.path;
    this.tell("selection");
  }

  selectRange(range: Span | undefined): void {
    this.range = range && range.stop > range.start ? range : undefined;
    this.tell("selection");
  }

  setTake(name: string): void {
    this.take = name;
    this.keyframes = this.lost = [];
    this.tell("project");
    this.tell("selection");
  }

  async open(id: string): Promise<void> {
    this.project = undefined;
    this.motion = undefined;
    this.compared = undefined;
    this.keyframes = this.lost = [];
    this.emotionStart = this.block = undefined;
    this.range = undefined;
    this.loop = this.posing = false;
    await this.accept(await api.project(id));
  }

  close(): void {
    this.project = this.motion = this.compared = undefined;
    this.keyframes = this.lost = [];
    this.emotionStart = this.block = undefined;
    this.range = undefined;
  }

  /**
   * Sends edits that are one step of undo. What is selected after them may be given. Edits that start from what is there
   * are a function, called when all before them is done: who is quicker than the server loses nothing.
   */
  edit(edits: Edit[] | (() => Edit[]), selected?: Chosen[]): Promise<void> {
    const { key } = this;
    const soon = key !== undefined && performance.now() - this.pressed < PAUSE;
    const send = async (id: string) => {
      const made = typeof edits === "function" ? edits() : edits;
      if (made.length === 0) return undefined;
      const continues = soon && this.step === key;
      this.step = undefined;
      const project = await api.edit(id, made, continues);
      this.step = key;
      return project;
    };
    const done = this.change(send, selected).then(() => {
      this.due ||= this.automatic;
      return this.catchUp();
    });
    if (key !== undefined) this.pressed = performance.now();
    return done;
  }

  /** Regenerates where that is due, once for all changes that follow each other. */
  private async catchUp(): Promise<void> {
    if (!this.due || this.waiting > 0) return;
    this.due = false;
    await this.regenerate();
  }

  /** What a key does: held, or pressed again within a moment, it makes one step of undo for the same selection. */
  byKey(key: string, act: () => void): void {
    this.key = key;
    act();
    this.key = undefined;
  }

  undo(): Promise<void> {
    this.pressed = -Infinity;
    return this.change(api.undo);
  }

  redo(): Promise<void> {
    this.pressed = -Infinity;
    return this.change(api.redo);
  }

  /** Regenerates what is stale when all edits before it are done. */
  regenerate(): Promise<void> {
    return this.change(async (id) => {
      if (!this.project?.stale) return undefined;
      return this.during("Regenerating", () => api.regenerate(id));
    });
  }

  /**
   * Changes follow each other: each sees what the one before it did. What will be selected is so at once, so that the
   * next key already means it.
   */
  change(call: (id: string) => Promise<Project | undefined>, selected?: Chosen[]): Promise<void> {
    this.waiting++;
    if (selected) this.select(selected);
    const step = this.queue.then(async () => {
      const id = this.project?.id;
      try {
        const project = id === undefined ? undefined : await call(id);
        this.waiting--;
        if (project && this.project?.id === id) await this.accept(project);
      } catch (error) {
        this.waiting--;
        this.fail(error);
        if (this.project) await this.accept(this.project); // what was shown ahead of the answer goes back
      }
    });
    this.queue = step;
    void step.then(() => this.catchUp());
    return step;
  }

  /** Something changed elsewhere: another window, or work that ended. */
  async refresh(version: number): Promise<void> {
    await this.queue;
    if (this.project && version > this.project.version) await this.change(api.project);
  }

  fail(error: unknown): void {
    this.report(error instanceof Refused ? error.message : `Something went wrong in the page: ${String(error)}`);
    if (!(error instanceof Refused)) console.error(error);
  }

  /** How far something is that the server does, whether this page has asked for it or not. */
  progress(stage: string, done: number): void {
    this.busy = { elsewhere: this.busy === undefined, ...this.busy, stage, done };
    this.tell("busy");
  }

  /** The server does nothing any more that takes its time. */
  idle(): void {
    if (!this.busy?.elsewhere) return;
    this.busy = undefined;
    this.tell("busy");
  }

  /** Cancels what the server does for this project. */
  async cancel(): Promise<void> {
    try {
      if (this.project) await api.cancel(this.project.id);
    } catch (error) {
      this.fail(error);
    }
  }

  async during<Result>(stage: string, work: () => Promise<Result>, fixed = false): Promise<Result> {
    this.busy = { stage, done: 0, fixed };
    this.tell("busy");
    try {
      return await work();
    } finally {
      this.busy = undefined;
      this.tell("busy");
    }
  }

  async compare(take: string | undefined): Promise<void> {
    this.compared = undefined;
    if (take !== undefined && this.project) this.compared = { take, motion: await this.fetch(this.project, take) };
    this.tell("look");
  }

  private async fetch(project: Project, take?: string): Promise<Motion> {
    const values = await api.motion(project.id, project.version, take);
    return new Motion(values, project.channels, project.fps);
  }

  private async accept(project: Project): Promise<void> {
    const moved = this.project?.id !== project.id || this.project.version !== project.version;
    const motion = moved || !this.motion ? await this.fetch(project) : this.motion;
    const beside = this.compared?.take;
    const other = beside !== undefined && project.takes.some(({ name }) => name === beside);
    this.compared = other ? { take: beside, motion: await this.fetch(project, beside) } : undefined;
    this.project = project;
    this.motion = motion;
    if (!project.takes.some(({ name }) => name === this.take)) this.take = project.takes[0]?.name ?? "";
    if (this.waiting === 0 && !this.emotion) this.emotionStart = undefined;
    if (this.waiting === 0) this.keepSelected();
    this.tell("project");
    this.tell("motion");
    this.tell("selection");
    this.tell("look");
  }
}
