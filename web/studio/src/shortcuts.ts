// Every key of the studio, in one list: what is pressed, what the help sheet says, what happens.

import { endGesture } from "./gesture";

export interface Shortcut {
  /** As `event.key` has it; a leading "Mod+" is Ctrl, or ⌘ on a Mac. */
  keys: string[];
  /** How the keys are written; by default those above. */
  shown?: string;
  /** Empty for one that the help sheet names together with another. */
  about: string;
  run: () => void;
}

export interface ShortcutGroup {
  title: string;
  shortcuts: Shortcut[];
}

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

const NAMES: Record<string, string> = {
  " ": "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** Keys as people read them. */
export function written(keys: string): string {
  return keys
    .split("+")
    .map((key) => (key === "Mod" ? (MAC ? "⌘" : "Ctrl") : (NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))))
    .join(MAC ? " " : "+");
}

function pressed(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const parts = [];
  if (MAC ? event.metaKey : event.ctrlKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  // For signs such as ? and + the shift key is part of writing them.
  if (event.shiftKey && (key.length > 1 || /[a-z ]/.test(key))) parts.push("Shift");
  return [...parts, key].join("+");
}

/** Answers keys until the page closes; where somebody types, only those with Mod. */
export function listenToKeys(groups: () => ShortcutGroup[]): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const { target } = event;
    const typing =
      target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && !["range", "checkbox", "radio"].includes(target.type));
    const name = pressed(event);
    if (typing && !/^Mod\+[seo]$/.test(name)) return;
    const own = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    // Arrows, Home and End move a focused slider, list or tab; the space bar presses a focused button.
    if (own && /^(Shift\+)?(Arrow.*|Home|End|Page.*| )$/.test(name)) return;
    if (target instanceof HTMLElement && target.getAttribute("role") === "tab" && /^Arrow(Left|Right)$/.test(name)) return;
    if (target instanceof HTMLButtonElement && (name === " " || name === "Enter")) return;
    const found = groups()
      .flatMap(({ shortcuts }) => shortcuts)
      .find(({ keys }) => keys.includes(name));
    if (!found) return;
    event.preventDefault();
    endGesture();
    found.run();
  });
}
