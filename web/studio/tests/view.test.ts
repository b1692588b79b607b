import { describe, expect, it } from "vitest";

import { View } from "../src/timeline/view";

function view(duration = 60, width = 600): View {
  const made = new View(() => duration);
  made.resize(width);
  made.show(0, duration);
  return made;
}

describe("the timeline's view", () => {
  it("turns seconds to pixels and back", () => {
    const made = view();
    for (const time of [0, 1.25, 30, 60]) expect(made.time(made.x(time))).toBeCloseTo(time, 9);
  });

  it("never gives a time outside the sound", () => {
    const made = view(10);
    expect(made.time(-1e6)).toBe(0);
    expect(made.time(1e6)).toBe(10);
  });

  it("shows what was asked for before the page was laid out", () => {
    const made = new View(() => 60);
    made.show(0, 60);
    made.resize(600);
    expect(made.x(0)).toBeGreaterThan(0);
    expect(made.x(60)).toBeLessThan(600);
    made.zoom(4, 300);
    const { start, end } = made;
    made.resize(0); // hidden for a while
    made.resize(600);
    expect([made.start, made.end]).toEqual([start, end]);
  });

  it("zooms about the pointer", () => {
    const made = view();
    made.zoom(4, 300);
    const at = made.time(300);
    made.zoom(2, 300);
    expect(made.time(300)).toBeCloseTo(at, 9);
    expect(made.scale).toBeGreaterThan(60);
  });

  it("zooms out no further than to all of it, and in no closer than 1500 pixels a second", () => {
    const made = view();
    made.zoom(1e-9, 300);
    expect(made.x(60) - made.x(0)).toBeGreaterThan(0.9 * 600);
    made.zoom(1e9, 300);
    expect(made.scale).toBe(1500);
  });

  it("keeps what is seen when the window is resized", () => {
    const made = view();
    made.show(10, 20);
    const { start, end } = made;
    made.resize(1200);
    expect(made.start).toBeCloseTo(start, 9);
    expect(made.end).toBeCloseTo(end, 9);
  });

  it("scrolls to a time only where it is not seen", () => {
    const made = view();
    made.show(10, 20);
    expect(made.reveal(15)).toBe(false);
    expect(made.reveal(40)).toBe(true);
    expect(made.x(40)).toBeGreaterThanOrEqual(0);
    expect(made.x(40)).toBeLessThanOrEqual(600);
  });
});
