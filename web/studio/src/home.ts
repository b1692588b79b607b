// What is seen before a project is open: where to drop voices, what is being made of them, and all projects.

import type { ExportAllAnswer, Facts, Progress, ProjectSummary } from "./api";
import { button, make } from "./dom";
import { icon } from "./icons";
import { batchOf, filesOf, placed, type Batch, type Placed } from "./projects/dropped";
import { exporting, openExportAll } from "./projects/export-all";
import { ProjectList } from "./projects/list";
import { Portraits } from "./projects/portraits";
import { send } from "./projects/sending";
import type { Given } from "./opening";
import { recordButton } from "./recorder";

interface Doors {
  give: (files: Given[]) => void;
  /** Files that may be a list, a folder or several sounds. */
  take: (files: Placed[]) => void;
  open: (id: string) => void;
  fail: (message: string) => void;
}

/** What the server does, for people. */
export const STAGES: Record<string, string> = {
  upload: "Reading the file",
  sound: "Reading the sound",
  model: "Loading the model",
  transcript: "Finding the words",
  speech: "Listening to the speech",
  prosody: "Following the melody",
  motion: "Moving the face",
};

export class Home {
  readonly host = make("section", { class: "home", "aria-label": "Start" });
  private readonly card: HTMLElement;
  private readonly list: ProjectList;
  private readonly work = make("div", { class: "work", role: "status", hidden: true });
  private readonly bar = make("progress", { max: 1, "aria-label": "Progress" });
  private readonly stage = make("p", {});
  private readonly cancel = button("Cancel", () => this.abandon?.(), { text: "Cancel", kind: "outline" });
  private abandon: (() => void) | undefined;
  private readonly message = make("p", { class: "problem", role: "alert", hidden: true });

  constructor(
    private readonly doors: Doors,
    private readonly facts: Facts,
  ) {
    const record = recordButton((content, name) => doors.give([{ content, name }]), doors.fail);
    const files = button("Choose files", () => this.choose(), { icon: "open", text: "Choose files", kind: "primary" });
    const folder = button("Choose a folder", () => this.choose(true), { text: "Choose a folder", kind: "outline" });
    this.list = new ProjectList(new Portraits(facts.channels), {
      open: doors.open,
      fail: (error) => this.problem(error instanceof Error ? error.message : String(error)),
      stage: (name) => STAGES[name] ?? name,
      exportAll: (projects: ProjectSummary[]) => openExportAll(projects, facts),
      exporting: (answer: ExportAllAnswer) => exporting(answer),
    });
    this.card = make(
      "div",
      { class: "card" },
      make("h1", {}, "Drop voices here"),
      make("p", { class: "hint" }, "A sound, a video with sound, or a .ksd project; several of them, a folder, or a list (CSV, JSON) with its sounds. They stay on this computer."),
      make("div", { class: "buttons" }, files, folder, ...(record ? [record] : [])),
      this.message,
    );
    this.work.append(make("h1", {}, "One moment"), this.bar, this.stage, make("div", { class: "buttons" }, this.cancel));
    this.host.append(this.card, this.work, this.list.host);
  }

  async show(): Promise<void> {
    this.host.hidden = false;
    this.card.hidden = false;
    this.work.hidden = true;
    try {
      await this.list.start();
    } catch (error) {
      this.problem(error instanceof Error ? error.message : String(error));
    }
    this.host.classList.toggle("full", !this.list.empty);
  }

  hide(): void {
    this.host.hidden = true;
    this.list.stop();
  }

  problem(message: string): void {
    this.message.textContent = message;
    this.message.hidden = message === "";
  }

  /** Shows how far a first motion is; `abandon` gives it up. */
  progress(name: string, { stage, done }: Progress, abandon?: () => void): void {
    this.problem("");
    this.list.stop();
    this.list.host.hidden = true;
    this.host.classList.remove("full");
    this.abandon = abandon;
    this.cancel.hidden = !abandon;
    this.host.hidden = false;
    this.card.hidden = true;
    this.work.hidden = false;
    this.work.querySelector("h1")!.textContent = name;
    this.stage.textContent = STAGES[stage] ?? stage;
    if (done > 0) this.bar.value = done;
    else this.bar.removeAttribute("value");
  }

  /** Sends a list or several sounds; then each line is seen in the list of projects. */
  async batch(batch: Batch): Promise<void> {
    let cancelled = false;
    const name = batch.list?.name ?? `${batch.sounds.length} sounds`;
    const shown = { stage: "Sending the sounds", done: 0 };
    this.progress(name, shown, () => (cancelled = true));
    let message: string;
    try {
      message = await send(batch, this.facts.max_upload, {
        progress: (sent, total) => this.progress(name, { ...shown, done: sent / total }, () => (cancelled = true)),
        cancelled: () => cancelled,
      });
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
    await this.show();
    this.problem(message);
  }

  choose(folder = false): void {
    const input = make("input", { type: "file", multiple: true });
    // Not "accept" with lists in it: some systems then hide the sounds.
    if (folder) input.webkitdirectory = true;
    input.addEventListener("change", () => this.doors.take([...(input.files ?? [])].map(placed)));
    input.click();
  }
}

/** Gives files to where they belong: several lines to `batch`, anything else to `give`. */
export async function sorted(files: Placed[], to: { batch: (batch: Batch) => void; give: (files: Given[]) => void }): Promise<void> {
  if (files.length === 0) return;
  const batch = await batchOf(files);
  if (batch) to.batch(batch);
  else to.give(files);
}

/** The veil that says where to let go while a file is dragged over the page. */
export function acceptDrops(take: (files: Placed[]) => void): HTMLElement {
  const veil = make("div", { class: "veil", hidden: true });
  veil.innerHTML = `${icon("logo")}<p>Drop voices, a folder, a list, a project, or a character</p>`;
  let depth = 0;
  const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => {
    if (carries(event)) veil.hidden = ++depth === 0;
  });
  addEventListener("dragleave", (event) => {
    if (carries(event)) veil.hidden = --depth <= 0;
  });
  addEventListener("dragover", (event) => {
    if (carries(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!carries(event) || !event.dataTransfer) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    void filesOf(event.dataTransfer).then(take);
  });
  return veil;
}
