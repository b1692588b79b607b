// The timeline: sound, words, keyframes, takes and curves over time, on one canvas; what can be done with the pointer.

import { cleared } from "../../../viewer/src/canvas";
import { PATHS, type EmotionRange, type Keyframe, type Path, type Span, type Word } from "../api";
import type { Commands } from "../commands";
import { button, make, setPressed } from "../dom";
import type { Player } from "../player";
import { same, type Chosen, type State } from "../state";
import {
  paintCurves,
  paintEmotions,
  paintKeyframes,
  paintLane,
  paintPins,
  paintRange,
  paintRuler,
  paintStale,
  paintWaveform,
  paintWords,
  Palette,
  knob,
  type Painter,
  type Row,
} from "./paint";
import { channelChoice } from "../curves/panel";
import { LANES } from "../lanes/lane";
import { BlockLane, type BlockDrag } from "./block-lane";
import { CurveLane, type CurveDrag } from "./curve-lane";
import { dragged, handles, PARTS, type Part as HoldPart } from "./holds";
import { PhoneLane, type PhoneDrag } from "./phone-lane";
import { Overview } from "./overview";
import { heights, type Sized } from "./rows";
import { View } from "./view";

export const WAVEFORM_RATE = 400; // pairs of peaks a second, as the server sends them
const NEAR = 8; // pixels within which the pointer takes hold of something
// Pixels: as they are where there is room, and what they shrink to where there is little.
const HEIGHTS = { ruler: [24, 20], sound: [46, 22], words: [26, 20], phones: [28, 20], track: [46, 36], emotion: [44, 38], lane: [24, 22], blocks: [32, 20], curve: [132, 112], nocurve: [30, 20] } as const;
const LEGEND = { heading: 22, entry: 13 };
const REACHES = [10, 20, 30, 45, 60, 90]; // degrees to which the axis of the head's angles goes
const NEW_STRENGTH = 1;
export const ANGLES = ["yaw", "pitch", "roll"] as const;

type Kind = "ruler" | "sound" | "words" | "phones" | "emotion" | "track" | "lane" | "blocks" | "curve" | "nocurve" | "curves" | "angles";

interface Placed extends Row {
  kind: Kind;
  path?: Path;
  take?: string;
  blocks?: BlockLane;
}

/** What of an emotion the pointer has hold of: one of its two points, where it comes from or has gone, or all of it. */
type Part = "start" | "end" | "onset" | "decay" | "whole";

/** What the pointer is doing. */
type Drag =
  | { kind: "scrub" }
  | { kind: "range"; anchor: number; moved: boolean }
  | { kind: "edge"; fixed: number }
  | { kind: "keyframes"; x: number; y: number; held: Chosen; axis?: "time" | "strength"; by: number; strength?: number }
  | { kind: "hold"; x: number; held: Chosen; part: HoldPart; before: Keyframe; lengths: Partial<Pick<Keyframe, HoldPart>> }
  | { kind: "emotion"; x: number; y: number; held: EmotionRange; part: Part; axis?: "time" | "intensity"; changes: Partial<EmotionRange> }
  | { kind: "block"; block: BlockDrag }
  | { kind: "curve"; curve: CurveDrag }
  | { kind: "phone"; phone: PhoneDrag }
  | { kind: "word"; index: number; edge: "start" | "end"; time: number };

export class Timeline {
  readonly host = make("section", { class: "timeline", "aria-label": "Timeline" });
  readonly view: View;
  /** Names of the channels whose curves are drawn. */
  channels: string[] = ["jawOpen", "mouthFunnel", "mouthSmileLeft", "browInnerUp"];
  private readonly labels = make("div", { class: "labels" });
  private readonly area = make("div", {
    class: "area",
    tabindex: 0,
    role: "slider",
    "aria-label": "Time",
    "aria-valuemin": 0,
  });
  private readonly canvas = make("canvas", {});
  private readonly playhead = make("div", { class: "playhead" });
  private readonly palette = new Palette();
  private readonly lanes: BlockLane[];
  private readonly curve: CurveLane;
  private readonly phones: PhoneLane;
  private readonly overview: Overview;
  private readonly body = make("div", { class: "body", id: "rows" });
  private peaks: Int8Array = new Int8Array();
  private rows: Placed[] = [];
  private drag: Drag | undefined;
  private stale = true;
  private shownTime = -1;

