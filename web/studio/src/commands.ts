// What can be done to a performance, whether by key, pointer or panel.

import { api, PATHS, type Edit, type EmotionRange, type Keyframe, type NamedPose, type Path, type Span, type Word } from "./api";
import { Curves } from "./curves/curves";
import { Blocks, LENGTH } from "./lanes/blocks";
import { LOOKS } from "./lanes/lane";
import { Phones } from "./lanes/phones";
import type { Player } from "./player";
import { mirroredHead, mirroredPose } from "./sides";
import { same, type Chosen, type State } from "./state";

const STRENGTH_STEP = 0.1;
const EMOTION_LENGTH = 1; // s of an emotion that is added without a range
type SetEmotion = Extract<Edit, { edit: "set_emotion" }>;

export class Commands {
  /** A pose taken at some time, to be set at a keyframe. */
  private copied: { path: Path; time: number } | undefined;
  /** What can be done to layers of ranges, and other blocks of lanes. */
  readonly blocks: Blocks;
  readonly curves: Curves;
  readonly phones: Phones;

  constructor(
    private readonly state: State,
    private readonly player: Player,
    private readonly announce: (message: string) => void,
    private readonly reveal: (time: number) => void,
  ) {
    this.blocks = new Blocks(state, this, announce);
    this.curves = new Curves(state, announce);
    this.phones = new Phones(state);
  }

  /** The frame at the playhead. */
  get frame(): number {
    return this.state.motion?.frame(this.player.now()) ?? 0;
  }

  addKeyframe(path: Path, frame = this.frame, strength = 1): void {
    const chosen = { path, frame };
    if (this.state.keyframe(chosen)) {
      this.goTo(chosen);
      return;
    }
    const edit = { edit: "add_keyframe" as const, path, time: this.state.time(frame), strength, take: this.state.take };
    void this.state.edit([edit], [chosen]);
    this.state.path = path;
    this.player.seek(this.state.time(frame));
    this.announce(`Added a keyframe of the ${path} at ${this.said(frame)}`);
  }

  /** Deletes what is selected. */
  delete(): void {
    if (this.phones.selected) this.phones.reset();
    else if (this.curves.selected) this.curves.remove();
    else if (this.state.block) this.blocks.remove();
    else if (this.state.emotionStart !== undefined) this.removeEmotion();
    else this.deleteKeyframes();
  }

  /** Moves what is selected by frames. */
  nudge(by: number): void {
    this.state.byKey("move", () => {
      if (this.phones.selected) this.phones.neighbour(by);
      else if (this.curves.selected) this.curves.move(by);
      else if (this.state.block) this.blocks.move(by);
      else if (this.state.emotionStart !== undefined) this.moveEmotion(by);
      else this.moveKeyframes(by);
    });
  }

  /** Makes what is selected stronger or weaker. */
  strengthen(direction: 1 | -1): void {
    this.state.byKey("strengthen", () => {
      if (this.phones.selected) void this.phones.set(({ jaw, lips }) => ({ jaw: jaw + direction * STRENGTH_STEP, lips: lips + direction * STRENGTH_STEP }));
      else if (this.curves.selected) this.curves.raise(direction);
      else if (this.state.emotionStart === undefined) this.changeStrength(direction);
      else {
        void this.changeEmotion(({ intensity }) => ({
          intensity: Math.min(Math.max(Math.round((intensity + direction * STRENGTH_STEP) * 100) / 100, 0), 1),
        }));
      }
    });
  }

  deleteKeyframes(): void {
    const { keyframes } = this.state;
    if (keyframes.length === 0) return;
    void this.state.edit(keyframes.map((chosen) => ({ edit: "delete_keyframe" as const, ...this.where(chosen) })), []);
    this.announce(keyframes.length === 1 ? "Deleted the keyframe" : `Deleted ${keyframes.length} keyframes`);
  }

  moveKeyframes(by: number): void {
    const { keyframes, project } = this.state;
    if (by === 0 || keyframes.length === 0 || !project) return;
    by = this.shift(by);
    if (by === 0) return;
    // The foremost first, so that none meets another on its way.
    const ordered = [...keyframes].sort((one, other) => Math.sign(by) * (other.frame - one.frame));
    const edits = ordered.map((chosen) => ({
      edit: "move_keyframe" as const,
      ...this.where(chosen),
      to: this.state.time(chosen.frame + by),
    }));
    const moved = keyframes.map(({ path, frame }) => ({ path, frame: frame + by }));
    void this.state.edit(edits, moved);
    this.player.seek(this.state.time(moved.at(-1)!.frame));
  }

