// Making elements.

import { icon, type Icon } from "./icons";

type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with attributes (true gives an empty one, false and undefined none) and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

interface ButtonOptions {
  icon?: Icon;
  /** The visible text; without it the label is only spoken and shown on hover. */
  text?: string;
  /** Keys that do the same, shown on hover. */
  keys?: string;
  kind?: string;
}

export function button(label: string, press: () => void, options: ButtonOptions = {}): HTMLButtonElement {
  const title = options.keys ? `${label} (${options.keys})` : label;
  const made = make("button", { type: "button", class: options.kind ?? "plain", title });
  if (options.icon) made.insertAdjacentHTML("beforeend", icon(options.icon));
  if (options.text) made.append(options.text);
  if (options.text !== label) made.setAttribute("aria-label", label);
  made.addEventListener("click", (event) => {
    press();
    if (event.detail > 0) made.blur(); // pressed by pointer: the space bar goes on to play
  });
  return made;
}

export function setPressed(made: HTMLButtonElement, on: boolean): void {
  made.setAttribute("aria-pressed", String(on));
}

interface SliderOptions {
  label: string;
  least: number;
  greatest: number;
  step: number;
  value: number;
  /** How the value is shown, 2 digits by default. */
  show?: (value: number) => string;
  /** While it moves. */
  move?: (value: number) => void;
  /** When it is let go. */
  done: (value: number) => void;
  /** Where a double click brings it. */
  rest?: number;
}

/** A labelled slider with a number beside it; a double click on the label resets it. */
export function slider(options: SliderOptions): HTMLElement {
  const { label, least, greatest, step, show = (value) => value.toFixed(2) } = options;
  const shown = make("output", {}, show(options.value));
  const input = make("input", { type: "range", min: least, max: greatest, step, "aria-label": label });
  input.value = String(options.value);
  const paint = () => {
    // The bar goes from zero, where there is one, to the value.
    const ends = [Math.max(least, Math.min(0, greatest)), Number(input.value)].sort((one, other) => one - other);
    ends.forEach((end, index) => {
      const part = (end - least) / (greatest - least);
      // The middle of the knob, whose width is 13 px, never comes to the ends.
      input.style.setProperty(index ? "--to" : "--from", part > 0 ? `calc(6.5px + ${part} * (100% - 13px))` : "0px");
    });
    shown.textContent = show(Number(input.value));
  };
  input.addEventListener("input", () => {
    paint();
    options.move?.(Number(input.value));
  });
  input.addEventListener("change", () => options.done(Number(input.value)));
  input.addEventListener("pointerup", () => input.blur()); // arrow keys go on to step through frames
  paint();
  const name = make("span", { class: "name" }, label);
  if (options.rest !== undefined) {
    const { rest } = options;
    name.title = "Double-click to reset";
    name.addEventListener("dblclick", () => {
      input.value = String(rest);
      paint();
      options.done(rest);
    });
  }
  return make("label", { class: "slider" }, name, input, shown);
}

interface NumberOptions {
  label: string;
  value: number | null;
  least?: number;
  greatest?: number;
  step?: number | "any";
  placeholder?: string;
  unit?: string;
  done: (value: number) => void;
}

export function number(options: NumberOptions): HTMLElement {
  const input = make("input", {
    type: "number",
    min: options.least,
    max: options.greatest,
    step: options.step ?? 1,
    placeholder: options.placeholder,
    "aria-label": options.label,
  });
  if (options.value !== null) input.value = String(options.value);
  input.addEventListener("change", () => {
    if (input.value !== "" && input.checkValidity()) options.done(Number(input.value));
    else input.reportValidity();
  });
  const field = make("span", { class: "field" }, input);
  if (options.unit) field.append(make("small", {}, options.unit));
  return make("label", { class: "number" }, make("span", { class: "name" }, options.label), field);
}

export function checkbox(label: string, on: boolean, change: (on: boolean) => void): HTMLElement {
  const input = make("input", { type: "checkbox" });
  input.checked = on;
  input.addEventListener("change", () => change(input.checked));
  input.addEventListener("click", (event) => event.detail > 0 && input.blur());
  return make("label", { class: "check" }, input, label);
}

export function group(title: string, ...children: (Node | string)[]): HTMLElement {
  return make("section", { class: "group" }, make("h3", {}, title), ...children);
}
