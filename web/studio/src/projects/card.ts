// One project in the list.

import type { ProjectSummary } from "../api";
import { button, make } from "../dom";
import { icon } from "../icons";
import { length } from "./listing";

export interface CardDoors {
  open: (id: string) => void;
  remove: (project: ProjectSummary) => void;
  cancel: (id: string) => void;
  retry: (id: string) => void;
  /** What a stage is called. */
  stage: (name: string) => string;
}

export class Card {
  readonly host = make("li", { class: "project-card" });
  private readonly picture = make("span", { class: "portrait" });
  private readonly name = make("b", {});
  private readonly about = make("small", {});
  private readonly bar = make("progress", { max: 1, hidden: true, "aria-label": "Progress" });
  private readonly open: HTMLButtonElement;
  private readonly tools = make("span", { class: "tools" });
  private shown = "";
  private pictured = -1;

  constructor(
    private project: ProjectSummary,
    private readonly doors: CardDoors,
  ) {
    this.picture.innerHTML = icon("logo");
    this.open = make("button", { type: "button", class: "project" }, this.picture, make("span", { class: "text" }, this.name, this.about, this.bar));
    this.open.addEventListener("click", () => doors.open(this.project.id));
    this.host.append(this.open, this.tools);
    this.update(project);
  }

  update(project: ProjectSummary): void {
    this.project = project;
    const { name, state, progress, failure, duration, changed, source } = project;
    this.host.dataset.state = state;
    this.name.textContent = name;
    this.name.title = name;
    const when = new Date(changed * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    this.about.textContent = {
      ready: [length(duration), when, source].filter(Boolean).join(" · "),
      waiting: "Waiting for its turn",
      working: progress ? `${this.doors.stage(progress.stage)}…` : "Working…",
      failed: failure ?? "It failed",
      cancelled: "Cancelled",
    }[state];
    this.about.title = this.about.textContent;
    this.open.disabled = state === "failed" || state === "cancelled";
    this.bar.hidden = state !== "working";
    if (progress && progress.done > 0) this.bar.value = progress.done;
    else this.bar.removeAttribute("value");
    const key = `${state} ${name}`;
    if (key === this.shown) return;
    this.shown = key;
    const tools = [button(`Delete ${name}`, () => this.doors.remove(this.project), { icon: "trash" })];
    if (state === "waiting" || state === "working") tools.unshift(button(`Cancel ${name}`, () => this.doors.cancel(this.project.id), { icon: "close" }));
    if (state === "failed" || state === "cancelled") tools.unshift(button(`Try ${name} again`, () => this.doors.retry(this.project.id), { icon: "again" }));
    this.tools.replaceChildren(...tools);
  }

  /** Shows the picture, if there is a newer one than is shown. */
  async draw(picture: (id: string, changed: number) => Promise<string | undefined>): Promise<void> {
    const { id, changed, state } = this.project;
    if (state !== "ready" || this.pictured === changed) return;
    this.pictured = changed;
    const address = await picture(id, changed).catch(() => undefined);
    if (address) this.picture.replaceChildren(make("img", { src: address, alt: "", width: 72, height: 72 }));
  }
}