  /** How far the selected keyframes can move where they are wanted to move so many frames. */
  shift(wanted: number): number {
    const { keyframes, project, shownTake } = this.state;
    if (!project || !shownTake) return 0;
    const all = PATHS.flatMap((path) => shownTake.keyframes[path].map(({ frame }) => ({ path, frame })));
    return freeShift(wanted, keyframes, all.filter((each) => !this.isSelected(each)), project.frames);
  }

  setStrength(strength: number): void {
    const value = Math.round(strength * 100) / 100;
    void this.state.edit(
      this.state.keyframes.map((chosen) => ({ edit: "set_strength" as const, ...this.where(chosen), strength: value })),
    );
  }

  changeStrength(direction: 1 | -1): void {
    const { keyframes } = this.state;
    const edits = () =>
      keyframes.flatMap((chosen) => {
        const now = this.state.keyframe(chosen)?.strength;
        if (now === undefined) return [];
        const strength = Math.min(Math.max(Math.round((now + direction * STRENGTH_STEP) * 100) / 100, 0.05), 1);
        return [{ edit: "set_strength" as const, ...this.where(chosen), strength }];
      });
    void this.state.edit(edits);
  }

  /** Adds an emotion: in a range, else from a time on, between those that are there. */
  addEmotion(span?: { start: number; end: number }): void {
    const { project, range } = this.state;
    if (!project) return;
    const wanted = span ?? (range ? this.state.span : undefined);
    const start = wanted?.start ?? this.state.time(this.frame);
    const inside = this.state.emotions.find((other) => other.start <= start && start < other.end);
    if (!wanted && inside) {
      this.goToEmotion(inside.start);
      return;
    }
    const next = Math.min(...this.state.emotions.map((other) => other.start).filter((other) => other > start), project.duration);
    const end = wanted?.end ?? Math.min(start + EMOTION_LENGTH, next);
    if (end - start < 0.5 / project.fps) return;
    void this.state.edit([{ edit: "set_emotion", start, end, emotion: "happy", intensity: 0.7 }]);
    this.state.selectEmotion(this.onFrame(start));
    this.announce(`Added an emotion at ${start.toFixed(2)} s`);
  }

  /** Changes the selected emotion; where it comes to lie, it takes the place of others. */
  changeEmotion(change: (one: EmotionRange) => Partial<EmotionRange>): Promise<void> {
    // From what is there when the changes before it are done: keys may be quicker than the server.
    return this.state.edit(() => {
      const before = this.state.emotion;
      const { project } = this.state;
      if (!before || !project) return [];
      const after = { ...before, ...change(before) };
      const frame = 1 / project.fps;
      after.start = this.onFrame(Math.min(Math.max(after.start, 0), this.whole - frame));
      after.end = this.onFrame(Math.min(Math.max(after.end, after.start + frame), this.whole));
      this.state.emotionStart = after.start;
      return [
        { edit: "remove_emotion", start: before.start, end: Math.min(before.end, this.whole) },
        { edit: "set_emotion", ...after } as SetEmotion,
      ];
    });
  }

  moveEmotion(by: number): void {
    const seconds = this.state.time(by);
    void this.changeEmotion(({ start, end }) => {
      const inside = Math.min(Math.max(seconds, -start), this.whole - end);
      return { start: start + inside, end: end + inside };
    }).then(() => this.state.emotion && this.seek(this.state.emotion.start));
  }

  removeEmotion(): void {
    void this.state.edit(() => {
      const { emotion } = this.state;
      return emotion ? [{ edit: "remove_emotion", start: emotion.start, end: Math.min(emotion.end, this.whole) }] : [];
    });
    this.announce("Removed the emotion");
  }

