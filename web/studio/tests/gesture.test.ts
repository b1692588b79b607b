import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { keepFocus, make, slider } from "../src/dom";
import { endGesture, gesturing } from "../src/gesture";
import { listenToKeys } from "../src/shortcuts";

let row: HTMLElement;
let done: number[];
const range = () => row.querySelector<HTMLInputElement>("[type=range]")!;
const typed = () => row.querySelector<HTMLInputElement>("[type=number]")!;
const key = (type: "keydown" | "keyup", name: string) =>
  range().dispatchEvent(new KeyboardEvent(type, { key: name, bubbles: true, cancelable: true }));

/** What a browser does for an arrow key on a slider. */
function arrow(): void {
  key("keydown", "ArrowRight");
  range().value = String(Number(range().value) + 0.5);
  for (const kind of ["input", "change"]) range().dispatchEvent(new Event(kind, { bubbles: true }));
}

beforeEach(() => {
  vi.useFakeTimers();
  done = [];
  row = slider({ label: "Yaw", least: -45, greatest: 45, step: 0.5, value: 0, unit: "°", digits: 1, done: (value) => done.push(value) });
  document.body.replaceChildren(row);
  range().focus();
});
afterEach(() => {
  endGesture();
  vi.useRealTimers();
});

describe("a slider", () => {
  it("makes one change of a key that is held, however long until it repeats", () => {
    arrow();
    vi.advanceTimersByTime(1000);
    for (let press = 1; press < 20; press++) arrow();
    expect(done).toEqual([]);
    expect(gesturing(document.body)).toBe(true);
    key("keyup", "ArrowRight");
    vi.advanceTimersByTime(1000);
    expect(done).toEqual([10]);
    expect(gesturing(document.body)).toBe(false);
  });

  it("makes one change of a key that is pressed again and again", () => {
    for (let press = 0; press < 20; press++) {
      arrow();
      key("keyup", "ArrowRight");
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(1000);
    expect(done).toEqual([10]);
  });

  it("makes its change before a shortcut runs, and before the focus is elsewhere", () => {
    const order: string[] = [];
    listenToKeys(() => [{ title: "", shortcuts: [{ keys: ["r"], about: "", run: () => order.push(`r after ${done.length}`) }] }]);
    arrow();
    key("keyup", "ArrowRight");
    key("keydown", "r");
    expect(order).toEqual(["r after 1"]);
    arrow();
    range().dispatchEvent(new Event("blur"));
    expect(done).toEqual([0.5, 1]);
  });

  it("changes at once when the pointer lets it go", () => {
    range().value = "7";
    range().dispatchEvent(new Event("input"));
    range().dispatchEvent(new Event("change"));
    expect(done).toEqual([7]);
  });

  it("takes a number that lies between its steps, and none beyond its ends", () => {
    typed().value = "12.3";
    for (const kind of ["input", "change"]) typed().dispatchEvent(new Event(kind));
    typed().value = "400";
    for (const kind of ["input", "change"]) typed().dispatchEvent(new Event(kind));
    expect(done).toEqual([12.3, 45]);
    expect(typed().value).toBe("45.0");
  });

  it("shows its number in the unit that people use", () => {
    row = slider({ label: "Head", least: 0, greatest: 2, step: 0.05, value: 1, unit: "%", scale: 100, digits: 0, done: (value) => done.push(value) });
    expect(typed().value).toBe("100");
    typed().value = "150";
    for (const kind of ["input", "change"]) typed().dispatchEvent(new Event(kind));
    expect(done).toEqual([1.5]);
  });
});

describe("the focus", () => {
  it("stays with the same of several controls that have one name", () => {
    const panel = make("div");
    const draw = () => panel.replaceChildren(...["Amplitude", "Smoothing"].map((title) => make("section", { title }, slider({ label: "Head", least: 0, greatest: 1, step: 0.1, value: 0, done: () => undefined }))));
    document.body.replaceChildren(panel);
    draw();
    panel.querySelectorAll<HTMLElement>("[type=range]")[1]!.focus();
    const restore = keepFocus(panel);
    draw();
    restore();
    expect(document.activeElement).toBe(panel.querySelectorAll("[type=range]")[1]);
    expect(document.activeElement?.closest("section")?.title).toBe("Smoothing");
  });
});
