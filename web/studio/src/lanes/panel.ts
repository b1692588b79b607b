// What the inspector shows of a selected block.

import { button, group, make, number, setPressed, slider } from "../dom";
import type { Facts, GazeTarget, LayerRange } from "../api";
import type { Commands } from "../commands";
import type { State } from "../state";
import { DIRECTIONS, LAYERS, LOOKS, type AnyLane, type Block } from "./lane";

/** A number that may be left out: an empty field keeps what holds without it. */
function optional(label: string, value: number | null | undefined, options: {
  otherwise: number;
  least: number;
  greatest: number;
  step: number;
  unit: string;
  scale?: number;
  done: (value: number | null) => void;
}): HTMLElement {
  const { scale = 1, otherwise, least, greatest, step, unit } = options;
  const input = make("input", { type: "number", "aria-label": label, min: least * scale, max: greatest * scale, step, placeholder: Number((otherwise * scale).toFixed(2)) });
  input.title = "Empty: as the whole clip";
  if (value !== null && value !== undefined) input.value = String(Number((value * scale).toFixed(3)));
  input.addEventListener("change", () => {
    if (!input.checkValidity()) input.reportValidity();
    else options.done(input.value === "" ? null : Number(input.value) / scale);
  });
  const field = make("span", { class: "field" }, input, make("small", {}, unit));
  return make("label", { class: "number" }, make("span", { class: "name" }, label), field);
}

/** When a block is there, and how it comes and goes. */
function times(one: Block, lane: AnyLane, commands: Commands): HTMLElement[] {
  const row = (label: string, name: string, least: number, greatest: number) =>
    number({
      label,
      value: Number((one as unknown as Record<string, number>)[name]!.toFixed(2)),
      least,
      greatest: Number(greatest.toFixed(2)),
      step: "any",
      unit: "s",
      done: (value) => void commands.blocks.change(() => ({ [name]: value })),
    });
  const { whole } = commands.blocks;
  const rows = [row("From", "start", 0, whole), row("To", "end", 0, whole)];
  if (lane.fades) rows.push(row("Fades in over", lane.fades[0], 0, 10), row("Fades out over", lane.fades[1], 0, 10));
  return rows;
}

function layers(one: LayerRange, state: State, commands: Commands, facts: Facts): HTMLElement[] {
  const clip = state.project!.layers;
  const change = (changes: Partial<LayerRange>) => void commands.blocks.change(() => changes);
  const gain = (label: string, value: number | null | undefined, otherwise: number, done: (value: number | null) => void) =>
    optional(label, value, { otherwise, least: 0, greatest: 4, step: 5, scale: 100, unit: "%", done });
  const without = (values: Record<string, number>, name: string, value: number | null) => {
    const { [name]: _, ...others } = values;
    return value === null ? others : { ...others, [name]: value };
  };
  const smoothing = (label: string, name: "expression_smoothing" | "head_smoothing") =>
    optional(label, one[name], { otherwise: clip[name], least: 0, greatest: 1, step: 10, scale: 1000, unit: "ms", done: (value) => change({ [name]: value }) });
  const offset = (name: string) =>
    optional(`Offset of ${name}`, one.offsets[name], {
      otherwise: clip.offsets[name] ?? 0,
      least: -1,
      greatest: 1,
      step: 0.05,
      unit: "",
      done: (value) => change({ offsets: without(one.offsets, name, value) }),
    });
  const channels = [...state.project!.channels.expression, ...state.project!.channels.head];
  const choose = make("select", { "aria-label": "Add an offset here" }, new Option("Add an offset…", ""));
  for (const name of channels) if (!(name in one.offsets)) choose.append(new Option(name, name));
  choose.addEventListener("change", () => change({ offsets: { ...one.offsets, [choose.value]: choose.value.startsWith("translation") ? 0.005 : 0.1 } }));
  return [
    make("p", { class: "hint" }, "In place of the layers of the whole clip. What is left empty stays as there."),
    gain("Amplitude of the head", one.head_amplitude, clip.head_amplitude, (value) => change({ head_amplitude: value })),
    ...facts.regions.map((region) =>
      gain(`Amplitude of the ${region}`, one.gains[region], clip.gains[region] ?? 1, (value) => change({ gains: without(one.gains, region, value) })),
    ),
    smoothing("Smoothing of the face", "expression_smoothing"),
    smoothing("Smoothing of the head", "head_smoothing"),
    ...Object.keys(one.offsets).map(offset),
    choose,
  ];
}

