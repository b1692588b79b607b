// All projects: search, order, what waits, and a card for each, made as they are scrolled to.

import { api, listenToAll, type ExportAllAnswer, type ProjectSummary } from "../api";
import { button, make } from "../dom";
import { Card, type CardDoors } from "./card";
import { arranged, ORDERS, tally, type Order } from "./listing";
import type { Portraits } from "./portraits";

const PAGE = 60; // cards that are made at once

interface ListDoors {
  open: (id: string) => void;
  fail: (error: unknown) => void;
  stage: (name: string) => string;
  exportAll: (projects: ProjectSummary[]) => void;
  exporting: (answer: ExportAllAnswer) => void;
}

export class ProjectList {
  readonly host = make("section", { class: "projects", "aria-label": "Projects", hidden: true });
  private readonly projects = new Map<string, ProjectSummary>();
  private readonly cards = new Map<string, Card>();
  private readonly search = make("input", { type: "search", placeholder: "Search", "aria-label": "Search projects", spellcheck: false });
  private readonly order = make("select", { "aria-label": "Order" });
  private readonly title = make("h2", {});
  private readonly exports: HTMLButtonElement;
  private readonly queue = make("div", { class: "queue", role: "status", hidden: true });
  private readonly grid = make("ul", { class: "grid" });
  private readonly more = make("div", { class: "more" });
  private readonly nothing = make("p", { class: "hint", hidden: true }, "No project has this in its name.");
  private readonly doors: CardDoors;
  private readonly visible: IntersectionObserver;
  private shown = PAGE;
  private events: EventSource | undefined;
  private drawing = 0;
  /** For each answer that is on its way, the projects that the stream has told of since. */
  private readonly loading = new Set<Set<string>>();
  /** Projects that the queue began with, since it was last empty. */
  private queued = new Set<string>();

