// Small pictures of heads: drawn by one hidden stage, one after the other, each once.

import { api } from "../api";
import type { Pose } from "../motion";
import { PosedStage } from "../viewport";

const SIZE = 176; // px
const KEPT = 400; // pictures
const ZOOM = 1.45;
const UP = 0.012; // m

/** A stage whose picture is the face alone. */
class PortraitStage extends PosedStage {
  override resetView(): void {
    super.resetView();
    this.camera.zoom = ZOOM;
    this.camera.updateProjectionMatrix();
    this.controls.target.y += UP;
    this.camera.position.y += UP;
  }
}

export class Portraits {
  private readonly drawn = new Map<string, string>();
  private stage: Promise<PortraitStage> | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly channels: readonly string[]) {}

  /** The picture of a project as it was last changed, as an address; undefined where there is none. */
  async of(id: string, changed: number): Promise<string | undefined> {
    const key = `${id} ${changed}`;
    const known = this.drawn.get(key);
    if (known) return known;
    const values = await api.thumbnail(id);
    const pose = { expression: values.slice(0, this.channels.length), head: values.slice(this.channels.length) };
    const address = await this.draw(pose);
    this.drawn.set(key, address);
    for (const old of this.drawn.keys()) {
      if (this.drawn.size <= KEPT) break;
      this.drawn.delete(old);
    }
    return address;
  }

  /** One pose as a picture. */
  draw(pose: Pose): Promise<string> {
    const made = this.turn.then(async () => {
      const stage = await (this.stage ??= this.prepare());
      stage.pose([pose]);
      stage.show();
      return stage.canvas.toDataURL("image/webp", 0.85); // in the same task, before the browser clears it
    });
    this.turn = made.then(
      () => undefined,
      () => undefined,
    );
    return made;
  }

  private async prepare(): Promise<PortraitStage> {
    const host = document.createElement("div");
    host.setAttribute("aria-hidden", "true");
    host.style.cssText = `position:fixed;left:-9999px;top:0;width:${SIZE}px;height:${SIZE}px;visibility:hidden`;
    document.body.append(host);
    const stage = new PortraitStage(host);
    await stage.prepare(await api.head(), this.channels);
    return stage;
  }
}
