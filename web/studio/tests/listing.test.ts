// The list of projects: searched, in order, counted.

import { describe, expect, it } from "vitest";

import type { ProjectSummary } from "../src/api";
import { arranged, length, tally } from "../src/projects/listing";

const project = (name: string, more: Partial<ProjectSummary> = {}): ProjectSummary => ({
  id: name, name, duration: 1, changed: 0, reference: null, avatar: null, source: null, state: "ready", failure: null,
  progress: null, ...more,
});
const names = (projects: ProjectSummary[]) => projects.map(({ name }) => name);

describe("arranged", () => {
  const projects = [
    project("anna_10", { changed: 3, duration: 2, source: "scene 2.csv" }),
    project("anna_9", { changed: 1, duration: 4, source: "scene 2.csv" }),
    project("Zoë", { changed: 2, duration: 3 }),
    project("bob_1", { changed: 4, duration: 1, source: "scene 1.csv" }),
  ];

  it("finds every word, in names and lists, without accents", () => {
    expect(names(arranged(projects, "ANNA 9", "name"))).toEqual(["anna_9"]);
    expect(names(arranged(projects, "zoe", "name"))).toEqual(["Zoë"]);
    expect(names(arranged(projects, "scene anna", "name"))).toEqual(["anna_9", "anna_10"]);
    expect(arranged(projects, "nobody", "name")).toEqual([]);
    expect(arranged(projects, " ", "name")).toHaveLength(4);
  });

  it("counts in names", () => {
    expect(names(arranged(projects, "", "name"))).toEqual(["anna_9", "anna_10", "bob_1", "Zoë"]);
  });

  it("has the latest, the longest and lists first", () => {
    expect(names(arranged(projects, "", "changed"))).toEqual(["bob_1", "anna_10", "Zoë", "anna_9"]);
    expect(names(arranged(projects, "", "duration"))).toEqual(["anna_9", "Zoë", "anna_10", "bob_1"]);
    expect(names(arranged(projects, "", "source"))).toEqual(["bob_1", "anna_9", "anna_10", "Zoë"]);
  });
});

it("counts what waits and what came of it", () => {
  const states = ["waiting", "working", "ready", "failed", "cancelled", "waiting"] as const;
  const counted = tally(states.map((state, number) => project(String(number), { state })));
  expect(names(counted.due)).toEqual(["0", "1", "5"]);
  expect(names(counted.ready)).toEqual(["2"]);
  expect(names(counted.failed)).toEqual(["3"]);
  expect(names(counted.cancelled)).toEqual(["4"]);
});

it("writes lengths", () => {
  expect([length(4.23), length(59.96), length(61), length(725.6)]).toEqual(["4.2 s", "60.0 s", "1:01", "12:06"]);
});
