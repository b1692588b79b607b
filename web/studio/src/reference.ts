// The reference video beside the head: it fills its pane, and can be brought nearer.

import { button, make, setPressed } from "./dom";

const NEAREST = 8; // times

/** How the video lies in its pane: moved by pixels, then enlarged about the middle. */
export interface Placement {
  x: number;
  y: number;
  scale: number;
}

export const WHOLE: Placement = { x: 0, y: 0, scale: 1 };

/** Enlarges about a point, in pixels from the middle of the pane, and keeps the pane covered. */
export function zoomed(now: Placement, factor: number, at: { x: number; y: number }, size: { width: number; height: number }): Placement {
  const scale = Math.min(Math.max(now.scale * factor, 1), NEAREST);
  const part = scale / now.scale;
  return panned({ x: at.x - (at.x - now.x) * part, y: at.y - (at.y - now.y) * part, scale }, 0, 0, size);
}

/** Moves by pixels, and keeps the pane covered. */
export function panned(now: Placement, across: number, down: number, { width, height }: { width: number; height: number }): Placement {
  const within = (value: number, side: number) => {
    const most = ((now.scale - 1) * side) / 2;
    return Math.min(Math.max(value, -most), most) + 0; // no minus zero
  };
  return { x: within(now.x + across, width), y: within(now.y + down, height), scale: now.scale };
}

export class Reference {
  readonly host: HTMLElement;
  private placement = WHOLE;
  private readonly fill = button("Fill the pane with the video", () => this.setFill(!this.fills), { text: "Fill", kind: "outline" });
  private fills = localStorage.getItem("ksdiff.fill") !== "false";

  constructor(private readonly video: HTMLVideoElement) {
    const tools = make(
      "div",
      { class: "buttons", role: "toolbar", "aria-label": "Reference video" },
      this.fill,
      button("Farther from the video", () => this.zoom(1 / 1.5), { icon: "minus" }),
      button("Nearer to the video", () => this.zoom(1.5), { icon: "plus" }),
    );
    this.host = make("div", { class: "reference", hidden: true }, video, tools);
    this.host.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { left, top, width, height } = this.host.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY * 0.002), { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 });
    }, { passive: false });
    video.addEventListener("pointerdown", ({ pointerId }) => video.setPointerCapture(pointerId));
    video.addEventListener("pointermove", ({ pointerId, movementX, movementY }) => {
      if (video.hasPointerCapture(pointerId)) this.place(panned(this.placement, movementX, movementY, this.size));
    });
    video.addEventListener("dblclick", () => this.place(WHOLE));
    this.setFill(this.fills);
  }

  private get size(): { width: number; height: number } {
    return { width: this.host.clientWidth, height: this.host.clientHeight };
  }

  private setFill(on: boolean): void {
    this.fills = on;
    localStorage.setItem("ksdiff.fill", String(on));
    this.host.classList.toggle("fills", on);
    setPressed(this.fill, on);
    this.place(WHOLE);
  }

  private zoom(factor: number, at = { x: 0, y: 0 }): void {
    this.place(zoomed(this.placement, factor, at, this.size));
  }

  private place(placement: Placement): void {
    this.placement = placement;
    this.video.style.transform = `translate(${placement.x}px, ${placement.y}px) scale(${placement.scale})`;
  }
}
