// What the inspector shows of a selected key, and what heads the row of the curve editor.

import type { Curve } from "../api";
import { button, group, make, number } from "../dom";
import { axisOf, TANGENTS } from "./curve";
import type { Curves } from "./curves";

const MODES: Record<Curve["mode"], string> = { add: "added to the motion", replace: "in place of the motion" };

function choice<Value extends string>(label: string, values: Record<Value, string>, value: Value, done: (value: Value) => void): HTMLElement {
  const made = make("select", { "aria-label": label });
  for (const [name, text] of Object.entries<string>(values)) made.append(new Option(text, name));
  made.value = value;
  made.addEventListener("change", () => done(made.value as Value));
  return make("label", { class: "choice" }, make("span", { class: "name" }, label), made);
}

/** The selected key of a curve; nothing where none is selected. */
export function keyPanel(curves: Curves): HTMLElement | undefined {
  const { selected } = curves;
  if (!selected) return undefined;
  const { curve, key } = selected;
  const { scale, unit, least, greatest, digits } = axisOf(curve.channel, curve.mode);
  const shown = (value: number) => Number((value * scale).toFixed(digits));
  const slope = (label: string, name: "slope_in" | "slope_out") =>
    number({ label, value: shown(key[name]), step: "any", unit: `${unit}/s`, done: (value) => void curves.change(() => ({ [name]: value / scale })) });
  const fade = (label: string, name: "fade_in" | "fade_out") =>
    number({ label, value: Number(curve[name].toFixed(2)), least: 0, greatest: 10, step: "any", unit: "s", done: (value) => curves.changeCurve({ [name]: value }) });
  const names = Object.fromEntries(TANGENTS.map((name) => [name, name])) as Record<(typeof TANGENTS)[number], string>;
  const made = group(
    `Curve of ${curve.channel}`,
    choice("The curve is", MODES, curve.mode, (mode) => curves.changeCurve({ mode })),
    number({ label: "Key at", value: Number(key.time.toFixed(3)), least: 0, step: "any", unit: "s", done: (time) => void curves.change(() => ({ time })) }),
    number({ label: "Value", value: shown(key.value), least, greatest, step: "any", unit, done: (value) => void curves.change(() => ({ value: value / scale })) }),
    choice("Tangent", names, key.tangent, (tangent) => void curves.change(() => ({ tangent }))),
    ...(key.tangent === "free" ? [slope("Comes in by", "slope_in"), slope("Goes out by", "slope_out")] : []),
    fade("Curve fades in over", "fade_in"),
    fade("Curve fades out over", "fade_out"),
    make(
      "div",
      { class: "buttons" },
      button("Delete the key", () => curves.remove(), { icon: "trash", text: "Key", keys: "Del", kind: "outline" }),
      button("Delete the curve", () => curves.removeCurve(), { icon: "trash", text: "Curve", kind: "outline" }),
    ),
  );
  made.classList.add("block");
  return made;
}

/** Chooses the channel whose curves are edited; those with a curve come first. */
export function channelChoice(curves: Curves, used: readonly string[]): HTMLElement {
  const made = make("select", { class: "channel", "aria-label": "Channel of the curve" }, new Option("Curve of…", ""));
  const first = [...new Set(used)];
  for (const name of [...first, ...curves.channels.filter((name) => !first.includes(name))]) made.append(new Option(first.includes(name) ? `${name} •` : name, name));
  made.value = curves.channel ?? "";
  made.addEventListener("change", () => curves.show(made.value || undefined));
  return made;
}
