import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { listenToKeys, written } from "../src/shortcuts";

const undo = vi.fn();
const play = vi.fn();
const help = vi.fn();
const press = (key: string, options: KeyboardEventInit = {}, target: EventTarget = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));

beforeAll(() =>
  listenToKeys(() => [
    {
      title: "all",
      shortcuts: [
        { keys: ["Mod+z"], about: "undo", run: undo },
        { keys: [" "], about: "play", run: play },
        { keys: ["?"], about: "help", run: help },
      ],
    },
  ]),
);
beforeEach(() => {
  vi.clearAllMocks();
  document.body.replaceChildren();
});

describe("shortcuts", () => {
  it("are written as people read them", () => {
    expect(written("Mod+z")).toBe("Ctrl+Z");
    expect(written("Shift+ArrowLeft")).toBe("Shift+←");
    expect(written(" ")).toBe("Space");
  });

  it("run once, and only with their modifiers", () => {
    press("z");
    expect(undo).not.toHaveBeenCalled();
    press("z", { ctrlKey: true });
    expect(undo).toHaveBeenCalledOnce();
    press("?", { shiftKey: true }); // Shift is part of writing the sign
    expect(help).toHaveBeenCalledOnce();
  });

  it("leave keys to who types, and to a focused button", () => {
    for (const name of ["input", "textarea", "button"] as const) {
      const field = document.createElement(name);
      document.body.append(field);
      press(" ", {}, field);
    }
    expect(play).not.toHaveBeenCalled();
    press(" ");
    expect(play).toHaveBeenCalledOnce();
  });

  it("wait while a dialog is open", () => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("open", "");
    document.body.append(dialog);
    press(" ");
    expect(play).not.toHaveBeenCalled();
  });
});
