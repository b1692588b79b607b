// What the inspector shows of a selected phone.

import { button, group, make, slider } from "../dom";
import { MOST, type Phones } from "./phones";

/** How strongly the selected phone is spoken, with the jaw and with the lips; nothing where none is selected. */
export function phonePanel(phones: Phones): HTMLElement | undefined {
  const { selected } = phones;
  if (!selected) return undefined;
  const { jaw, lips } = phones.strength(selected);
  const word = phones.word(selected);
  const row = (label: string, value: number, done: (value: number) => void) =>
    slider({ label, least: 0, greatest: MOST, step: 0.05, value, rest: 1, unit: "%", scale: 100, digits: 0, done });
  const strength = Math.max((jaw + lips) / 2, 0.01);
  const made = group(
    `Phone ${selected.text}${word ? ` in ${word.text}` : ""}`,
    make("p", { class: "hint" }, `${selected.start.toFixed(2)} to ${selected.end.toFixed(2)} s. Lips that close for p, b and m stay closed.`),
    row("Strength", (jaw + lips) / 2, (value) => void phones.set((now) => ({ jaw: now.jaw * (value / strength), lips: now.lips * (value / strength) }))),
    row("Jaw", jaw, (value) => void phones.set(() => ({ jaw: value }))),
    row("Lips", lips, (value) => void phones.set(() => ({ lips: value }))),
  );
  const all = button("Speak all of the word like this", () => void phones.set((now) => now, true), { text: "Whole word", kind: "outline" });
  all.disabled = !word;
  const reset = button("As the model made it", () => phones.reset(), { text: "Reset", keys: "Del", kind: "outline" });
  reset.disabled = jaw === 1 && lips === 1;
  made.append(make("div", { class: "buttons" }, all, reset));
  made.classList.add("block");
  return made;
}
