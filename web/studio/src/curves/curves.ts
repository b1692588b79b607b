// What can be done to the curves over channels.

import type { Curve, CurveKey, Edit } from "../api";
import type { State } from "../state";
import { ANGLES, axisOf, LEAST_STEP } from "./curve";

const CURVE = "curve"; // the lane that a selected key counts to
const GAP = 0.01; // s that keys keep from each other when they are dragged

export class Curves {
  /** The channel whose curves are drawn and edited. */
  channel: string | undefined;
  /** What a first curve of a channel does. */
  mode: Curve["mode"] = "add";

  constructor(
    private readonly state: State,
    private readonly announce: (message: string) => void,
  ) {}

  /** What a curve can be of. */
  get channels(): string[] {
    const { project } = this.state;
    return project ? [...ANGLES, ...project.channels.expression, ...project.channels.head.filter((name) => !name.startsWith("rotation"))] : [];
  }

  /** Curves of the shown channel, in order. */
  get shown(): Curve[] {
    return (this.state.project?.layers.curves ?? []).filter(({ channel }) => channel === this.channel);
  }

  show(channel: string | undefined): void {
    this.channel = channel;
    this.mode = this.shown[0]?.mode ?? "add";
    this.state.selectBlock(undefined);
    this.state.tell("project");
  }

  /** The selected key, its curve, and which of its keys it is. */
  get selected(): { curve: Curve; key: CurveKey; index: number } | undefined {
    const { block } = this.state;
    if (block?.lane !== CURVE) return undefined;
    for (const curve of this.shown) {
      const index = curve.keys.findIndex(({ time }) => Math.abs(time - block.start) < LEAST_STEP / 2);
      if (index >= 0) return { curve, key: curve.keys[index]!, index };
    }
    return undefined;
  }

  select(key: CurveKey): void {
    this.state.selectBlock({ lane: CURVE, start: key.time });
  }

  /** Adds a key: to the nearest curve of the channel, or as a curve of its own. */
  add(time: number, value: number, separate = false): void {
    const { channel } = this;
    if (channel === undefined) return;
    const key: CurveKey = { time: this.bounded(time), value: this.limited(value), tangent: "auto", slope_in: 0, slope_out: 0 };
    void this.state.edit(() => {
      const distance = ({ keys }: Curve) => Math.max(keys[0]!.time - key.time, key.time - keys.at(-1)!.time, 0);
      const near = separate ? undefined : [...this.shown].sort((one, other) => distance(one) - distance(other))[0];
      if (!near) return [this.set({ channel, mode: this.mode, fade_in: 0.2, fade_out: 0.2, keys: [key] })];
      const keys = near.keys.filter(({ time: other }) => Math.abs(other - key.time) >= LEAST_STEP);
      return this.replaced(near, { keys: [...keys, key].sort((one, other) => one.time - other.time) });
    });
    this.select(key);
    this.announce(`Added a key of ${channel} at ${key.time.toFixed(2)} s`);
  }

  /** Changes the selected key. It stays between its neighbours. */
  change(change: (key: CurveKey) => Partial<CurveKey>): Promise<void> {
    return this.state.edit(() => {
      const { selected } = this;
      if (!selected) return [];
      const { curve, index } = selected;
      const after = this.between(curve, index, { ...selected.key, ...change(selected.key) });
      this.state.block = { lane: CURVE, start: after.time };
      return this.replaced(curve, { keys: curve.keys.map((key, at) => (at === index ? after : key)) });
    });
  }

  /** Changes the curve of the selected key. */
  changeCurve(changes: Partial<Omit<Curve, "channel" | "keys">>): void {
    if (changes.mode) this.mode = changes.mode;
    void this.state.edit(() => {
      const { selected } = this;
      if (!selected) return [];
      const { curve } = selected;
      const mode = changes.mode ?? curve.mode;
      const { least, greatest, scale } = axisOf(curve.channel, mode);
      const keys = curve.keys.map((key) => ({ ...key, value: Math.min(Math.max(key.value, least / scale), greatest / scale) }));
      return this.replaced(curve, { ...changes, keys });
    });
  }

  move(frames: number): void {
    void this.change(({ time }) => ({ time: time + this.state.time(frames) }));
  }

  raise(direction: 1 | -1): void {
    const { scale, high, low } = axisOf(this.channel ?? "", this.mode);
    const step = (high - low) / 50 / scale;
    void this.change(({ value }) => ({ value: value + direction * step }));
  }

  /** Removes the selected key, and with the last one the curve. */
  remove(): void {
    void this.state.edit(() => {
      const { selected } = this;
      if (!selected) return [];
      const { curve, index } = selected;
      if (curve.keys.length === 1) return [this.removal(curve)];
      return this.replaced(curve, { keys: curve.keys.filter((_, at) => at !== index) });
    });
    this.announce("Removed the key");
  }

  removeCurve(): void {
    void this.state.edit(() => (this.selected ? [this.removal(this.selected.curve)] : []));
  }

  /** A key as it may be: within the sound and the limits of its channel, and between its neighbours. */
  between(curve: Curve, index: number, key: CurveKey): CurveKey {
    const least = index > 0 ? curve.keys[index - 1]!.time + GAP : 0;
    const most = index < curve.keys.length - 1 ? curve.keys[index + 1]!.time - GAP : this.bounded(Infinity);
    const time = Math.round(Math.min(Math.max(key.time, least), most) * 1000) / 1000;
    return { ...key, time: this.bounded(time), value: this.limited(key.value, curve.mode) };
  }

  private limited(value: number, mode = this.mode): number {
    const { least, greatest, scale } = axisOf(this.channel ?? "", mode);
    return Math.round(Math.min(Math.max(value, least / scale), greatest / scale) * 1e5) / 1e5;
  }

  private bounded(time: number): number {
    return Math.min(Math.max(time, 0), Math.floor((this.state.project?.duration ?? 0) * 1000) / 1000);
  }

  private replaced(curve: Curve, changes: Partial<Curve>): Edit[] {
    return [this.removal(curve), this.set({ ...curve, ...changes })];
  }

  private set(curve: Curve): Edit {
    return { edit: "set_curve", ...curve };
  }

  private removal({ channel, keys }: Curve): Edit {
    return { edit: "remove_curve", channel, start: keys[0]!.time, end: keys.at(-1)!.time };
  }
}