  constructor(
    private readonly state: State,
    private readonly player: Player,
    private readonly commands: Commands,
    private readonly chooseCurves: () => void,
    private readonly editTranscript: () => void,
  ) {
    this.view = new View(() => Math.max(state.project?.duration ?? 1, 0.1));
    this.lanes = LANES.map((lane) => new BlockLane(lane, this.view, commands.blocks, (x) => this.snapped(x)));
    this.phones = new PhoneLane(this.view, commands.phones);
    this.curve = new CurveLane(this.view, state, commands.curves, (x) => this.snapped(x));
    this.area.append(this.canvas, this.playhead);
    this.overview = new Overview(this.view, this.palette, () => this.redraw());
    this.body.append(this.labels, this.area);
    this.host.append(this.overview.host, this.body);
    this.area.addEventListener("pointerdown", (event) => this.press(event));
    this.area.addEventListener("pointermove", (event) => this.move(event));
    this.area.addEventListener("pointerup", (event) => this.release(event));
    this.area.addEventListener("pointercancel", () => (this.drag = undefined));
    this.area.addEventListener("dblclick", (event) => this.doubleClick(event));
    this.area.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => this.layout()).observe(this.body);
    state.on("project", () => this.layout());
    for (const topic of ["motion", "selection", "look"] as const) state.on(topic, () => this.redraw());
    this.palette.read();
  }

  /** A new project: its waveform, and all of it in view. */
  open(peaks: Int8Array): void {
    this.peaks = peaks;
    this.layout();
    this.fit();
  }

  fit(): void {
    this.view.show(0, this.view.duration());
    this.redraw();
  }

  zoomToSelection(): void {
    const { start, end } = this.state.span;
    this.view.show(start, end);
    this.redraw();
  }

  /** Zooms about the playhead if it is in view, else about the middle. */
  zoom(factor: number): void {
    const x = this.view.x(this.player.now());
    this.view.zoom(factor, x >= 0 && x <= this.view.width ? x : this.view.width / 2);
    this.redraw();
  }

  recolour(): void {
    this.palette.read();
    this.layout();
  }

  redraw(): void {
    this.stale = true;
  }

  /** To be called once per picture. */
  show(time: number): void {
    if (time !== this.shownTime) {
      if (this.player.playing && !this.drag && (time > this.view.end || time < this.view.start)) {
        this.view.start = time - 0.05 * (this.view.end - this.view.start);
        this.redraw();
      }
      this.shownTime = time;
      this.area.setAttribute("aria-valuenow", time.toFixed(2));
      this.area.setAttribute("aria-valuetext", `${time.toFixed(2)} seconds`);
    }
    this.playhead.style.transform = `translateX(${this.view.x(time)}px)`;
    if (this.stale) this.draw();
    this.overview.follow(time);
  }

  reveal(time: number): void {
    if (this.view.reveal(time)) this.redraw();
  }

  private layout(): void {
    const { project } = this.state;
    this.view.resize(this.area.clientWidth);
    const wanted: (Sized & Omit<Placed, keyof Row>)[] = [];
    const add = (kind: keyof typeof HEIGHTS, more: Partial<Placed> = {}) => {
      const [natural, least] = HEIGHTS[kind];
      wanted.push({ kind, natural, least, ...more });
    };
    add("ruler");
    add("sound");
    add("words");
    if (project?.phones.length) add("phones");
    if (this.state.canFeel) add("emotion");
    for (const path of PATHS) add("track", { path });
    const takes = project?.takes ?? [];
    if (takes.length > 1) for (const { name } of takes) add("lane", { take: name });
    for (const blocks of this.lanes) add("blocks", { blocks });
    add(this.commands.curves.channel === undefined ? "nocurve" : "curve");
    for (const [kind, { length }] of [["curves", this.channels], ["angles", ANGLES]] as const) {
      const legend = LEGEND.heading + Math.max(length, 3) * LEGEND.entry;
      wanted.push({ kind, natural: legend + 12, least: legend, grows: true });
    }
    // Rows that do not fit even at their least are scrolled to.
    const sizes = heights(wanted, this.body.clientHeight);
    let top = 0;
    this.rows = wanted.map(({ natural, least, grows, ...row }, index) => {
      const placed = { ...row, top, height: sizes[index]! };
      top += placed.height;
      return placed;
    });
    this.area.style.height = `${top}px`;
    this.area.setAttribute("aria-valuemax", this.view.duration().toFixed(2));
    this.label();
    this.redraw();
  }

  private label(): void {
    const made = this.rows.map((row) => {
      const label = make("div", { class: `label ${row.kind}`, style: `height: ${row.height}px` });
      if (row.kind === "sound") label.append("Voice");
      if (row.kind === "phones") label.append("Phones");
      if (row.kind === "words") {
        label.append("Words", button("Edit the words", this.editTranscript, { icon: "words" }));
      }
      if (row.kind === "emotion") {
        const add = () => this.commands.addEmotion();
        label.append(make("i", { class: "emotion" }), "Emotion", button("Add an emotion", add, { icon: "plus", keys: "M" }));
      }
      if (row.kind === "track" && row.path) {
        const { path } = row;
        const name = path === "head" ? "Head" : "Expression";
        const keys = path === "head" ? "H" : "E";
        const add = () => this.commands.addKeyframe(path);
        label.append(make("i", { class: path }), name, button(`Add ${path} keyframe`, add, { icon: "plus", keys }));
      }
      if (row.blocks) {
        const { lane } = row.blocks;
        const add = () => this.commands.blocks.add(lane);
        label.append(make("i", { class: "block" }), lane.title, button(`Add ${lane.one}`, add, { icon: "plus" }));
      }
      if (row.kind === "curve" || row.kind === "nocurve") {
        label.append(channelChoice(this.commands.curves, (this.state.project?.layers.curves ?? []).map(({ channel }) => channel)));
      }
      if (row.kind === "lane" && row.take !== undefined) label.append(this.laneLabel(row.take));
      if (row.kind === "curves") {
        label.append(
          make("div", { class: "heading" }, "Curves", button("Choose curves", this.chooseCurves, { icon: "curves" })),
          this.legend(this.channels),
        );
      }
      if (row.kind === "angles") label.append(make("div", { class: "heading" }, "Head, degrees"), this.legend(ANGLES));
      return label;
    });
    this.labels.replaceChildren(...made);
  }

  private laneLabel(name: string): HTMLElement {
    const made = button(`Edit ${name}`, () => this.state.setTake(name), { text: name, kind: "take" });
    setPressed(made, this.state.shownTake?.name === name);
    return made;
  }

  private legend(names: readonly string[]): HTMLElement {
    const entries = names.map((name, index) => {
      const mark = make("i", { style: `background: ${this.colour(index)}` });
      return make("li", { title: name }, mark, name);
    });
    return make("ul", {}, ...entries);
  }

  private colour(index: number): string {
    return this.palette.curves[index % this.palette.curves.length] ?? this.palette.ink;
  }

  private draw(): void {
    this.stale = false;
    const drawn = cleared(this.canvas, this.area);
    if (!drawn) return;
    const { context, width, height } = drawn;
    context.lineWidth = 1;
    const painter: Painter = { context, view: this.view, palette: this.palette };
    for (const { top, height: rowHeight } of this.rows) {
      context.fillStyle = this.palette.grid;
      context.fillRect(0, top + rowHeight - 1, width, 1);
    }
    const { project, range, shownTake } = this.state;
    if (!project) return;
    const { fps } = project;
    const marks = PATHS.flatMap((path) => (shownTake?.keyframes[path] ?? []).map(({ frame }) => ({ time: frame / fps, path })));
    this.overview.draw({ marks, peaks: this.peaks, rate: WAVEFORM_RATE });
    for (const row of this.rows) this.drawRow(painter, row, height);
    if (range) paintRange(painter, range, project.fps, height);
  }

  private drawRow(painter: Painter, row: Placed, bottom: number): void {
    const { project, motion, shownTake } = this.state;
    if (!project || !shownTake) return;
    const { fps } = project;
    if (row.kind === "ruler") paintRuler(painter, row, bottom);
    if (row.kind === "sound") paintWaveform(painter, row, this.peaks, WAVEFORM_RATE);
    if (row.kind === "words") paintWords(painter, row, this.words());
    if (row.kind === "phones") this.phones.paint(painter, row, this.drag?.kind === "phone" ? this.drag.phone : undefined);
    if (row.kind === "emotion") {
      const { emotions, chosen } = this.emotions();
      paintEmotions(painter, row, emotions, chosen);
    }
    row.blocks?.paint(painter, row, this.drag?.kind === "block" ? this.drag.block : undefined);
    if (row.kind === "curve" || row.kind === "nocurve") this.curve.paint(painter, row, this.drag?.kind === "curve" ? this.drag.curve : undefined);
    if (row.kind === "track" && row.path) {
      const { path } = row;
      paintStale(painter, row, path, shownTake.stale[path], fps);
      const pins = project.pins.filter((pin) => pin.path === path);
      paintPins(painter, row, pins, fps);
      paintKeyframes(painter, row, path, this.stems(path, shownTake.keyframes[path]), fps);
    }
    if (row.kind === "lane") {
      const take = project.takes.find(({ name }) => name === row.take);
      if (take) {
        const seen = { expression: this.seen(take.name, "expression"), head: this.seen(take.name, "head") };
        paintLane(painter, row, seen, take.stale, fps);
      }
    }
    if (!motion) return;
    if (row.kind === "curves") {
      const curves = this.channels.map((name, index) => {
        const channel = motion.channels.expression.indexOf(name);
        return { colour: this.colour(index), value: (frame: number) => motion.at(frame, "expression", channel) };
      });
      paintCurves(painter, row, curves, [0, 1], motion.frames, fps);
    }
    if (row.kind === "angles") {
      const angles = this.angles();
      const curves = ANGLES.map((_, index) => ({
        colour: this.colour(index),
        value: (frame: number) => angles.values[frame]?.[index] ?? 0,
      }));
      paintCurves(painter, row, curves, [-angles.reach, angles.reach], motion.frames, fps, "°");
    }
  }

  private angleCache: { of: unknown; values: [number, number, number][]; reach: number } | undefined;

  /** Angles of all frames, and a round angle that none exceeds; a head at rest must not look lively. */
  private angles(): { values: [number, number, number][]; reach: number } {
    const { motion } = this.state;
    if (this.angleCache?.of !== motion) {
      const values = Array.from({ length: motion?.frames ?? 0 }, (_, frame) => motion!.angles(frame));
      const greatest = values.reduce((most, each) => Math.max(most, ...each.map(Math.abs)), 0);
      const reach = REACHES.find((each) => each >= greatest) ?? 180;
      this.angleCache = { of: motion, values, reach };
    }
    return this.angleCache!;
  }

  /** Words as they are, or as a drag would have them. */
  private words(): Word[] {
    const words = this.state.project?.words ?? [];
    const { drag } = this;
    if (drag?.kind !== "word") return words;
    return words.map((word, index) => (index === drag.index ? { ...word, [drag.edge]: drag.time } : word));
  }

  /** Emotions as they are, or as a drag would have them. */
  private emotions(): { emotions: EmotionRange[]; chosen: EmotionRange | undefined } {
    const { drag, state } = this;
    const selected = state.emotion;
    let chosen = selected;
    const emotions = state.emotions.map((one) => {
      if (drag?.kind !== "emotion" || one !== selected) return one;
      chosen = { ...one, ...drag.changes };
      return chosen;
    });
    return { emotions, chosen };
  }

  private stems(path: Path, keyframes: readonly Keyframe[]) {
    const { drag } = this;
    return keyframes.map((keyframe) => {
      const selected = this.state.keyframes.some((chosen) => same(chosen, { path, frame: keyframe.frame }));
      if (selected && drag?.kind === "hold") return { ...keyframe, ...drag.lengths, selected };
      if (!selected || drag?.kind !== "keyframes") return { ...keyframe, selected };
      return { ...keyframe, frame: keyframe.frame + drag.by, strength: drag.strength ?? keyframe.strength, selected };
    });
  }

  /** Where a take is seen: later choices win, and the first take is seen where there is none. */
  private seen(name: string, path: Path): Span[] {
    const { project } = this.state;
    if (!project) return [];
    let spans: Span[] = project.takes[0]?.name === name ? [{ start: 0, stop: project.frames }] : [];
    for (const choice of project.choices) {
      if (choice.path !== path) continue;
      spans = spans.flatMap(({ start, stop }) =>
        [
          { start, stop: Math.min(stop, choice.start) },
          { start: Math.max(start, choice.stop), stop },
        ].filter((span) => span.stop > span.start),
      );
      if (choice.take === name) spans.push(choice);
    }
    return spans;
  }

  // What the pointer does.

  private place(event: MouseEvent): { x: number; y: number; row: Placed | undefined } {
    const { left, top } = this.area.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return { x, y, row: this.rows.find((row) => y >= row.top && y < row.top + row.height) };
  }

  private frameAt(x: number): number {
    const { project } = this.state;
    return project ? Math.min(Math.round(this.snapped(x) * project.fps), project.frames) : 0;
  }

  /** The time at a place, drawn to words, keyframes and the playhead near it. */
  private snapped(x: number, moving?: Path): number {
    const time = this.view.time(x);
    const { project, shownTake, snap } = this.state;
    if (!snap || !project || !shownTake) return time;
    const marks = [
      this.player.now(),
      ...project.words.flatMap(({ start, end }) => [start, end]),
      // A keyframe cannot be where another one of its path is.
      ...PATHS.filter((path) => path !== moving).flatMap((path) => shownTake.keyframes[path].map(({ frame }) => frame / project.fps)),
    ];
    const nearest = marks.reduce((best, mark) => (Math.abs(mark - time) < Math.abs(best - time) ? mark : best), Infinity);
    return Math.abs(nearest - time) * this.view.scale <= NEAR ? nearest : time;
  }

  private keyframeAt(x: number, y: number, row: Placed): Chosen | undefined {
    const { project, shownTake } = this.state;
    if (!row.path || !project || !shownTake) return undefined;
    const { path } = row;
    const distance = ({ frame, strength }: Keyframe) =>
      Math.hypot(this.view.x(frame / project.fps) - x, 0.2 * (knob(row, strength) - y));
    const found = shownTake.keyframes[path]
      .filter(({ frame }) => Math.abs(this.view.x(frame / project.fps) - x) <= NEAR)
      .sort((one, other) => distance(one) - distance(other))[0];
    return found && { path, frame: found.frame };
  }

  /** The handle at a place, of the one pose that is selected. */
  private handleAt(x: number, y: number, row: Placed): { held: Chosen; part: HoldPart; before: Keyframe } | undefined {
    const { keyframes, project } = this.state;
    const held = keyframes.length === 1 ? keyframes[0] : undefined;
    const before = held && held.path === row.path ? this.state.keyframe(held) : undefined;
    if (!held || !before || !project || Object.keys(before.pose).length === 0) return undefined;
    const grips = handles(before, this.view, row, project.fps);
    const part = PARTS.find((each) => Math.abs(grips[each].x - x) <= NEAR - 1 && Math.abs(grips[each].y - y) <= NEAR);
    return part && { held, part, before };
  }

  /** The emotion at a place, and what of it is there. */
  private emotionAt(x: number, y: number, row: Placed): { held: EmotionRange; part: Part } | undefined {
    if (row.kind !== "emotion") return undefined;
    const { emotions, emotion } = this.state;
    // The selected one first: where two meet, its points lie on top.
    const ordered = emotion ? [emotion, ...emotions.filter((one) => one !== emotion)] : emotions;
    for (const held of ordered) {
      const high = knob(row, held.intensity);
      if (held === emotion && y > row.top + row.height - 2 * NEAR) {
        if (Math.abs(this.view.x(held.start - held.onset) - x) <= NEAR) return { held, part: "onset" };
        if (Math.abs(this.view.x(held.end + held.decay) - x) <= NEAR) return { held, part: "decay" };
      }
      for (const part of ["start", "end"] as const) {
        if (Math.abs(this.view.x(held[part]) - x) <= NEAR && Math.abs(high - y) <= 2 * NEAR) return { held, part };
      }
    }
    const time = this.view.start + x / this.view.scale;
    const held = emotions.find(({ start, end }) => start <= time && time < end);
    return held && y >= knob(row, held.intensity) - NEAR ? { held, part: "whole" } : undefined;
  }

  private dragEmotion(drag: Drag & { kind: "emotion" }, x: number, y: number): void {
    const [across, up] = [x - drag.x, drag.y - y];
    if (!drag.axis && Math.hypot(across, up) > 3) drag.axis = Math.abs(across) >= Math.abs(up) ? "time" : "intensity";
    const fading = drag.part === "onset" || drag.part === "decay";
    if (!drag.axis && Math.hypot(across, up) > 4) drag.axis = fading || Math.abs(across) >= Math.abs(up) ? "time" : "intensity";
    const { project } = this.state;
    const row = this.rows.find(({ kind }) => kind === "emotion");
    if (!project || !row) return;
    const { held, part } = drag;
    const [frame, last] = [1 / project.fps, project.frames / project.fps];
    if (drag.axis === "intensity") {
      const intensity = Math.min(Math.max(held.intensity + up / (row.height - 16), 0), 1);
      drag.changes = { intensity: Math.round(intensity * 100) / 100 };
    } else if (drag.axis === "time" && (part === "onset" || part === "decay")) {
      const longer = (part === "onset" ? -across : across) / this.view.scale;
      drag.changes = { [part]: Math.round(Math.min(Math.max(held[part] + longer, 0), 10) * 100) / 100 };
    } else if (drag.axis === "time" && part === "whole") {
      const moved = this.snapped(this.view.x(held.start) + across) - held.start;
      const by = Math.min(Math.max(moved, -held.start), last - held.end);
      drag.changes = { start: held.start + by, end: held.end + by };
    } else if (drag.axis === "time") {
      const time = this.snapped(this.view.x(held[part as "start" | "end"]) + across);
      if (part === "start") drag.changes = { start: Math.min(Math.max(time, 0), held.end - frame) };
      else drag.changes = { end: Math.min(Math.max(time, held.start + frame), last) };
    }
  }

  private wordEdge(x: number): { index: number; edge: "start" | "end" } | undefined {
    const words = this.state.project?.words ?? [];
    for (const edge of ["start", "end"] as const) {
      const index = words.findIndex((word) => {
        const inside = edge === "start" ? x - this.view.x(word.start) : this.view.x(word.end) - x;
        return inside >= -1 && inside <= 5 && (word.end - word.start) * this.view.scale > 16;
      });
      if (index >= 0) return { index, edge };
    }
    return undefined;
  }

  private wordAt(x: number): number {
    const time = this.view.time(x);
    return (this.state.project?.words ?? []).findIndex(({ start, end }) => time >= start && time < end);
  }

  /** The end of the selected range that stays, where the pointer is on the other. */
  private fixedEdge(x: number): number | undefined {
    const { range, project } = this.state;
    if (!range || !project) return undefined;
    if (Math.abs(this.view.x(range.start / project.fps) - x) <= 4) return range.stop;
    if (Math.abs(this.view.x(range.stop / project.fps) - x) <= 4) return range.start;
    return undefined;
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0 || !this.state.project || event.target instanceof HTMLInputElement) return;
    const { x, y, row } = this.place(event);
    if (!row) return;
    this.area.setPointerCapture(event.pointerId);
    const handle = this.handleAt(x, y, row);
    const held = this.keyframeAt(x, y, row);
    const edge = row.kind === "words" ? this.wordEdge(x) : undefined;
    const fixed = this.fixedEdge(x);
    const felt = this.emotionAt(x, y, row);
    const block = row.blocks?.press(x, y, row);
    const phone = row.kind === "phones" ? this.phones.press(x, y) : undefined;
    const curve = row.kind === "curve" ? this.curve.press(x, y, row) : undefined;
    if (row.kind === "ruler") {
      this.drag = { kind: "scrub" };
      this.player.seek(this.view.time(x));
    } else if (handle) {
      this.drag = { kind: "hold", x, ...handle, lengths: {} };
    } else if (held) {
      this.take(held, event.shiftKey || event.ctrlKey || event.metaKey);
      this.drag = { kind: "keyframes", x, y, held, by: 0 };
    } else if (phone) {
      this.drag = { kind: "phone", phone };
    } else if (curve) {
      this.drag = { kind: "curve", curve };
    } else if (block) {
      this.drag = { kind: "block", block };
    } else if (felt) {
      this.state.selectEmotion(felt.held.start);
      this.drag = { kind: "emotion", x, y, ...felt, changes: {} };
    } else if (edge) {
      this.drag = { kind: "word", ...edge, time: this.view.time(x) };
    } else if (fixed !== undefined) {
      this.drag = { kind: "edge", fixed };
    } else {
      if (row.path) this.state.path = row.path;
      this.drag = { kind: "range", anchor: this.frameAt(x), moved: false };
    }
  }

  private take(held: Chosen, more: boolean): void {
    const { keyframes } = this.state;
    const already = keyframes.some((chosen) => same(chosen, held));
    if (more) this.state.select(already ? keyframes.filter((chosen) => !same(chosen, held)) : [...keyframes, held]);
    else if (!already) this.state.select([held]);
  }

  private move(event: PointerEvent): void {
    const { x, y, row } = this.place(event);
    const { drag, state } = this;
    if (!drag) {
      this.area.style.cursor = row ? this.cursor(x, y, row) : "";
      return;
    }
    if (drag.kind === "scrub") this.player.seek(this.view.time(x));
    if (drag.kind === "edge") this.setRange(drag.fixed, this.frameAt(x));
    if (drag.kind === "range") {
      const frame = this.frameAt(x);
      drag.moved ||= Math.abs(this.view.x(state.time(drag.anchor)) - x) > 4;
      if (drag.moved) this.setRange(drag.anchor, frame);
    }
    if (drag.kind === "word") drag.time = this.wordTime(drag.index, drag.edge, this.view.time(x));
    if (drag.kind === "keyframes") this.dragKeyframes(drag, x, y);
    if (drag.kind === "emotion") this.dragEmotion(drag, x, y);
    if (drag.kind === "block") drag.block.lane.drag(drag.block, x);
    if (drag.kind === "phone") this.phones.drag(drag.phone, y);
    const curveRow = this.rows.find(({ kind }) => kind === "curve");
    if (drag.kind === "curve" && curveRow) this.curve.drag(drag.curve, x, y, curveRow, event.altKey);
    if (drag.kind === "hold" && state.project) {
      const { fps, frames } = state.project;
      drag.lengths = dragged(drag.part, drag.before, Math.round(((x - drag.x) / this.view.scale) * fps), frames);
    }
    this.redraw();
  }

  private dragKeyframes(drag: Drag & { kind: "keyframes" }, x: number, y: number): void {
    const [across, up] = [x - drag.x, drag.y - y];
    if (!drag.axis && Math.hypot(across, up) > 3) drag.axis = Math.abs(across) >= Math.abs(up) ? "time" : "strength";
    const { project } = this.state;
    const row = this.rows.find(({ path }) => path === drag.held.path);
    if (!project || !row) return;
    if (drag.axis === "time") {
      const at = this.view.x(drag.held.frame / project.fps) + across;
      drag.by = this.commands.shift(Math.round(this.snapped(at, drag.held.path) * project.fps) - drag.held.frame);
    }
    if (drag.axis === "strength") {
      const begun = this.state.keyframe(drag.held)?.strength ?? 0;
      drag.strength = Math.min(Math.max(begun + up / (row.height - 16), 0.05), 1);
    }
  }

  private release(event: PointerEvent): void {
    const { drag, state } = this;
    this.drag = undefined;
    this.redraw();
    if (!drag) return;
    const { x } = this.place(event);
    if (drag.kind === "range" && !drag.moved) {
      const word = this.place(event).row?.kind === "words" ? state.project?.words[this.wordAt(x)] : undefined;
      state.select([]);
      if (word && state.project) {
        this.setRange(Math.floor(word.start * state.project.fps), Math.ceil(word.end * state.project.fps));
      } else {
        const { range } = state;
        if (range && (drag.anchor < range.start || drag.anchor > range.stop)) state.selectRange(undefined);
      }
      this.player.seek(word ? word.start : this.view.time(x));
    }
    if (drag.kind === "hold" && Object.keys(drag.lengths).length > 0) void this.commands.hold(drag.held, drag.lengths);
    if (drag.kind === "word") this.commands.retimeWord(drag.index, drag.edge, drag.time);
    if (drag.kind === "phone" && !this.phones.release(drag.phone)) this.player.seek(this.view.time(x));
    if (drag.kind === "curve" && !this.curve.release(drag.curve)) this.player.seek(this.view.time(x));
    if (drag.kind === "block" && !drag.block.lane.release(drag.block)) this.player.seek(this.view.time(x));
    if (drag.kind === "emotion") {
      if (drag.axis) void this.commands.changeEmotion(() => drag.changes);
      else this.player.seek(this.view.time(x));
    }
    if (drag.kind === "keyframes") {
      if (drag.axis === "time") this.commands.moveKeyframes(drag.by);
      else if (drag.strength !== undefined) this.commands.setStrength(drag.strength);
      else if (!event.shiftKey) this.player.seek(state.time(drag.held.frame));
    }
  }

  private doubleClick(event: MouseEvent): void {
    const { x, y, row } = this.place(event);
    if (!row || !this.state.project) return;
    if (row.kind === "emotion" && !this.emotionAt(x, y, row)) this.feelAt(x);
    if (row.kind === "curve") this.curve.doubleClick(x, y, row, event.shiftKey);
    if (row.blocks && !row.blocks.cursor(x, y, row)) {
      const { lane } = row.blocks;
      this.addAt(x, (span) => this.commands.blocks.add(lane, span));
    }
    if (row.kind === "track" && row.path && !this.keyframeAt(x, y, row)) {
      this.commands.addKeyframe(row.path, Math.min(this.frameAt(x), this.state.project.frames - 1), NEW_STRENGTH);
    }
    if (row.kind === "words" && this.state.project.words.length === 0) this.editTranscript();
    else if (row.kind === "words") this.editWord(this.wordAt(x), row);
  }

  /** Adds an emotion where somebody double-clicked: in the selected range, else over the word said there, else for a while. */
  private feelAt(x: number): void {
    this.addAt(x, (span) => this.commands.addEmotion(span));
  }

  private addAt(x: number, add: (span?: { start: number; end: number }) => void): void {
    const { range, project, span } = this.state;
    if (!project) return;
    const time = this.view.time(x);
    const within = range && span.start <= time && time <= span.end;
    const word = project.words[this.wordAt(x)];
    if (!within) this.player.seek(this.state.time(Math.min(Math.round(time * project.fps), project.frames - 1)));
    add(within ? span : word && { start: word.start, end: word.end });
  }

  /** Lets a word be retyped, in its place. */
  private editWord(index: number, row: Placed): void {
    const word = this.state.project?.words[index];
    if (!word) return;
    const input = make("input", { class: "word", "aria-label": "Word", spellcheck: false });
    input.value = word.text;
    const left = Math.max(this.view.x(word.start), 0);
    input.style.cssText = `left: ${left}px; top: ${row.top + 1}px; height: ${row.height - 2}px;`;
    input.style.width = `${Math.max((word.end - word.start) * this.view.scale, 90)}px`;
    let done = false;
    const finish = (keep: boolean) => {
      if (done) return;
      done = true;
      input.remove();
      if (keep && input.value.trim() !== word.text) this.commands.renameWord(index, input.value.trim());
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Escape") finish(event.key === "Enter");
      if (event.key === "Tab") {
        event.preventDefault();
        finish(true);
        this.editWord(index + (event.shiftKey ? -1 : 1), row);
      }
    });
    input.addEventListener("blur", () => finish(true));
    this.area.append(input);
    input.select();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.view.pan(across * pixels);
    else this.view.zoom(Math.exp(-event.deltaY * pixels * (event.ctrlKey ? 0.01 : 0.0016)), this.place(event).x);
    this.redraw();
  }

  private cursor(x: number, y: number, row: Placed): string {
    if (row.kind === "ruler") return "default";
    if (this.handleAt(x, y, row)) return "ew-resize";
    if (this.keyframeAt(x, y, row)) return "grab";
    const felt = this.emotionAt(x, y, row);
    if (felt) return { whole: "grab", start: "move", end: "move", onset: "col-resize", decay: "col-resize" }[felt.part];
    const part = row.kind === "phones" ? this.phones.cursor(x) : row.kind === "curve" ? this.curve.cursor(x, y, row) : row.blocks?.cursor(x, y, row);
    if (part) return part;
    if (row.kind === "words" && this.wordEdge(x)) return "col-resize";
    if (this.fixedEdge(x) !== undefined) return "col-resize";
    return "text";
  }

  private setRange(one: number, other: number): void {
    this.state.selectRange({ start: Math.min(one, other), stop: Math.max(one, other) });
  }

  /** A time for an edge of a word that leaves its neighbours and itself some room. */
  private wordTime(index: number, edge: "start" | "end", time: number): number {
    const words = this.state.project?.words ?? [];
    const word = words[index]!;
    const least = edge === "start" ? (words[index - 1]?.end ?? 0) : word.start + 0.02;
    const greatest = edge === "start" ? word.end - 0.02 : (words[index + 1]?.start ?? this.view.duration());
    return Math.min(Math.max(time, least), greatest);
  }
}