  constructor(
    private readonly portraits: Portraits,
    private readonly outside: ListDoors,
  ) {
    this.doors = {
      open: outside.open,
      remove: (project) => void this.remove(project),
      cancel: (id) => void api.cancel(id).catch(outside.fail),
      retry: (id) => void api.retry(id).catch(outside.fail),
      stage: outside.stage,
    };
    for (const [value, text] of Object.entries(ORDERS)) this.order.append(new Option(text, value));
    this.order.value = localStorage.getItem("ksdiff.order") ?? "changed";
    if (!this.order.value) this.order.value = "changed";
    this.order.addEventListener("change", () => {
      localStorage.setItem("ksdiff.order", this.order.value);
      this.arrange();
    });
    this.search.addEventListener("input", () => {
      this.shown = PAGE;
      this.arrange();
    });
    this.exports = button("Export all of these", () => outside.exportAll(this.found().filter(({ state }) => state === "ready")), { icon: "save", text: "Export all", kind: "outline" });
    const bar = make("div", { class: "bar" }, this.title, make("span", { class: "space" }), this.search, this.order, this.exports);
    this.host.append(bar, this.queue, this.grid, this.nothing, this.more);
    this.visible = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        if (target === this.more) this.showMore();
        else for (const card of this.cards.values()) if (card.host === target) void this.draw(card);
      }
    }, { rootMargin: "300px" });
    this.visible.observe(this.more);
  }

  /** Whether there is anything to list. */
  get empty(): boolean {
    return this.projects.size === 0;
  }

  /** Asks for all projects, and follows what happens to them. */
  async start(): Promise<void> {
    this.stop();
    this.events = listenToAll({
      project: (project) => this.update(project),
      removed: (id) => this.forget(id),
      exporting: (answer) => this.outside.exporting(answer),
      opened: () => void this.load().catch(this.outside.fail),
    });
    await this.load();
  }

  stop(): void {
    this.events?.close();
    this.events = undefined;
  }

  private async load(): Promise<void> {
    const told = new Set<string>(); // of these the stream knows more than an answer that was on its way
    this.loading.add(told);
    try {
      const listed = await api.recent();
      const ids = new Set(listed.map(({ id }) => id));
      for (const id of this.projects.keys()) if (!ids.has(id) && !told.has(id)) this.projects.delete(id);
      for (const project of listed) {
        if (told.has(project.id)) continue;
        this.show(project);
      }
    } finally {
      this.loading.delete(told);
    }
    this.arrange();
  }

  private update(project: ProjectSummary): void {
    for (const told of this.loading) told.add(project.id);
    const before = this.projects.get(project.id);
    const moved = !before || before.name !== project.name || before.changed !== project.changed;
    if (moved) this.later();
    this.show(project);
    this.tell();
  }

  /** Takes over how a project is, on its card where there is one. */
  private show(project: ProjectSummary): void {
    this.projects.set(project.id, project);
    const card = this.cards.get(project.id);
    card?.update(project);
    if (card && project.state === "ready") this.watch(card);
  }

  private forget(id: string): void {
    for (const told of this.loading) told.add(id);
    this.projects.delete(id);
    this.queued.delete(id);
    this.arrange();
  }

  /** Arranges once for all that happens in this picture. */
  private later(): void {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.arrange();
    });
  }

  private found(): ProjectSummary[] {
    return arranged(this.projects.values(), this.search.value, this.order.value as Order);
  }

  private arrange(): void {
    const found = this.found();
    const wanted = found.slice(0, this.shown);
    const ids = new Set(wanted.map(({ id }) => id));
    for (const [id, card] of this.cards) {
      if (ids.has(id)) continue;
      this.visible.unobserve(card.host);
      card.host.remove();
      this.cards.delete(id);
    }
    wanted.forEach((project, place) => {
      let card = this.cards.get(project.id);
      if (card) card.update(project);
      else {
        card = new Card(project, this.doors);
        this.cards.set(project.id, card);
        this.visible.observe(card.host);
      }
      if (this.grid.children[place] !== card.host) this.grid.insertBefore(card.host, this.grid.children[place] ?? null);
    });
    this.host.hidden = this.empty;
    this.nothing.hidden = this.empty || found.length > 0;
    this.more.hidden = found.length <= this.shown;
    const all = this.projects.size;
    this.title.textContent = found.length === all ? `${all} ${all === 1 ? "project" : "projects"}` : `${found.length} of ${all} projects`;
    this.exports.disabled = !found.some(({ state }) => state === "ready");
    this.tell();
  }

  /** What waits, and what came of it. */
  private tell(): void {
    const { due, failed, cancelled } = tally(this.projects.values());
    if (due.length === 0) this.queued.clear();
    for (const { id } of due) this.queued.add(id);
    this.exports.disabled = tally(this.found()).ready.length === 0;
    this.queue.hidden = due.length === 0 && failed.length + cancelled.length === 0;
    if (this.queue.hidden) return;
    const bar = make("progress", { max: Math.max(1, this.queued.size), "aria-label": "Queue" });
    bar.value = this.queued.size - due.length + Math.max(0, ...due.map(({ progress }) => progress?.done ?? 0)) * 0.9;
    const text = due.length > 0 ? `${this.queued.size - due.length} of ${this.queued.size} done` : "";
    const aside = [failed.length > 0 ? `${failed.length} failed` : "", cancelled.length > 0 ? `${cancelled.length} cancelled` : ""];
    const parts: (Node | string)[] = [make("span", {}, [text, ...aside].filter(Boolean).join(", "))];
    if (due.length > 0) {
      parts.push(bar, button("Cancel all that waits", () => void this.each(due, api.cancel), { text: "Cancel all", kind: "outline" }));
    }
    const again = [...failed, ...cancelled];
    if (again.length > 0) parts.push(button("Try what failed again", () => void this.each(again, api.retry), { text: "Try again", icon: "again", kind: "outline" }));
    const focused = this.queue.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
    this.queue.replaceChildren(...parts);
    if (focused) this.queue.querySelector<HTMLElement>(`[aria-label="${focused}"]`)?.focus();
  }

  private async each(projects: ProjectSummary[], act: (id: string) => Promise<unknown>): Promise<void> {
    // From the end, so that nothing begins that is to be cancelled next.
    for (const { id } of [...projects].reverse()) await act(id).catch(this.outside.fail);
  }

  private showMore(): void {
    if (this.more.hidden || this.host.hidden) return;
    this.shown += PAGE;
    this.arrange();
  }

  private watch(card: Card): void {
    this.visible.unobserve(card.host);
    this.visible.observe(card.host); // tells at once whether it is in view
  }

  private async draw(card: Card): Promise<void> {
    await card.draw((id, changed) => this.portraits.of(id, changed));
  }

  private async remove({ id, name }: ProjectSummary): Promise<void> {
    if (!confirm(`Delete “${name}” from this computer? This cannot be undone.`)) return;
    try {
      await api.remove(id);
      this.forget(id);
    } catch (error) {
      this.outside.fail(error);
    }
  }
}
