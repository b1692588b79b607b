// What is seen before a voice is given: where to drop it, and the projects of before.

import { api, Refused, type Progress } from "./api";
import { button, make } from "./dom";
import { icon } from "./icons";
import type { Given } from "./opening";
import { recordButton } from "./recorder";

interface Doors {
  give: (files: Given[]) => void;
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
  private readonly recent = make("div", { class: "recent" });
  private readonly card: HTMLElement;
  private readonly work = make("div", { class: "work", role: "status", hidden: true });
  private readonly bar = make("progress", { max: 1, "aria-label": "Progress" });
  private readonly stage = make("p", {});
  private readonly cancel = button("Cancel", () => this.abandon?.(), { text: "Cancel", kind: "outline" });
  private abandon: (() => void) | undefined;
  private readonly message = make("p", { class: "problem", role: "alert", hidden: true });

  constructor(private readonly doors: Doors) {
    const record = recordButton((content, name) => doors.give([{ content, name }]), doors.fail);
    this.card = make(
      "div",
      { class: "card" },
      make("h1", {}, "Drop a voice here"),
      make("p", { class: "hint" }, "A sound file, a video with sound, or a .ksd project. It stays on this computer."),
      make("div", { class: "buttons" }, button("Choose a file", () => this.choose(), { icon: "open", text: "Choose a file", kind: "primary" }), ...(record ? [record] : [])),
      this.message,
      this.recent,
    );
    this.work.append(make("h1", {}, "One moment"), this.bar, this.stage, make("div", { class: "buttons" }, this.cancel));
    this.host.append(this.card, this.work);
  }

  async show(): Promise<void> {
    this.host.hidden = false;
    this.card.hidden = false;
    this.work.hidden = true;
    try {
      this.list(await api.recent());
    } catch (error) {
      this.problem(error instanceof Refused ? error.message : String(error));
    }
  }

  hide(): void {
    this.host.hidden = true;
  }

  problem(message: string): void {
    this.message.textContent = message;
    this.message.hidden = message === "";
  }

  /** Shows how far a first motion is; `abandon` gives it up. */
  progress(name: string, { stage, done }: Progress, abandon?: () => void): void {
    this.problem("");
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

  choose(): void {
    const input = make("input", { type: "file", accept: "audio/*,video/*,.ksd", multiple: true });
    input.addEventListener("change", () => this.doors.give(given(input.files)));
    input.click();
  }

  private list(projects: Awaited<ReturnType<typeof api.recent>>): void {
    this.recent.replaceChildren();
    if (projects.length === 0) return;
    const items = projects.slice(0, 30).map(({ id, name, duration, changed }) => {
      const when = new Date(changed * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
      const open = make("button", { type: "button", class: "project" }, make("b", {}, name), make("small", {}, `${duration.toFixed(1)} s, ${when}`));
      open.addEventListener("click", () => this.doors.open(id));
      const remove = button(`Delete ${name}`, () => void this.remove(id, name), { icon: "trash" });
      return make("li", {}, open, remove);
    });
    this.recent.append(make("h2", {}, "Go on with"), make("ul", {}, ...items));
  }

  private async remove(id: string, name: string): Promise<void> {
    if (!confirm(`Delete “${name}” from this computer? This cannot be undone.`)) return;
    await api.remove(id);
    await this.show();
  }
}

function given(files: FileList | null | undefined): Given[] {
  return [...(files ?? [])].map((content) => ({ content, name: content.name }));
}

/** The veil that says where to let go while a file is dragged over the page. */
export function acceptDrops(give: (files: Given[]) => void): HTMLElement {
  const veil = make("div", { class: "veil", hidden: true });
  veil.innerHTML = `${icon("logo")}<p>Drop a voice, a project, or a character</p>`;
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
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    const files = given(event.dataTransfer?.files);
    if (files.length > 0) give(files);
  });
  return veil;
}
