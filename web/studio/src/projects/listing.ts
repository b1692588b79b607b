// The list of projects: what is found, in which order, and how far its queue is.

import type { ProjectSummary } from "../api";

export const ORDERS = { changed: "Last changed", name: "Name", duration: "Length", source: "List" } as const;
export type Order = keyof typeof ORDERS;

/** Text as it is searched: without accents, upper case, and marks between parts of names. */
const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[_\-.]+/g, " ");

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Projects in whose name or list every word of the search is, in an order. */
export function arranged(projects: Iterable<ProjectSummary>, search: string, order: Order): ProjectSummary[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  const found = [...projects].filter(({ name, source }) => {
    const text = plain(`${name} ${source ?? ""}`);
    return words.every((word) => text.includes(word));
  });
  const latest = (one: ProjectSummary, other: ProjectSummary) => other.changed - one.changed;
  const named = (one: ProjectSummary, other: ProjectSummary) => byName.compare(one.name, other.name);
  const orders: Record<Order, (one: ProjectSummary, other: ProjectSummary) => number> = {
    changed: latest,
    name: named,
    duration: (one, other) => other.duration - one.duration || named(one, other),
    // Those that came alone after all lists.
    source: (one, other) =>
      Number(one.source === null) - Number(other.source === null) || byName.compare(one.source ?? "", other.source ?? "") || named(one, other),
  };
  return found.sort(orders[order]);
}

export interface Tally {
  /** Whose first motion waits or is being made. */
  due: ProjectSummary[];
  failed: ProjectSummary[];
  cancelled: ProjectSummary[];
  ready: ProjectSummary[];
}

export function tally(projects: Iterable<ProjectSummary>): Tally {
  const result: Tally = { due: [], failed: [], cancelled: [], ready: [] };
  for (const project of projects) {
    const { state } = project;
    result[state === "waiting" || state === "working" ? "due" : state].push(project);
  }
  return result;
}

/** 4.2 s, 1:05. */
export function length(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
