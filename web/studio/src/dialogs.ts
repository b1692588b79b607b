// Dialogs: export, help, the words as one text, which curves are drawn.

import { api, Refused, type Facts } from "./api";
import type { Commands } from "./commands";
import { button, make } from "./dom";
import { written, type ShortcutGroup } from "./shortcuts";
import type { State } from "./state";
import { ANGLES } from "./timeline/timeline";

export const RATES = [23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60, 120];

/** A dialog with a title and a way out; it goes when it is closed. */
export function dialog(title: string, name: string, ...children: (Node | string)[]): HTMLDialogElement {
  const made = make("dialog", { class: name, "aria-labelledby": "dialog-title" });
  const close = button("Close", () => made.close(), { icon: "close", keys: "Esc" });
  made.append(make("header", {}, make("h2", { id: "dialog-title" }, title), close), ...children);
  made.addEventListener("close", () => made.remove());
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close();
  });
  document.body.append(made);
  made.showModal();
  return made;
}

export function openHelp(groups: ShortcutGroup[]): void {
  const sections = groups.map(({ title, shortcuts }) =>
    make(
      "section",
      {},
      make("h3", {}, title),
      make(
        "dl",
        {},
        ...shortcuts.filter(({ about }) => about).map(({ keys, shown, about }) =>
          make("div", {}, make("dt", {}, make("kbd", {}, shown ?? written(keys[0] ?? ""))), make("dd", {}, about)),
        ),
      ),
    ),
  );
  const pointer: [string, string][] = [
    ["Drag the ruler", "move through time"],
    ["Drag elsewhere", "select a range"],
    ["Wheel", "zoom; with Shift, scroll"],
    ["Double-click a track", "add a keyframe, or an emotion"],
    ["Drag an emotion, or one of its points", "sideways its time, up and down its intensity"],
    ["Drag a keyframe", "sideways its time, up and down its strength"],
    ["Double-click a word", "retype it; drag its edges to re-time it"],
    ["Drag the head, in pose mode", "yaw and pitch; with Shift, roll"],
  ];
  sections.push(
    make(
      "section",
      {},
      make("h3", {}, "Pointer"),
      make("dl", {}, ...pointer.map(([what, about]) => make("div", {}, make("dt", {}, what), make("dd", {}, about)))),
    ),
  );
  dialog("Shortcuts", "help", make("div", { class: "columns" }, ...sections));
}

export function openExport(state: State, facts: Facts): void {
  const { project } = state;
  if (!project) return;
  const boxes = formatBoxes(facts);
  const rate = make("select", {});
  for (const value of RATES) rate.append(new Option(`${value}`, String(value), value === 25, value === 25));
  const timecode = make("input", { type: "text", placeholder: "00:00:00:00", size: 11, spellcheck: false });
  const take = make("select", {}, new Option("Finished", ""), ...project.takes.map(({ name }) => new Option(`${name} alone`, name)));
  const message = make("p", { class: "message", role: "status" });
  const report = make("pre", { class: "report", hidden: true, tabindex: 0, "aria-label": "What the character shows" });
  const bar = make("progress", { max: 1, value: 0, hidden: true, "aria-label": "Export" });
  const go = button("Export", () => void run(), { text: "Export as zip", kind: "primary" });
  const cancel = button("Cancel the export", () => void state.cancel(), { text: "Cancel", kind: "outline" });
  cancel.hidden = true;
  const own = ownCharacter(state);
  const picture = pictureSettings();
  const showPicture = () => {
    const ticked = [...boxes.host.querySelectorAll("input")].filter(({ checked }) => checked);
    picture.host.hidden = !ticked.some(({ value }) => ["mp4", "webm", "mov", "png"].includes(value));
  };
  boxes.host.addEventListener("change", showPicture);
  showPicture();
  if (project.stale) message.textContent = "Some edits are not regenerated yet: what is exported is what you see.";

  const run = async () => {
    const names = boxes.chosen();
    const character = own.querySelector("input")!.checked;
    if (names.length === 0 && !character) {
      message.textContent = "Choose at least one format.";
      return;
    }
    go.disabled = true;
    bar.hidden = cancel.hidden = false;
    report.hidden = true;
    message.textContent = "Writing…";
    const watch = setInterval(() => {
      bar.value = state.busy?.done ?? 0;
      if (state.busy) message.textContent = `Writing ${state.busy.stage}…`;
    }, 100);
    try {
      const wanted = { formats: names, fps: Number(rate.value), take: take.value || null, timecode: timecode.value.trim() || null, character, ...picture.wanted() };
      const made = await state.during("export", () => api.exports(project.id, wanted));
      const link = make("a", { href: api.exportAddress(project.id, made.id), download: true });
      link.click();
      const left = Object.entries(made.missing).map(([name, reason]) => `${name} was not made: ${reason}`);
      message.textContent = ["The zip is downloaded.", ...left].join(" ");
      report.hidden = made.report.length === 0;
      report.textContent = made.report.join("\n");
    } catch (error) {
      message.textContent = error instanceof Refused ? error.message : String(error);
    } finally {
      clearInterval(watch);
      bar.hidden = cancel.hidden = true;
      go.disabled = false;
    }
  };

  boxes.host.append(own);
  const settings = [make("label", {}, "Frames per second", rate), make("label", {}, "First timecode", timecode)];
  if (project.takes.length > 1) settings.push(make("label", {}, "Take", take));
  dialog(
    "Export",
    "export",
    boxes.host,
    make("div", { class: "settings" }, ...settings),
    picture.host,
    message,
    report,
    bar,
    make("footer", {}, cancel, go),
  );
}

