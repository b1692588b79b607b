// What can be done to the blocks of lanes.

import type { Edit } from "../api";
import type { State } from "../state";
import { LANES, type AnyLane, type Block } from "./lane";

/** s of a block that is added without a range. */
export const LENGTH = 1;

/** What of the rest of the page this needs. */
export interface Around {
  /** The frame at the playhead. */
  readonly frame: number;
  seek: (time: number) => void;
}

export class Blocks {
  constructor(
    private readonly state: State,
    private readonly around: Around,
    private readonly announce: (message: string) => void,
  ) {}

  of(lane: AnyLane): readonly Block[] {
    const { project } = this.state;
    return project ? lane.blocks(project) : [];
  }

  /** The selected block and its lane. */
  get selected(): { lane: AnyLane; one: Block } | undefined {
    const { block } = this.state;
    const lane = LANES.find(({ name }) => name === block?.lane);
    const one = lane && this.of(lane).find(({ start }) => Math.abs(start - block!.start) < 1e-3);
    return one && { lane, one };
  }

  select(lane: AnyLane, one: Block): void {
    this.state.selectBlock({ lane: lane.name, start: one.start });
  }

  /** Adds a block: in a range, else from the playhead on, between those that are there; perhaps instead of something. */
  add(lane: AnyLane, span?: { start: number; end: number }, instead: Edit[] = []): void {
    const { project, range } = this.state;
    if (!project) return;
    const wanted = span ?? (range ? this.state.span : undefined);
    const start = wanted?.start ?? this.state.time(this.around.frame);
    const others = this.of(lane);
    const inside = others.find((other) => other.start <= start && start < other.end);
    if (!wanted && inside) {
      this.select(lane, inside);
      return;
    }
    const next = Math.min(...others.map((other) => other.start).filter((other) => other > start), this.whole);
    const end = wanted?.end ?? Math.min(start + LENGTH, next);
    if (end - start < 0.5 / project.fps) return;
    void this.state.edit([...instead, lane.set({ ...lane.fresh, start, end })]);
    this.state.selectBlock({ lane: lane.name, start: this.onFrame(start) });
    this.announce(`Added ${lane.one} at ${start.toFixed(2)} s`);
  }

  /** Changes the selected block; where it comes to lie, it takes the place of others. */
  change<One extends Block>(change: (one: One) => Partial<One>): Promise<void> {
    // From what is there when the changes before it are done: keys may be quicker than the server.
    return this.state.edit(() => {
      const { selected } = this;
      const { project } = this.state;
      if (!selected || !project) return [];
      const { lane, one: before } = selected;
      const after = { ...before, ...change(before as One) };
      const frame = 1 / project.fps;
      after.start = this.onFrame(Math.min(Math.max(after.start, 0), this.whole - frame));
      after.end = this.onFrame(Math.min(Math.max(after.end, after.start + frame), this.whole));
      this.state.block = { lane: lane.name, start: after.start };
      return [lane.remove({ start: before.start, end: Math.min(before.end, this.whole) }), lane.set(after)];
    });
  }

  move(frames: number): void {
    const seconds = this.state.time(frames);
    void this.change(({ start, end }) => {
      const inside = Math.min(Math.max(seconds, -start), this.whole - end);
      return { start: start + inside, end: end + inside };
    }).then(() => this.selected && this.around.seek(this.selected.one.start));
  }

  remove(): void {
    void this.state.edit(() => {
      const { selected } = this;
      if (!selected) return [];
      return [selected.lane.remove({ start: selected.one.start, end: Math.min(selected.one.end, this.whole) })];
    });
    this.announce("Removed it");
  }

  /** Length of the sound on frames, s. */
  get whole(): number {
    const { project } = this.state;
    return project ? project.frames / project.fps : 0;
  }

  /** Length of a frame, s. */
  get frame(): number {
    return 1 / (this.state.project?.fps ?? 25);
  }

  onFrame(time: number): number {
    const fps = this.state.project?.fps ?? 25;
    return Math.round(time * fps) / fps;
  }
}