  /** The next emotion (1) or the one before (-1). */
  nextEmotion(direction: 1 | -1): void {
    const at = this.state.emotion?.start ?? this.player.now();
    const ahead = this.state.emotions.filter(({ start }) => (start - at) * direction > 1e-3);
    const found = direction === 1 ? ahead[0] : ahead.at(-1);
    const here = this.state.emotion ? undefined : this.state.emotions.find(({ start, end }) => start <= at && at < end);
    const chosen = here ?? found;
    if (chosen) this.goToEmotion(chosen.start);
  }

  goToEmotion(start: number): void {
    this.state.selectEmotion(start);
    const { emotion } = this.state;
    if (!emotion) return;
    this.seek(emotion.start);
    this.announce(`${emotionName(emotion)}, ${emotion.start.toFixed(2)} to ${emotion.end.toFixed(2)} s, intensity ${emotion.intensity.toFixed(2)}`);
  }

  private get whole(): number {
    const { project } = this.state;
    return project ? project.frames / project.fps : 0;
  }

  private onFrame(time: number): number {
    const fps = this.state.project?.fps ?? 25;
    return Math.round(time * fps) / fps;
  }

  /** Sets some channels at a keyframe, and keeps those set before. */
  setPose(chosen: Chosen, values: Record<string, number>): Promise<void> {
    const where = this.where(chosen);
    const edits = () => [{ edit: "set_pose" as const, ...where, pose: { ...this.state.keyframe(chosen)?.pose, ...values } }];
    return this.state.edit(edits, [chosen]);
  }

  /** Sets how long a pose stays, and how fast the motion goes there and back; frames. What is not given stays. */
  hold(chosen: Chosen, lengths: Partial<Pick<Keyframe, "hold" | "attack" | "release" | "ease">>): Promise<void> {
    return this.state.edit(() => {
      const now = this.state.keyframe(chosen);
      if (!now) return [];
      const { hold, attack, release, ease } = { ...now, ...lengths };
      const seconds = (frames: number | null) => (frames === null ? null : this.state.time(frames));
      return [{ edit: "set_hold" as const, ...this.where(chosen), hold: this.state.time(hold), attack: seconds(attack), release: seconds(release), ease }];
    });
  }

  /** Makes keyframes of one kind: gestures, or accents again. */
  gesture(keyframes: readonly Chosen[], gesture: string | null, seed = 0): Promise<void> {
    return this.state.edit(() =>
      keyframes.map((chosen) => {
        const now = this.state.keyframe(chosen);
        // A gesture has its full size, whatever the strength of the accent was in whose place it is.
        const strength = now?.gesture || gesture === null ? (now?.strength ?? 1) : 1;
        return { edit: "set_gesture" as const, ...this.where(chosen), gesture, strength, seed };
      }),
    );
  }

  /** Lets the face look at something from a keyframe on, in its place. */
  lookInstead(chosen: Chosen): void {
    const start = this.state.time(chosen.frame);
    this.blocks.add(LOOKS, { start, end: Math.min(start + LENGTH, this.whole) }, [{ edit: "delete_keyframe", ...this.where(chosen) }]);
  }

  /** Lets left be right in the pose of a keyframe. */
  mirrorPose(chosen: Chosen): void {
    void this.state.edit(() => {
      const pose = this.state.keyframe(chosen)?.pose ?? {};
      const names = this.state.project?.channels.head ?? [];
      const mirrored = chosen.path === "head" ? mirroredHead(pose, names) : mirroredPose(pose);
      return [{ edit: "set_pose" as const, ...this.where(chosen), pose: mirrored }];
    });
    this.announce("Mirrored the pose");
  }

  clearPose(chosen: Chosen): void {
    void this.state.edit([{ edit: "set_pose" as const, ...this.where(chosen), pose: {} }]);
  }

  copyPose(): void {
    if (!this.state.project) return;
    const path = this.state.keyframes.at(-1)?.path ?? this.state.path;
    this.copied = { path, time: this.state.time(this.frame) };
    this.announce(`Copied the pose of the ${path} at ${this.said(this.frame)}`);
    this.state.tell("selection");
  }

  get copiedTime(): number | undefined {
    return this.copied?.time;
  }

