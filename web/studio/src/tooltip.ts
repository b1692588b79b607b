// What a control does and which keys do the same, shown beside it.

import { make } from "./dom";

const DELAY = 450; // ms for which the pointer rests

/** Shows titles as tooltips of the page, with keys set apart; also for who comes by the tab key. */
export function showTooltips(): void {
  const tip = make("div", { class: "tip", role: "tooltip", popover: "manual" });
  document.body.append(tip);
  let host: HTMLElement | undefined;
  let timer = 0;

  const hide = () => {
    clearTimeout(timer);
    if (host) {
      // Unless it has got another title meanwhile.
      if (!host.title) host.title = host.dataset.tip ?? "";
      delete host.dataset.tip;
    }
    host = undefined;
    if (tip.matches(":popover-open")) tip.hidePopover();
  };
  const show = (element: HTMLElement) => {
    const { keys } = element.dataset;
    const text = keys ? element.title.replace(` (${keys})`, "") : element.title;
    element.dataset.tip = element.title;
    element.title = ""; // the browser shows none of its own
    tip.replaceChildren(text, ...(keys ? [" ", make("kbd", {}, keys)] : []));
    tip.showPopover();
    const of = element.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const below = of.bottom + 6 + height < innerHeight;
    tip.style.left = `${Math.max(6, Math.min(of.left + of.width / 2 - width / 2, innerWidth - width - 6))}px`;
    tip.style.top = `${below ? of.bottom + 6 : of.top - height - 6}px`;
  };
  const begin = (element: HTMLElement, delay: number) => {
    if (element === host) return;
    hide();
    host = element;
    timer = window.setTimeout(() => element.isConnected && show(element), delay);
  };

  addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch" || !(target instanceof Element)) return;
    const titled = target.closest<HTMLElement>("[title]:not([title=''])");
    if (titled) begin(titled, DELAY);
    else if (!host?.contains(target)) hide();
  });
  addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.title && target.matches(":focus-visible")) begin(target, 0);
    else hide();
  });
  for (const kind of ["pointerdown", "keydown", "wheel", "blur"] as const) addEventListener(kind, hide, { passive: true });
}
