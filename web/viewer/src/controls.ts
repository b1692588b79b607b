import { icon, type Icon } from "./icons";

export function element(tag: string, name = ""): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  return made;
}

export function button(name: Icon, label: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.innerHTML = icon(name);
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
}

export function toggle(name: Icon, label: string, on: boolean, change: (on: boolean) => void): HTMLButtonElement {
  const made = button(name, label, () => {
    const pressed = made.getAttribute("aria-pressed") !== "true";
    made.setAttribute("aria-pressed", String(pressed));
    change(pressed);
  });
  made.setAttribute("aria-pressed", String(on));
  return made;
}

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

export function speedChooser(change: (speed: number) => void): HTMLSelectElement {
  const chooser = element("select", "speed") as HTMLSelectElement;
  chooser.setAttribute("aria-label", "Speed");
  for (const value of SPEEDS) chooser.append(new Option(`${value}×`, String(value), value === 1, value === 1));
  chooser.addEventListener("change", () => {
    change(Number(chooser.value));
    chooser.blur();
  });
  return chooser;
}

/** Lets the button say what pressing it would do now. */
export function showPlaying(play: HTMLButtonElement, playing: boolean): void {
  play.innerHTML = icon(playing ? "pause" : "play");
  const label = playing ? "Pause (space)" : "Play (space)";
  play.setAttribute("aria-label", label);
  play.title = label;
}