  /** Sets the copied pose at the selected keyframe, or at one made at the playhead. */
  pastePose(): void {
    const { copied } = this;
    if (!copied || !this.state.project) return;
    const own = this.state.keyframes.filter(({ path }) => path === copied.path);
    const targets = own.length > 0 ? own : [{ path: copied.path, frame: this.frame }];
    const edits = targets.map((chosen) => ({ edit: "copy_pose" as const, ...this.where(chosen), source: copied.time }));
    void this.state.edit(edits, targets);
  }

  /** Sets a pose of the library at the selected keyframe of its path, or at one made at the playhead. */
  setNamedPose({ path, pose, hold, attack, release, ease }: NamedPose): void {
    const own = this.state.keyframes.filter((chosen) => chosen.path === path);
    const targets = own.length > 0 ? own : [{ path, frame: this.frame }];
    const edits = targets.map((chosen) => ({ edit: "set_pose" as const, ...this.where(chosen), pose, hold, attack, release, ease }));
    void this.state.edit(edits, targets);
  }

  /** Where `setNamedPose` would set a pose, in words. */
  poseTarget(path: Path): string {
    return this.state.keyframes.some((chosen) => chosen.path === path) ? "the selected keyframe" : "the playhead";
  }

  /** The pose of the keyframe that is selected. */
  selectedPose(): Omit<NamedPose, "name"> | undefined {
    const chosen = this.state.keyframes.at(-1);
    const keyframe = chosen && this.state.keyframe(chosen);
    if (!keyframe || Object.keys(keyframe.pose).length === 0) return undefined;
    const seconds = (frames: number | null) => (frames === null ? null : this.state.time(frames));
    const { pose, hold, attack, release, ease } = keyframe;
    return { path: chosen.path, pose, hold: this.state.time(hold), attack: seconds(attack), release: seconds(release), ease };
  }

  /** The next keyframe (1) or the one before (-1), of either path. */
  neighbour(direction: 1 | -1): void {
    const { shownTake } = this.state;
    if (!shownTake) return;
    const now = this.frame;
    const ahead = PATHS.flatMap((path) => shownTake.keyframes[path].map(({ frame }): Chosen => ({ path, frame })))
      .filter(({ frame }) => (frame - now) * direction > 0)
      .sort((one, other) => (one.frame - other.frame) * direction);
    // Of two on one frame, the second comes after the first.
    const beside = this.state.keyframes.length === 1 ? this.state.keyframes[0] : undefined;
    if (beside?.frame === now && beside.path === (direction === 1 ? "expression" : "head")) {
      const other: Chosen = { path: direction === 1 ? "head" : "expression", frame: now };
      if (this.state.keyframe(other)) return this.goTo(other);
    }
    const first = ahead[0];
    if (!first) return undefined;
    const twin = ahead.find((chosen) => chosen.frame === first.frame && chosen.path === (direction === 1 ? "expression" : "head"));
    return this.goTo(twin ?? first);
  }

  goTo(chosen: Chosen): void {
    this.state.select([chosen]);
    this.seek(this.state.time(chosen.frame));
    const keyframe = this.state.keyframe(chosen);
    if (keyframe) {
      this.announce(`Keyframe of the ${chosen.path} at ${this.said(chosen.frame)}, strength ${keyframe.strength.toFixed(2)}`);
    }
  }

  seek(time: number): void {
    this.player.seek(time);
    this.reveal(time);
  }

  selectAll(): void {
    const { shownTake, project } = this.state;
    if (!shownTake || !project) return;
    this.state.selectRange({ start: 0, stop: project.frames });
    this.state.select(PATHS.flatMap((path) => shownTake.keyframes[path].map(({ frame }) => ({ path, frame }))));
  }

  /** Sets the start or the end of the selected range to the playhead. */
  mark(edge: "start" | "stop"): void {
    const { project, range } = this.state;
    if (!project) return;
    const span: Span = { start: range?.start ?? 0, stop: range?.stop ?? project.frames, [edge]: this.frame };
    if (span.stop > span.start) this.state.selectRange(span);
    else this.state.selectRange({ start: span[edge], stop: edge === "start" ? project.frames : span.stop });
  }

  deselect(): void {
    this.state.select([]);
    this.state.selectRange(undefined);
  }

  pin(path: Path | null): void {
    this.inRange((span) => ({ edit: "pin", path, ...span }));
  }

  unpin(path: Path | null): void {
    this.inRange((span) => ({ edit: "unpin", path, ...span }));
  }

