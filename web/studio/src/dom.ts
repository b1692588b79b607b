// Making elements.

import { changeByGesture } from "./gesture";
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
  const made = make("button", { type: "button", class: options.kind ?? "plain", title, "data-keys": options.keys });
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
  /** What the number beside it is in, such as ° or %. */
  unit?: string;
  /** The number beside it for a value of 1. */
  scale?: number;
  /** Of the number beside it, after the point. */
  digits?: number;
  /** While it moves. */
  move?: (value: number) => void;
  /** When it is let go, or a number is typed. */
  done: (value: number) => void;
  /** Where a double click brings it. */
  rest?: number;
}

/** A labelled slider, and a field for its number; a double click on the label resets it. */
export function slider(options: SliderOptions): HTMLElement {
  const { label, least, greatest, step, scale = 1, digits = 2 } = options;
  const input = make("input", { type: "range", min: least, max: greatest, step, "aria-label": label });
  const typed = make("input", {
    type: "number",
    min: least * scale,
    max: greatest * scale,
    step: Number((step * scale).toFixed(6)),
    "aria-label": label,
  });
  const paint = () => {
    // The bar goes from zero, where there is one, to the value.
    const ends = [Math.max(least, Math.min(0, greatest)), Number(input.value)].sort((one, other) => one - other);
    ends.forEach((end, index) => {
      const part = (end - least) / (greatest - least);
      // The middle of the knob, whose width is 13 px, never comes to the ends.
      input.style.setProperty(index ? "--to" : "--from", part > 0 ? `calc(6.5px + ${part} * (100% - 13px))` : "0px");
    });
  };
  /** The value, which may lie between the slider's steps. */
  let value = options.value;
  const set = (wanted: number) => {
    value = Math.min(Math.max(wanted, least), greatest);
    input.value = String(value);
    paint();
  };
  const write = () => (typed.value = (value * scale).toFixed(digits));
  set(value);
  write();
  input.addEventListener("input", () => {
    value = Number(input.value);
    paint();
    write();
    options.move?.(value);
  });
  changeByGesture(input, () => options.done(value));
  input.addEventListener("pointerup", () => input.blur()); // arrow keys go on to step through frames
  typed.addEventListener("input", () => {
    if (typed.value === "") return;
    set(Number(typed.value) / scale);
    options.move?.(value);
  });
  changeByGesture(typed, () => {
    write();
    options.done(value);
  });
  leaveByEnter(typed);
  const name = make("span", { class: "name", title: label }, label);
  if (options.rest !== undefined) {
    const { rest } = options;
    name.title = `${label}: double-click to reset`;
    name.addEventListener("dblclick", () => {
      set(rest);
      write();
      options.done(value);
    });
  }
  const field = make("span", { class: "field" }, typed, ...(options.unit ? [make("small", {}, options.unit)] : []));
  return make("div", { class: "slider" }, name, input, field);
}

/** Enter takes what is typed, and lets keys mean the timeline again. */
function leaveByEnter(input: HTMLInputElement): void {
  input.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") input.blur();
  });
}

interface Choice {
  name: string;
  on: boolean;
  choose: () => void;
}

/** A menu beside the control that opened it; Escape or a click elsewhere closes it. */
export function openMenu(title: string, by: HTMLElement, choices: readonly Choice[]): void {
  const menu = make("div", { class: "menu", role: "menu", "aria-label": title, popover: "auto" });
  const items = choices.map(({ name, on, choose }) => {
    const item = make("button", { type: "button", role: "menuitemradio", "aria-checked": String(on) }, name);
    item.addEventListener("click", () => {
      menu.hidePopover();
      choose();
    });
    return item;
  });
  menu.append(...items);
  menu.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    event.stopPropagation(); // arrows and letters mean the menu while it is open
    if (by === undefined) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    items[(at + by + items.length) % items.length]?.focus();
  });
  menu.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState === "closed") menu.remove();
  });
  document.body.append(menu);
  const { right, top } = by.getBoundingClientRect();
  menu.style.left = `${right + 6}px`;
  menu.style.top = `${top}px`;
  menu.showPopover();
  (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
}

interface NumberOptions {
  label: string;
  value: number | null;
  least?: number;
  greatest?: number;
  step?: number | "any";
  placeholder?: string;
  unit?: string;
  /** When the field is emptied; without it that is refused. */
  empty?: () => void;
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
  changeByGesture(input, () => {
    if (input.value === "" && input.validity.valid && options.empty) options.empty();
    else if (input.value !== "" && input.checkValidity()) options.done(Number(input.value));
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
  return make("section", { class: "group", role: "group", "aria-label": title }, make("h3", {}, title), ...children);
}

const CONTROLS = "button, input, select, summary, textarea, [tabindex]";

/**
 * Where the focus is within an element whose content is to be made anew; the answer puts it back.
 *
 * Controls of different groups may have the same label: the one at the same place among them is meant.
 */
export function keepFocus(host: HTMLElement): () => void {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !host.contains(focused)) return () => undefined;
  const wanted = kind(focused);
  const alike = () => [...host.querySelectorAll<HTMLElement>(CONTROLS)].filter((control) => kind(control) === wanted);
  const place = alike().indexOf(focused);
  const typing = focused instanceof HTMLInputElement && focused.type === "search" ? focused.selectionStart : null;
  return () => {
    const found = alike();
    const control = found[Math.min(place, found.length - 1)];
    control?.focus();
    if (typing !== null && control instanceof HTMLInputElement) control.setSelectionRange(typing, typing);
  };
}

function kind(control: HTMLElement): string {
  const { tagName, textContent } = control;
  return [tagName, control.getAttribute("type"), control.getAttribute("aria-label") ?? textContent].join(" ");
}