/** A box for each format; those that were chosen last are ticked. */
export function formatBoxes(facts: Facts): { host: HTMLElement; chosen: () => string[] } {
  const remembered = JSON.parse(localStorage.getItem("ksdiff.formats") ?? '["csv","glb"]') as string[];
  const boxes = facts.formats.map(({ name, file, about }) => format(name, file, about, remembered.includes(name)));
  return {
    host: make("div", { class: "formats", role: "group", "aria-label": "Formats" }, ...boxes),
    chosen: () => {
      const names = boxes.map((box) => box.querySelector("input")!).flatMap(({ checked, value }) => (checked ? [value] : []));
      if (names.length > 0) localStorage.setItem("ksdiff.formats", JSON.stringify(names));
      return names;
    },
  };
}

function format(name: string, title: string, about: string, on: boolean): HTMLLabelElement {
  const input = make("input", { type: "checkbox", value: name });
  input.checked = on;
  return make("label", { class: "format" }, input, make("span", {}, make("b", {}, title), make("small", {}, about)));
}

const SIZES = [[512, 512], [1080, 1080], [1280, 720], [1920, 1080], [720, 1280], [1080, 1920], [2048, 2048]] as const;
const BACKGROUNDS: [string, string][] = [
  ["Dark backdrop", ""],
  ["Green", "#00b140"],
  ["Blue", "#0047bb"],
  ["White", "#ffffff"],
  ["Black", "#000000"],
  ["Another colour", "other"],
];

/** Size and background of videos and pictures. */
function pictureSettings() {
  const size = make("select", {});
  for (const [width, height] of SIZES) size.append(new Option(`${width} × ${height}`, `${width} ${height}`));
  size.value = localStorage.getItem("ksdiff.size") ?? "512 512";
  if (size.selectedIndex < 0) size.selectedIndex = 0;
  const background = make("select", {});
  for (const [name, value] of BACKGROUNDS) background.append(new Option(name, value));
  const colour = make("input", { type: "color", value: "#808080", "aria-label": "Colour of the background" });
  const show = () => (colour.hidden = background.value !== "other");
  background.addEventListener("change", show);
  show();
  return {
    host: make("div", { class: "settings" }, make("label", {}, "Size", size), make("label", { title: "Of the MP4; the other videos and the pictures have none" }, "Background", background), colour),
    wanted: () => {
      localStorage.setItem("ksdiff.size", size.value);
      const [width, height] = size.value.split(" ").map(Number);
      return { width: width ?? 512, height: height ?? 512, background: background.value === "other" ? colour.value : background.value || null };
    },
  };
}

/** The entry for the user's own character; its map and its nodes are those of the character panel. */
function ownCharacter(state: State): HTMLLabelElement {
  const character = state.project?.character;
  const about = !character
    ? "Drop a GLB or VRM on the page first"
    : character.here
      ? `Your character, ${character.following} of ${character.shapes} shapes follow`
      : "Its file is not in this project: drop it again";
  const box = format("character", character?.name ?? "Your own character", about, localStorage.getItem("ksdiff.character") !== "false");
  const input = box.querySelector("input")!;
  input.disabled = !character?.here;
  if (input.disabled) input.checked = false;
  input.addEventListener("change", () => localStorage.setItem("ksdiff.character", String(input.checked)));
  return box;
}

export function openTranscript(state: State, facts: Facts, commands: Commands): void {
  const { project } = state;
  if (!project) return;
  const text = make("textarea", { rows: 7, "aria-label": "What is said", placeholder: "What is said in this voice" });
  text.value = project.words.map((word) => word.text).join(" ");
  const message = make("p", { class: "message", role: "status" });
  const hear = button("Find the words in the voice", () => finish(null), { text: "Listen for words", kind: "outline" });
  if (!facts.transcribes) {
    hear.disabled = true;
    message.textContent = "Finding words needs an extra: pip install 'ksdiff[transcribe]'";
  }
  const time = button("Time these words by the sound", () => finish(text.value), { text: "Re-time", kind: "primary" });
  const made = dialog(
    "Words",
    "transcript",
    make("p", { class: "hint" }, "Words steer the model, and pauses between them the blinks. Type what is said, then time it by the sound."),
    text,
    message,
    make("footer", {}, hear, time),
  );
  const finish = (said: string | null) => {
    if (said !== null && said.trim() === "") {
      message.textContent = "Type what is said first.";
      return;
    }
    made.close();
    void commands.hear(said);
  };
}

export function openCurves(channels: string[], chosen: string[], change: (chosen: string[]) => void): void {
  let now = chosen;
  const boxes = channels.map((name) => {
    const input = make("input", { type: "checkbox", value: name });
    input.checked = now.includes(name);
    input.addEventListener("change", () => {
      now = channels.filter((each) => (each === name ? input.checked : now.includes(each)));
      change(now);
    });
    return make("label", { class: "check" }, input, name);
  });
  const find = make("input", { type: "search", placeholder: "Find a channel", "aria-label": "Find a channel" });
  find.addEventListener("input", () => {
    for (const box of boxes) box.hidden = !(box.textContent ?? "").toLowerCase().includes(find.value.toLowerCase());
  });
  dialog(
    "Curves",
    "curves",
    make("p", { class: "hint" }, `${ANGLES.join(", ")} of the head are always drawn.`),
    find,
    make("div", { class: "channels" }, ...boxes),
  );
}
