// How strongly phones are spoken, with the jaw and with the lips.

import type { Edit, Phone, Word } from "../api";
import type { State } from "../state";

const PHONE = "phone"; // the lane that a selected phone counts to
export const MOST = 3; // times what the model made
const SAME = 1e-3; // s

export interface Strength {
  jaw: number;
  lips: number;
}

export class Phones {
  constructor(private readonly state: State) {}

  get all(): readonly Phone[] {
    return this.state.project?.phones ?? [];
  }

  get selected(): Phone | undefined {
    const { block } = this.state;
    return block?.lane === PHONE ? this.all.find(({ start }) => Math.abs(start - block.start) < SAME) : undefined;
  }

  select(phone: Phone): void {
    this.state.selectBlock({ lane: PHONE, start: phone.start });
  }

  /** The word that a phone is part of. */
  word({ start, end }: Phone): Word | undefined {
    const middle = (start + end) / 2;
    return this.state.project?.words.find((word) => word.start <= middle && middle < word.end);
  }

  /** How strongly a phone is spoken: 1 is as the model made it. */
  strength({ start, end }: Phone): Strength {
    const middle = (start + end) / 2;
    const found = this.state.project?.layers.articulation.find((one) => one.start <= middle && middle < one.end);
    return { jaw: found?.jaw ?? 1, lips: found?.lips ?? 1 };
  }

  /** Sets how strongly the selected phone, or all of its word, is spoken. */
  set(change: (now: Strength) => Partial<Strength>, whole = false): Promise<void> {
    return this.state.edit(() => {
      const { selected } = this;
      if (!selected) return [];
      const { start, end } = (whole && this.word(selected)) || selected;
      const now = this.strength(selected);
      const bounded = (value: number) => Math.round(Math.min(Math.max(value, 0), MOST) * 100) / 100;
      const { jaw, lips } = { ...now, ...change(now) };
      const after = { jaw: bounded(jaw), lips: bounded(lips) };
      if (after.jaw !== 1 || after.lips !== 1) return [{ edit: "set_articulation", start, end, ...after } as Edit];
      const there = this.state.project?.layers.articulation.some((one) => one.start < end && start < one.end);
      return there ? [{ edit: "remove_articulation", start, end }] : [];
    });
  }

  /** Back to what the model made. */
  reset(): void {
    void this.set(() => ({ jaw: 1, lips: 1 }));
  }

  /** The phone before (-1) or after (1) the selected one. */
  neighbour(direction: number): void {
    const { selected } = this;
    const next = selected && this.all[this.all.indexOf(selected) + Math.sign(direction)];
    if (next) this.select(next);
  }
}
