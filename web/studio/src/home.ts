// What is seen before a voice is given: where to drop it, and the projects of before.

import { api, Refused, type Progress } from "./api";
import { button, make } from "./dom";
import { icon } from "./icons";
import { recordButton } from "./recorder";

interface Doors {
  give: (file: Blob, name: string) => void;
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
  private readonly message = make("p", { class: "problem", role: "alert", hidden: true });

  constructor(private readonly doors: Doors) {
    const record = recordButton(doors.give, doors.fail);
    this.card = make(
      "div",
      { class: "card" },
      make("h1", {}, "Drop a voice here"),
      make("p", { class: "hint" }, "A sound file, a video with sound, or a .ksd project. It stays on this computer."),
      make("div", { class: "buttons" }, button("Choose a file", () => this.choose(), { icon: "open", text: "Choose a file", kind: "primary" }), ...(record ? [record] : [])),
      this.message,
      this.recent,
    );
    this.work.append(make("h1", {}, "One moment"), this.bar, this.stage);
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

  progress(name: string, { stage, done }: Progress): void {
    this.problem("");
    this.host.hidden = false;
    this.card.hidden = true;
    this.work.hidden = false;
    this.work.querySelector("h1")!.textContent = name;
    this.stage.textContent = STAGES[stage] ?? stage;
    if (done > 0) this.bar.value = done;
    else this.bar.removeAttribute("value");
  }

  choose(): void {
    const input = make("input", { type: "file", accept: "audio/*,video/*,.ksd" });
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) this.doors.give(file, file.name);
    });
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

/** The veil that says where to let go while a file is dragged over the page. */
export function acceptDrops(give: (file: File) => void): HTMLElement {
  const veil = make("div", { class: "veil", hidden: true });
  veil.innerHTML = `${icon("logo")}<p>Drop a voice or a project</p>`;
  let depth = 0;
  const files = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => {
    if (files(event)) veil.hidden = ++depth === 0;
  });
  addEventListener("dragleave", (event) => {
    if (files(event)) veil.hidden = --depth <= 0;
  });
  addEventListener("dragover", (event) => {
    if (files(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (file) give(file);
  });
  return veil;
}