  /** Whether all of the selected range is pinned. */
  pinned(path: Path): boolean {
    const { range, project } = this.state;
    if (!range || !project) return false;
    const pins = project.pins.filter((pin) => pin.path === path).sort((one, other) => one.start - other.start);
    let reached = range.start;
    for (const { start, stop } of pins) if (start <= reached) reached = Math.max(reached, stop);
    return reached >= range.stop;
  }

  togglePins(): void {
    if (!this.state.range) {
      this.announce("Select a range to pin it: drag in the timeline, or press I and O");
      return;
    }
    if (PATHS.every((path) => this.pinned(path))) this.unpin(null);
    else this.pin(null);
  }

  /** Another seed for the selected range. */
  reroll(path: Path): void {
    if (this.state.range && !this.state.automatic) this.announce(`Another seed for the ${path}; press R to regenerate`);
    const seed = Math.floor(Math.random() * 1e6);
    this.inRange((span) => ({ edit: "set_sampling", path, seed, gestures: this.state.draws(path), take: this.state.take, ...span }));
  }

  sample(path: Path, changes: { seed?: number; temperature?: number; guidance?: number }): void {
    void this.state.edit([{ edit: "set_sampling" as const, path, ...this.state.span, ...changes, take: this.state.take }]);
  }

  choose(take: string, path: Path | null): void {
    void this.state.edit([{ edit: "choose_take" as const, take, path, ...this.state.span }]);
  }

  layers(changes: Record<string, unknown>): Promise<void> {
    return this.state.edit([{ edit: "set_layers" as const, changes }]);
  }

  renameWord(index: number, text: string): void {
    this.setWords((words) => words.map((word, at) => (at === index ? { ...word, text } : word)).filter((word) => word.text));
  }

  retimeWord(index: number, edge: "start" | "end", time: number): void {
    const rounded = Math.round(time * 1000) / 1000;
    if (this.state.project?.words[index]?.[edge] === rounded) return;
    this.setWords((words) => words.map((word, at) => (at === index ? { ...word, [edge]: rounded } : word)));
  }

  /** Finds out what is said, or times the text given. */
  async hear(text: string | null): Promise<void> {
    const stage = text === null ? "Listening for words" : "Timing the words";
    await this.state.during(stage, () => this.state.change((id) => api.words(id, text)));
  }

  private setWords(change: (words: Word[]) => Word[]): void {
    void this.state.edit(() => [{ edit: "set_words" as const, words: change(this.state.project?.words ?? []) }]);
  }

  private inRange(edit: (span: { start: number; end: number }) => Edit): void {
    if (this.state.range) void this.state.edit([edit(this.state.span)]);
    else this.announce("Select a range first: drag in the timeline, or press I and O");
  }

  private where({ path, frame }: Chosen) {
    return { path, time: this.state.time(frame), take: this.state.take };
  }

  private said(frame: number): string {
    return `${this.state.time(frame).toFixed(2)} s`;
  }

  isSelected(chosen: Chosen): boolean {
    return this.state.keyframes.some((other) => same(other, chosen));
  }
}

/**
 * The shift nearest to the one wanted that lets no keyframe leave the sound or land on one that stays; 0 where none does.
 * It goes the same way, so that an arrow key gets past neighbours too.
 */
export function freeShift(wanted: number, moved: readonly Chosen[], staying: readonly Chosen[], frames: number): number {
  const taken = new Set(staying.map(({ path, frame }) => `${path} ${frame}`));
  const fits = (by: number) =>
    moved.every(({ path, frame }) => frame + by >= 0 && frame + by < frames && !taken.has(`${path} ${frame + by}`));
  const farther = wanted < 0 ? -1 : 1;
  for (let off = 0; off <= Math.abs(wanted) + frames; off++) {
    for (const by of [wanted + farther * off, wanted - farther * off]) if (by * farther > 0 && fits(by)) return by;
  }
  return 0;
}

/** An emotion in words. */
export function emotionName({ emotion, valence, arousal }: EmotionRange): string {
  if (emotion) return emotion.replace("_", " ");
  return `valence ${(valence ?? 0).toFixed(1)}, arousal ${(arousal ?? 0).toFixed(1)}`;
}