/** From where the viewport sees the head, m; undefined where it does not. */
export interface Camera {
  readonly eye: [number, number, number] | undefined;
}

function look(one: GazeTarget, state: State, commands: Commands, camera: Camera): HTMLElement[] {
  const change = (changes: Partial<GazeTarget>) => void commands.blocks.change(() => changes);
  const towards = (yaw: number, pitch: number) => change({ yaw, pitch, position: null });
  const presets = Object.entries(DIRECTIONS).map(([name, [yaw, pitch]]) => {
    const made = button(`Look ${name === "viewer" ? "at the viewer" : name}`, () => towards(yaw, pitch), {
      text: name.charAt(0).toUpperCase() + name.slice(1),
      kind: "outline",
    });
    setPressed(made, !one.position && (one.yaw ?? 0) === yaw && (one.pitch ?? 0) === pitch);
    return made;
  });
  const here = button("Look to where the view is from", () => camera.eye && change({ position: camera.eye, yaw: null, pitch: null }), { text: "Camera", kind: "outline" });
  here.disabled = !camera.eye;
  const angle = (label: string, name: "yaw" | "pitch", most: number) =>
    number({
      label,
      value: Math.round(((one[name] ?? 0) * 1800) / Math.PI) / 10,
      least: -most,
      greatest: most,
      step: "any",
      unit: "°",
      done: (value) => towards(name === "yaw" ? (value * Math.PI) / 180 : (one.yaw ?? 0), name === "pitch" ? (value * Math.PI) / 180 : (one.pitch ?? 0)),
    });
  const place = ["To its left", "Up", "Forward"].map((label, axis) =>
    number({
      label: `${label}, from the neck`,
      value: Number((one.position?.[axis] ?? 0).toFixed(3)),
      least: -1000,
      greatest: 1000,
      step: "any",
      unit: "m",
      done: (value) => {
        const position: [number, number, number] = [...(one.position ?? [0, 0, 1])];
        position[axis] = value;
        change({ position });
      },
    }),
  );
  const hint = state.project?.layers.eyes ? [] : [make("p", { class: "hint" }, "Needs blinks and gaze of their own, in the panel Layers.")];
  return [
    ...hint,
    make("div", { class: "buttons" }, ...presets, here),
    ...(one.position ? place : [angle("To its left", "yaw", 85), angle("Up", "pitch", 57)]),
    slider({ label: "Head takes part", least: 0, greatest: 1, step: 0.05, value: one.head, rest: 1, unit: "%", scale: 100, digits: 0, done: (head) => change({ head }) }),
  ];
}

/** The selected block: what it sets, and when; nothing where none is selected. */
export function blockPanel(state: State, commands: Commands, facts: Facts, camera: Camera): HTMLElement | undefined {
  const { selected } = commands.blocks;
  if (!selected) return undefined;
  const { lane, one } = selected;
  const own = lane === LAYERS ? layers(one as LayerRange, state, commands, facts) : lane === LOOKS ? look(one as GazeTarget, state, commands, camera) : [];
  const made = group(
    lane.title,
    ...own,
    ...times(one, lane, commands),
    make("div", { class: "buttons" }, button("Delete", () => commands.blocks.remove(), { icon: "trash", text: "Delete", keys: "Del", kind: "outline" })),
  );
  made.classList.add("block");
  return made;
}
