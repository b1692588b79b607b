import { describe, expect, it } from "vitest";

import { dragged, frames, handles } from "../src/timeline/holds";
import { View } from "../src/timeline/view";

const pose = { frame: 100, strength: 1, hold: 25, attack: 5, release: null };

describe("how long a pose stays", () => {
  it("has a way there, a stay and a way back", () => {
    expect(frames(pose)).toEqual({ from: 95, start: 100, end: 125, to: 133 });
  });

  it("has handles that never lie on each other or on the keyframe", () => {
    const view = new View(() => 60);
    view.resize(600);
    view.show(0, 60); // far out: 25 frames are ten pixels
    const row = { top: 0, height: 40 };
    for (const hold of [0, 1, 25]) {
      const { attack, hold: stay, release } = handles({ ...pose, hold }, view, row, 25);
      const at = view.x(4);
      expect(at - attack.x).toBeGreaterThanOrEqual(10);
      expect(stay.x - at).toBeGreaterThanOrEqual(10);
      expect(release.x - stay.x).toBeGreaterThanOrEqual(10);
    }
  });

  it("is dragged within the sound and its bounds", () => {
    expect(dragged("hold", pose, 10, 200)).toEqual({ hold: 35 });
    expect(dragged("hold", pose, 1000, 200)).toEqual({ hold: 99 });
    expect(dragged("hold", pose, -1000, 200)).toEqual({ hold: 0 });
    expect(dragged("attack", pose, -10, 200)).toEqual({ attack: 15 }); // to the left: longer
    expect(dragged("attack", pose, 1000, 200)).toEqual({ attack: 1 });
    expect(dragged("release", pose, 4, 200)).toEqual({ release: 12 }); // from where the model's way is drawn
    expect(dragged("release", pose, 9999, 200)).toEqual({ release: 250 });
  });
});
