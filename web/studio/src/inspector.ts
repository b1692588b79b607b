// The panels at the side: the selected keyframe, takes, layers.

import { PATHS, type EmotionRange, type EyeBehaviour, type Facts, type Keyframe, type Path, type Sampling } from "./api";
import { emotionName, type Commands } from "./commands";
import { button, checkbox, group, keepFocus, make, number, setPressed, slider } from "./dom";
import { gesturing, onGestureEnd } from "./gesture";
import { anglesOf, fromAngles } from "./motion";
import { keyPanel } from "./curves/panel";
import { blockPanel } from "./lanes/panel";
import { linked } from "./sides";
import { phonePanel } from "./lanes/phone-panel";
import type { Player } from "./player";
import { EASES, openPoses } from "./poses";
import { same, type Chosen, type State } from "./state";
import { GESTURES_HINT, openVariants } from "./variants";
import type { Viewport } from "./viewport";

const TABS = ["Keyframe", "Takes", "Layers"] as const;
type Tab = (typeof TABS)[number];

const NAMES: Record<Path, string> = { expression: "Expression", head: "Head" };
// Regions of the face by how their channels begin.
const REGIONS: [string, RegExp][] = [
  ["Jaw and mouth", /^(jaw|mouth)/],
  ["Brows", /^brow/],
  ["Cheeks and nose", /^(cheek|nose)/],
  ["Eyes", /^eye/],
];
const [ACCENT, POSE, LOOK] = ["accent", "pose", "look"]; // kinds of keyframes beside gestures
const DEGREES = 180 / Math.PI;

export class Inspector {
  readonly host = make("aside", { class: "inspector", "aria-label": "Inspector" });
  private tab: Tab = "Keyframe";
  private filter = "";
  /** Whether sliders of one side of the face move those of the other. */
  private link = localStorage.getItem("ksdiff.link") !== "false";
  /** Which regions of the face were opened or closed by hand. */
  private readonly regions = new Map<string, boolean>();
  /** Poses that the server has not answered yet: the panel may be drawn anew before it does. */
  private readonly asked = new Set<{ chosen: Chosen; values: Record<string, number> }>();
  private readonly tabs: HTMLElement;
  private readonly panel = make("div", { class: "panel", role: "tabpanel", id: "panel", tabindex: -1 });
  private drawn = "";
  private held = false;

  constructor(
    private readonly state: State,
    private readonly player: Player,
    private readonly commands: Commands,
    private readonly viewport: Viewport,
    private readonly facts: Facts,
  ) {
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Panels" }, ...TABS.map((tab) => this.tabButton(tab)));
    this.host.append(this.tabs, this.panel);
    for (const topic of ["project", "selection"] as const) state.on(topic, () => this.draw());
    this.panel.addEventListener("pointerdown", ({ target }) => {
      this.held = target instanceof HTMLInputElement && target.type === "range";
    });
    const release = () => {
      if (!this.held) return;
      this.held = false;
      setTimeout(() => this.draw()); // after the slider has said where it was let go
    };
    for (const kind of ["pointerup", "pointercancel"] as const) addEventListener(kind, release);
    onGestureEnd(() => setTimeout(() => this.draw()));
    this.draw();
  }

  show(tab: Tab): void {
    this.tab = tab;
    this.drawn = "";
    this.draw();
  }

