import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { button } from "../src/dom";
import { showTooltips } from "../src/tooltip";

let open = false;
beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
  // What the simulated browser lacks.
  HTMLElement.prototype.showPopover = () => void (open = true);
  HTMLElement.prototype.hidePopover = () => void (open = false);
  const matches = Element.prototype.matches;
  vi.spyOn(Element.prototype, "matches").mockImplementation(function (this: Element, selector: string) {
    return selector === ":popover-open" ? open : matches.call(this, selector);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("tooltips", () => {
  it("say what a control does, and its keys apart; the title is back when they are gone", () => {
    showTooltips();
    const play = button("Play", () => undefined, { icon: "play", keys: "Space" });
    document.body.append(play);
    play.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
    expect(open).toBe(false);
    vi.advanceTimersByTime(500);
    expect(open).toBe(true);
    const tip = document.querySelector("[role=tooltip]")!;
    expect(tip.textContent).toBe("Play Space");
    expect(tip.querySelector("kbd")?.textContent).toBe("Space");
    expect(play.title).toBe("");
    document.body.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
    expect(open).toBe(false);
    expect(play.title).toBe("Play (Space)");
  });
});