  private tabButton(tab: Tab): HTMLElement {
    const made = make("button", { type: "button", role: "tab", "aria-controls": "panel", id: `tab-${tab}` }, tab);
    made.addEventListener("click", () => this.show(tab));
    made.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by === undefined) return;
      const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length]!;
      this.show(next);
      document.getElementById(`tab-${next}`)?.focus();
    });
    return made;
  }

  private draw(): void {
    const { project } = this.state;
    // Only when something shown has changed: a redrawn panel loses the slider somebody holds.
    const seen = [
      this.tab,
      this.filter,
      project?.id,
      project?.version,
      this.state.take,
      this.state.keyframes,
      this.state.emotionStart,
      this.state.block,
      this.state.range,
      this.commands.copiedTime,
      this.state.compared?.take,
    ];
    const key = JSON.stringify(seen);
    if (key === this.drawn || this.held || gesturing(this.panel)) return;
    this.drawn = key;
    for (const made of this.tabs.children) {
      const on = made.id === `tab-${this.tab}`;
      made.setAttribute("aria-selected", String(on));
      made.setAttribute("tabindex", on ? "0" : "-1");
    }
    this.panel.setAttribute("aria-labelledby", `tab-${this.tab}`);
    const focus = keepFocus(this.panel);
    const { scrollTop } = this.panel;
    if (!project) this.panel.replaceChildren(make("p", { class: "hint" }, "Add a voice to start directing its performance."));
    else this.panel.replaceChildren(...{ Keyframe: () => this.keyframe(), Takes: () => this.takes(), Layers: () => this.layers() }[this.tab]());
    if (this.filter) this.applyFilter();
    this.panel.scrollTop = scrollTop;
    focus();
  }

  // The selected keyframe.

  private keyframe(): HTMLElement[] {
    const { keyframes } = this.state;
    const chosen = keyframes.at(-1);
    const { emotion } = this.state;
    const parts: HTMLElement[] = [];
    const block = phonePanel(this.commands.phones) ?? keyPanel(this.commands.curves) ?? blockPanel(this.state, this.commands, this.facts, this.viewport);
    if (block) parts.push(block);
    else if (emotion) parts.push(this.emotion(emotion));
    else if (!chosen) {
      parts.push(
        make("p", { class: "hint" }, "Select a keyframe or an emotion in the timeline, or add one at the playhead."),
        make(
          "div",
          { class: "buttons" },
          ...PATHS.map((path) =>
            button(`Add ${path} keyframe`, () => this.commands.addKeyframe(path), {
              icon: "plus",
              text: NAMES[path],
              keys: path === "head" ? "H" : "E",
              kind: `outline ${path}`,
            }),
          ),
          ...(this.state.canFeel ? [this.addEmotion()] : []),
        ),
      );
    } else if (keyframes.length > 1) parts.push(this.several());
    else parts.push(this.one(chosen), this.pose(chosen));
    parts.push(this.range());
    return parts;
  }

  private addEmotion(): HTMLElement {
    return button("Add an emotion", () => this.commands.addEmotion(), { icon: "plus", text: "Emotion", keys: "M", kind: "outline emotion" });
  }

  /** The selected emotion: what it is, how strong, and when. */
  private emotion(one: EmotionRange): HTMLElement {
    const change = (changes: Partial<EmotionRange>) => void this.commands.changeEmotion(() => changes);
    const length = this.state.project?.duration ?? 0;
    const choose = make("select", { "aria-label": "Emotion" });
    for (const name of this.facts.emotions) choose.append(new Option(name.replace("_", " "), name));
    choose.append(new Option("by valence and arousal", ""));
    choose.value = one.emotion ?? "";
    choose.addEventListener("change", () => {
      if (choose.value) change({ emotion: choose.value, valence: null, arousal: null });
      else change({ emotion: null, valence: 0.5, arousal: 0.5 });
    });
    const row = (label: string, name: "intensity" | "valence" | "arousal", least: number) =>
      slider({ label, least, greatest: 1, step: 0.01, value: one[name] ?? 0, done: (value) => change({ [name]: value }) });
    const when = (label: string, name: "start" | "end" | "onset" | "decay", greatest: number) =>
      number({
        label,
        value: Number(one[name].toFixed(2)),
        least: 0,
        greatest: Number(greatest.toFixed(2)),
        step: "any",
        unit: "s",
        done: (value) => change({ [name]: value }),
      });
    const made = group(
      emotionName(one),
      make("label", { class: "choice" }, make("span", { class: "name" }, "Emotion"), choose),
      row("Intensity", "intensity", 0),
      ...(one.emotion === null ? [row("Valence", "valence", -1), row("Arousal", "arousal", -1)] : []),
      when("From", "start", length),
      when("To", "end", length),
      when("Comes within", "onset", 10),
      when("Goes within", "decay", 10),
      make(
        "div",
        { class: "buttons" },
        button("Delete", () => this.commands.removeEmotion(), { icon: "trash", text: "Delete", keys: "Del", kind: "outline" }),
        button("Other differences between left and right", () => change({ seed: (one.seed ?? 0) + 1 }), { icon: "dice", text: "Other sides", kind: "outline" }),
      ),
    );
    made.classList.add("emotion");
    return made;
  }

  private several(): HTMLElement {
    const { keyframes } = this.state;
    const last = this.state.keyframe(keyframes.at(-1)!)?.strength ?? 1;
    return group(
      `${keyframes.length} keyframes`,
      slider({ label: "Strength", least: 0.05, greatest: 1, step: 0.01, value: last, done: (value) => this.commands.setStrength(value) }),
      ...(new Set(keyframes.map(({ path }) => path)).size === 1 ? [this.kind(keyframes, keyframes[0]!.path)] : []),
      make("div", { class: "buttons" }, this.deleteButton()),
    );
  }

  private deleteButton(): HTMLElement {
    return button("Delete", () => this.commands.deleteKeyframes(), { icon: "trash", text: "Delete", keys: "Del", kind: "outline" });
  }

  /** What kind the keyframes are: an accent, a pose, or a gesture of their path. */
  private kind(keyframes: readonly Chosen[], path: Path): HTMLElement {
    const kinds = new Set(keyframes.map((chosen) => this.kindOf(chosen)));
    const now = kinds.size === 1 ? [...kinds][0]! : "";
    const choose = make("select", { "aria-label": "Kind" });
    if (kinds.size > 1) choose.append(new Option("several", ""));
    choose.append(new Option("Accent: the model finds it", ACCENT));
    if (now === POSE) choose.append(new Option("Pose", POSE));
    for (const name of this.facts.gestures[path]) choose.append(new Option(name.charAt(0).toUpperCase() + name.slice(1).replace("_", " "), name));
    const [only] = keyframes;
    if (path === "head" && keyframes.length === 1) choose.append(new Option("Look at…", LOOK));
    choose.value = now;
    choose.addEventListener("change", () => {
      if (choose.value === "" || choose.value === POSE) return;
      if (choose.value === LOOK && only) {
        this.commands.lookInstead(only);
        return;
      }
      void this.commands.gesture(keyframes, choose.value === ACCENT ? null : choose.value);
    });
    return make("label", { class: "choice" }, make("span", { class: "name" }, "Kind"), choose);
  }

  private kindOf(chosen: Chosen): string {
    const keyframe = this.state.keyframe(chosen);
    return keyframe?.gesture ?? (Object.keys(keyframe?.pose ?? {}).length > 0 ? POSE : ACCENT);
  }

  /** Another seed of a gesture: its size, tempo and side. */
  private variation(chosen: Chosen): HTMLElement[] {
    const keyframe = this.state.keyframe(chosen);
    const { gesture } = keyframe ?? {};
    if (!keyframe || !gesture) return [];
    const another = () => void this.commands.gesture([chosen], gesture, keyframe.seed + 1);
    return [button("Another one of its kind: size, tempo and side", another, { icon: "dice", text: "Variation", kind: "outline" })];
  }

  /** How long the pose stays, and how fast the motion goes there and back. */
  private lengths(chosen: Chosen, keyframe: Keyframe): HTMLElement[] {
    const fps = this.state.project?.fps ?? 25;
    const row = (label: string, part: "hold" | "attack" | "release", greatest: number, about: string) => {
      const frames = keyframe[part];
      const made = number({
        label,
        value: frames === null ? null : Number((frames / fps).toFixed(2)),
        least: 0,
        greatest,
        step: "any",
        unit: "s",
        placeholder: "model's",
        empty: part === "hold" ? undefined : () => void this.commands.hold(chosen, { [part]: null }),
        done: (value) => void this.commands.hold(chosen, { [part]: Math.max(Math.round(value * fps), part === "hold" ? 0 : 1) }),
      });
      made.title = about;
      return made;
    };
    const left = ((this.state.project?.frames ?? 1) - 1 - keyframe.frame) / fps;
    const ease = make("select", { "aria-label": "Ease", title: "Course of an attack or release that is set" });
    for (const name of EASES) ease.append(new Option(name.charAt(0).toUpperCase() + name.slice(1).replace("_", " "), name));
    ease.value = keyframe.ease;
    ease.disabled = keyframe.attack === null && keyframe.release === null;
    ease.addEventListener("change", () => void this.commands.hold(chosen, { ease: ease.value as Keyframe["ease"] }));
    return [
      row("Hold", "hold", Number(left.toFixed(2)), "How long the pose stays"),
      row("Attack", "attack", 10, "How long before it the motion leaves for it; empty leaves it to the model"),
      row("Release", "release", 10, "How long after its hold the motion is back; empty leaves it to the model"),
      make("label", { class: "choice" }, make("span", { class: "name" }, "Ease"), ease),
    ];
  }

  private one(chosen: Chosen): HTMLElement {
    const keyframe = this.state.keyframe(chosen);
    const keyframes = [chosen];
    const { project } = this.state;
    const last = this.state.time((project?.frames ?? 1) - 1);
    const title = group(
      `${NAMES[chosen.path]} keyframe`,
      number({
        label: "Time",
        value: Number(this.state.time(chosen.frame).toFixed(2)),
        least: 0,
        greatest: Number(last.toFixed(2)),
        step: "any",
        unit: "s",
        done: (value) => this.commands.moveKeyframes(Math.round(value * (project?.fps ?? 25)) - chosen.frame),
      }),
      slider({
        label: "Strength",
        least: 0.05,
        greatest: 1,
        step: 0.01,
        value: keyframe?.strength ?? 1,
        done: (value) => this.commands.setStrength(value),
      }),
      this.kind(keyframes, chosen.path),
      ...(keyframe?.pose && Object.keys(keyframe.pose).length > 0 ? this.lengths(chosen, keyframe) : []),
      make("div", { class: "buttons" }, this.deleteButton(), ...this.variation(chosen)),
    );
    title.classList.add(chosen.path);
    return title;
  }

  private pose(chosen: Chosen): HTMLElement {
    const keyframe = this.state.keyframe(chosen);
    const set = Object.keys(keyframe?.pose ?? {});
    const copied = this.commands.copiedTime;
    const made = group("Pose");
    const about =
      set.length === 0
        ? keyframe?.gesture
          ? "A gesture. Move a slider to set a pose in its place."
          : "Free: the model finds it. Move a slider to set it."
        : `${set.length} ${set.length === 1 ? "channel is" : "channels are"} set, and will be met.`;
    made.append(
      make("p", { class: "hint" }, about),
      make(
        "div",
        { class: "buttons" },
        button("Copy the pose at the playhead", () => this.commands.copyPose(), { text: "Copy pose", keys: "C", kind: "outline" }),
        this.paste(copied),
        this.clear(chosen, set.length > 0),
        button("Poses by name", () => openPoses(this.state, this.commands, this.facts), { text: "Poses…", kind: "outline" }),
        this.mirror(chosen, set.length > 0),
        ...(chosen.path === "expression" ? [this.linkToggle()] : []),
      ),
    );
    if (chosen.path === "head") made.append(...this.headSliders(chosen));
    else made.append(this.search(), ...this.channelSliders(chosen, set));
    return made;
  }

  private paste(copied: number | undefined): HTMLElement {
    const label = copied === undefined ? "Copy a pose first" : `Paste the pose of ${copied.toFixed(2)} s here`;
    const made = button(label, () => this.commands.pastePose(), { text: "Paste", keys: "V", kind: "outline" });
    made.disabled = copied === undefined;
    return made;
  }

  private mirror(chosen: Chosen, on: boolean): HTMLButtonElement {
    const made = button("Mirror the pose: left becomes right", () => this.commands.mirrorPose(chosen), { icon: "mirror", text: "Mirror", kind: "outline" });
    made.disabled = !on;
    return made;
  }

  private linkToggle(): HTMLButtonElement {
    const made = button("Move left and right together", () => {
      this.link = !this.link;
      localStorage.setItem("ksdiff.link", String(this.link));
      setPressed(made, this.link);
    }, { icon: "link", text: "L = R", kind: "outline" });
    setPressed(made, this.link);
    return made;
  }

  /** A channel's value, and the same for the other side where both are linked. */
  private both(channel: string, value: number, names: readonly string[]): Record<string, number> {
    const other = this.link ? linked(channel) : undefined;
    return other !== undefined && names.includes(other) ? { [channel]: value, [other]: value } : { [channel]: value };
  }

  private clear(chosen: Chosen, on: boolean): HTMLElement {
    const made = button("Let the model find the pose", () => this.commands.clearPose(chosen), { text: "Free", kind: "outline" });
    made.disabled = !on;
    return made;
  }

  /** What a channel is at a keyframe: as it was asked for, as set, or as it came out. */
  private value(chosen: Chosen, channel: string): number {
    const { motion } = this.state;
    const asked = [...this.asked].reverse().find((one) => same(one.chosen, chosen) && channel in one.values);
    const set = asked?.values[channel] ?? this.state.keyframe(chosen)?.pose[channel];
    return set ?? motion?.at(chosen.frame, chosen.path, motion.channels[chosen.path].indexOf(channel)) ?? 0;
  }

  private headSliders(chosen: Chosen): HTMLElement[] {
    const names = this.state.motion?.channels.head ?? [];
    const values = names.map((name) => this.value(chosen, name));
    const angles = anglesOf(values);
    const turned = (index: number, value: number) => {
      angles[index] = value; // the next slider starts from it, however late the server's answer is
      return Object.fromEntries(fromAngles(angles).map((each, axis) => [names[axis]!, each]));
    };
    const turns = ["Yaw", "Pitch", "Roll"].map((label, index) =>
      slider({
        label,
        least: -45,
        greatest: 45,
        step: 0.5,
        value: angles[index]!,
        unit: "°",
        digits: 1,
        move: (value) => this.tryPose(chosen, turned(index, value)),
        done: (value) => this.setPose(chosen, turned(index, value)),
      }),
    );
    const moves = ["Sideways", "Up", "Forward"].map((label, index) =>
      slider({
        label,
        least: -80,
        greatest: 80,
        step: 0.5,
        value: values[3 + index]! * 1000,
        unit: "mm",
        digits: 1,
        move: (value) => this.tryPose(chosen, { [names[3 + index]!]: value / 1000 }),
        done: (value) => this.setPose(chosen, { [names[3 + index]!]: value / 1000 }),
      }),
    );
    return [...turns, ...moves];
  }

  private search(): HTMLElement {
    const input = make("input", { type: "search", placeholder: "Find a channel, such as smile", "aria-label": "Find a channel" });
    input.value = this.filter;
    input.addEventListener("input", () => {
      this.filter = input.value;
      this.applyFilter();
    });
    return input;
  }

  /** Hides the channels that are not looked for. */
  private applyFilter(): void {
    const wanted = this.filter.toLowerCase().replaceAll(" ", "");
    for (const region of this.panel.querySelectorAll<HTMLDetailsElement>("details.region")) {
      let some = false;
      for (const row of region.querySelectorAll<HTMLElement>(".slider")) {
        row.hidden = !(row.dataset.channel ?? "").toLowerCase().includes(wanted);
        some ||= !row.hidden;
      }
      region.hidden = !some;
      if (wanted) region.open = some;
    }
  }

  private channelSliders(chosen: Chosen, set: string[]): HTMLElement[] {
    const names = this.state.motion?.channels.expression ?? [];
    return REGIONS.map(([title, pattern], index) => {
      const channels = names.filter((name) => pattern.test(name));
      const count = channels.filter((name) => set.includes(name)).length;
      const heading = make("summary", {}, title);
      if (count > 0) heading.append(make("small", {}, `${count} set`));
      const made = make("details", { class: "region" }, heading);
      made.open = this.regions.get(title) ?? (count > 0 || index === 0);
      heading.addEventListener("click", () => this.regions.set(title, !made.open)); // before it opens or closes
      made.append(
        ...channels.map((channel) => {
          const row = slider({
            label: channel,
            least: 0,
            greatest: 1,
            step: 0.01,
            value: this.value(chosen, channel),
            move: (value) => this.tryPose(chosen, this.both(channel, value, names)),
            done: (value) => this.setPose(chosen, this.both(channel, value, names)),
          });
          row.dataset.channel = channel;
          row.classList.toggle("set", set.includes(channel));
          return row;
        }),
      );
      return made;
    });
  }

  private tryPose({ path, frame }: Chosen, values: Record<string, number>): void {
    if (this.state.motion?.frame(this.player.now()) !== frame) this.player.seek(this.state.time(frame));
    this.viewport.trial = { path, values };
  }

  private setPose(chosen: Chosen, values: Record<string, number>): void {
    const { trial } = this.viewport;
    const one = { chosen, values };
    this.asked.add(one);
    void this.commands.setPose(chosen, values).finally(() => {
      this.asked.delete(one);
      if (this.viewport.trial === trial) this.viewport.trial = undefined; // not what has been tried since
    });
  }

  private range(): HTMLElement {
    const { range } = this.state;
    if (!range) {
      return group(
        "Range",
        make("p", { class: "hint" }, "Drag in the timeline to select a range: to loop it, to pin it, to try another seed in it, or to choose a take for it."),
      );
    }
    const { start, end } = this.state.span;
    const rows = PATHS.map((path) => {
      const pinned = this.commands.pinned(path);
      const pin = button(
        pinned ? `Let the ${path} change here` : `Keep the ${path} as it is here`,
        () => (pinned ? this.commands.unpin(path) : this.commands.pin(path)),
        { icon: "pin", text: pinned ? "Unpin" : "Pin", kind: "outline" },
      );
      setPressed(pin, pinned);
      const again = button(`Another seed for the ${path} here`, () => this.commands.reroll(path), {
        icon: "dice",
        text: "New seed",
        kind: "outline",
      });
      const sheet = button(`Several seeds for the ${path} here, to choose from`, () => openVariants(this.state, this.player, this.viewport, path), {
        icon: "sheet",
        keys: "Shift+N",
        kind: "outline",
      });
      again.disabled = sheet.disabled = pinned;
      return make("div", { class: "pair" }, make("span", { class: "name" }, make("i", { class: path }), NAMES[path]), pin, again, sheet);
    });
    const drawing = make("input", { type: "checkbox" });
    drawing.checked = this.state.drawsGestures;
    drawing.addEventListener("change", () => (this.state.drawsGestures = drawing.checked));
    const gestures = make("label", { class: "check", title: GESTURES_HINT }, drawing, "A new seed draws gestures too");
    return group(`Range ${start.toFixed(2)} to ${end.toFixed(2)} s`, ...rows, ...(this.state.canFeel ? [gestures] : []));
  }

  // Takes.

  private takes(): HTMLElement[] {
    const { project, range } = this.state;
    if (!project) return [];
    const where = range ? "in the selected range" : "everywhere";
    const parts = project.takes.map((take) => {
      const open = take.name === this.state.shownTake?.name;
      const edit = button(`Edit ${take.name}`, () => this.state.setTake(take.name), { text: take.name, kind: "take" });
      setPressed(edit, open);
      const compare = button(`Compare ${take.name} side by side`, () => this.compare(take.name), { icon: "compare" });
      setPressed(compare, this.state.compared?.take === take.name);
      const heading = make("div", { class: "takehead" }, edit, compare);
      if (project.takes.length > 1) {
        heading.append(button(`Delete ${take.name}`, () => void this.state.edit([{ edit: "delete_take", name: take.name }]), { icon: "trash" }));
      }
      const made = make("section", { class: open ? "group takeitem open" : "group takeitem" }, heading);
      if (project.takes.length > 1) {
        const use = [...PATHS, null].map((path) =>
          button(`Use ${path ?? "both"} of ${take.name} ${where}`, () => this.commands.choose(take.name, path), {
            text: path === null ? "Both" : NAMES[path],
            kind: `outline ${path ?? ""}`,
          }),
        );
        made.append(make("div", { class: "buttons" }, make("span", { class: "hint" }, range ? "In range" : "Use"), ...use));
      }
      return made;
    });
    return [...parts, this.newTake(), this.style(), ...PATHS.map((path) => this.sampling(path))];
  }

  /** Whose way to move it is. */
  private style(): HTMLElement {
    const { project } = this.state;
    const choose = make("select", { "aria-label": "Style" });
    // The styles of other weights are not known here.
    const names = project?.model === this.facts.model ? this.facts.styles : [project?.style ?? ""];
    for (const name of names) choose.append(new Option(name === "neutral" ? "neutral, the average" : name, name));
    choose.value = project?.style ?? "";
    choose.disabled = names.length < 2;
    choose.addEventListener("change", () => void this.state.edit([{ edit: "set_style", style: choose.value }]));
    return group(
      "Style",
      make("label", { class: "choice" }, make("span", { class: "name" }, "Moves like"), choose),
      make("p", { class: "hint" }, "One of the speakers that the model learned from. Everything that is not pinned is regenerated."),
    );
  }

  private compare(name: string): void {
    void this.state.compare(this.state.compared?.take === name ? undefined : name).then(() => {
      this.drawn = "";
      this.draw();
    });
  }

  private newTake(): HTMLElement {
    const { project } = this.state;
    const names = new Set(project?.takes.map(({ name }) => name));
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const name = letters.find((letter) => !names.has(letter)) ?? `Take ${names.size + 1}`;
    const seed = () => Math.floor(Math.random() * 1e6);
    const add = (source: string | null, sampling: Record<string, number>) => {
      void this.state.edit([{ edit: "add_take", name, source, sampling }]).then(() => this.state.setTake(name));
    };
    return make(
      "div",
      { class: "buttons" },
      button("New take: other seeds, other keyframes", () => add(null, { expression_seed: seed(), head_seed: seed() }), {
        icon: "plus",
        text: "New take",
        kind: "outline",
      }),
      button(`Copy ${this.state.take} as a new take`, () => add(this.state.take, {}), { text: `Copy of ${this.state.take}`, kind: "outline" }),
    );
  }

  /** Settings of a path of this take, in the range or everywhere. */
  private sampling(path: Path): HTMLElement {
    const { shownTake, range } = this.state;
    if (!shownTake) return make("div");
    const at = range ? Math.floor((range.start + range.stop - 1) / 2) : undefined;
    const now: Sampling = { ...shownTake.sampling[path] };
    for (const variation of shownTake.variations) {
      const inside = at === undefined ? variation.stop - variation.start >= (this.state.project?.frames ?? 0) : variation.start <= at && at < variation.stop;
      if (variation.path !== path || !inside) continue;
      for (const name of ["seed", "temperature", "guidance"] as const) now[name] = variation[name] ?? now[name];
    }
    const made = group(
      `${NAMES[path]} of ${shownTake.name}${range ? ", in the range" : ""}`,
      make(
        "div",
        { class: "pair" },
        number({ label: "Seed", value: now.seed, least: 0, done: (seed) => this.commands.sample(path, { seed }) }),
        button(`Another seed for the ${path}`, () => this.commands.sample(path, { seed: Math.floor(Math.random() * 1e6) }), { icon: "dice" }),
      ),
      slider({
        label: "Liveliness",
        least: 0,
        greatest: 2,
        step: 0.05,
        value: now.temperature,
        rest: shownTake.sampling[path].temperature,
        done: (temperature) => this.commands.sample(path, { temperature }),
      }),
      slider({
        label: "Guidance",
        least: 0,
        greatest: 5,
        step: 0.05,
        value: now.guidance,
        rest: shownTake.sampling[path].guidance,
        done: (guidance) => this.commands.sample(path, { guidance }),
      }),
    );
    made.classList.add(path);
    return made;
  }

  // Layers.

  private layers(): HTMLElement[] {
    const { project } = this.state;
    if (!project) return [];
    const { layers } = project;
    const change = (changes: Record<string, unknown>) => void this.commands.layers(changes);
    const gain = (label: string, value: number, done: (value: number) => void) =>
      slider({ label, least: 0, greatest: 2, step: 0.05, value, rest: 1, unit: "%", scale: 100, digits: 0, done });
    const smoothing = (label: string, value: number, done: (value: number) => void) =>
      slider({ label, least: 0, greatest: 0.3, step: 0.01, value, rest: 0, unit: "ms", scale: 1000, digits: 0, done });
    return [
      group(
        "Amplitude",
        gain("Head", layers.head_amplitude, (value) => change({ head_amplitude: value })),
        ...this.facts.regions.map((region) =>
          gain(region.charAt(0).toUpperCase() + region.slice(1), layers.gains[region] ?? 1, (value) => change({ gains: { [region]: value } })),
        ),
      ),
      group(
        "Smoothing",
        smoothing("Expression", layers.expression_smoothing, (value) => change({ expression_smoothing: value })),
        smoothing("Head", layers.head_smoothing, (value) => change({ head_smoothing: value })),
        checkbox("Let the mouth rest in silence", layers.rest, (rest) => change({ rest })),
      ),
      this.eyes(),
      this.offsets(),
    ];
  }

  private eyes(): HTMLElement {
    const { layers } = this.state.project!;
    const change = (changes: Record<string, unknown>) => void this.commands.layers(changes);
    const made = group(
      "Blinks and gaze",
      checkbox("Blinks and gaze of their own", layers.eyes !== null, (on) => change({ eyes: on ? this.facts.natural_eyes : null })),
    );
    const { eyes } = layers;
    if (!eyes) return made;
    const set = (name: string) => (value: number) => change({ eyes: { [name]: value } });
    const rest = this.facts.natural_eyes;
    const row = (label: string, name: keyof EyeBehaviour, greatest: number, step: number, shown: { unit?: string; scale?: number; digits: number }) =>
      slider({ label, least: 0, greatest, step, value: eyes[name], rest: rest[name], ...shown, done: set(name) });
    made.append(
      row("Blinks", "blinks_per_minute", 60, 1, { unit: "/min", digits: 0 }),
      row("Looks away", "aversions_per_minute", 30, 1, { unit: "/min", digits: 0 }),
      slider({
        label: "How far away",
        least: 0,
        greatest: 30,
        step: 1,
        value: (eyes.aversion_angle ?? 0) * DEGREES,
        rest: (rest.aversion_angle ?? 0) * DEGREES,
        unit: "°",
        digits: 0,
        done: (value) => change({ eyes: { aversion_angle: value / DEGREES } }),
      }),
      row("Wandering", "wander", 3, 0.1, { digits: 1 }),
      row("Held on viewer", "compensation", 1, 0.05, { unit: "%", scale: 100, digits: 0 }),
      make(
        "div",
        { class: "pair" },
        number({ label: "Seed", value: layers.eyes_seed, least: 0, done: (value) => change({ eyes_seed: value }) }),
        button("Other blinks", () => change({ eyes_seed: Math.floor(Math.random() * 1e6) }), { icon: "dice" }),
      ),
    );
    return made;
  }

  private offsets(): HTMLElement {
    const { layers, channels } = this.state.project!;
    const made = group("Offsets");
    const used = Object.keys(layers.offsets).filter((name) => layers.offsets[name] !== 0);
    for (const name of used) {
      made.append(
        slider({
          label: name,
          least: -0.5,
          greatest: 0.5,
          step: 0.01,
          value: layers.offsets[name] ?? 0,
          rest: 0,
          done: (value) => void this.commands.layers({ offsets: { [name]: value } }),
        }),
      );
    }
    const choose = make("select", { "aria-label": "Add an offset" }, new Option("Add a channel…", ""));
    for (const name of channels.expression) if (!used.includes(name)) choose.append(new Option(name, name));
    choose.addEventListener("change", () => {
      if (choose.value) void this.commands.layers({ offsets: { [choose.value]: 0.1 } });
    });
    made.append(choose);
    return made;
  }
}
