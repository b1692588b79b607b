// A sheet of seeds for the selected range: each loops in a small picture of its own, and one may be chosen.

import { api, Refused, type Path, type Take } from "./api";
import { dialog } from "./dialogs";
import { button, make, setPressed } from "./dom";
import { Motion } from "./motion";
import type { Player } from "./player";
import type { State } from "./state";
import type { Viewport } from "./viewport";

export const SEEDS = 6; // at once; the server gives at most 8
const SIZE = 220; // px
export const GESTURES_HINT = "A new seed also draws gestures of the face at accents: keyframes that you can edit or delete";

/** The seed of a path at a frame: that of the last range with one, else the take's own. */
export function seedAt({ variations, sampling }: Pick<Take, "variations" | "sampling">, path: Path, frame: number): number {
  const here = variations.filter((one) => one.path === path && one.start <= frame && frame < one.stop && one.seed !== null);
  return here.at(-1)?.seed ?? sampling[path].seed;
}

/** The seeds that follow one; from 1 on where numbers would not be exact any more. */
export function seedsAfter(seed: number, count = SEEDS): number[] {
  const first = Number.isSafeInteger(seed + count) ? seed + 1 : 1;
  return Array.from({ length: count }, (_, index) => first + index);
}

/** The motions of a range that the server sends one after the other. */
export function split(values: Float32Array, count: number, { channels, fps }: Pick<Motion, "channels" | "fps">): Motion[] {
  const length = values.length / count;
  return Array.from({ length: count }, (_, index) => new Motion(values.subarray(index * length, (index + 1) * length), channels, fps));
}

/** When each of several motions is furthest from the others, s; blinks and gaze, which are the same in all, do not count. */
export function telling(motions: readonly Motion[], path: Path): number[] {
  const [first] = motions;
  if (!first) return [];
  const channels = first.channels[path].flatMap((name, channel) => (/^eye(Blink|Look)|^translation/.test(name) ? [] : [channel]));
  return motions.map((motion) => {
    let [best, most] = [0, -1];
    for (let frame = 0; frame < motion.frames; frame++) {
      let away = 0;
      for (const channel of channels) {
        const mean = motions.reduce((sum, other) => sum + other.at(frame, path, channel), 0) / motions.length;
        away += (motion.at(frame, path, channel) - mean) ** 2;
      }
      if (away > most) [best, most] = [frame, away];
    }
    return best / motion.fps;
  });
}

/** Where an arrow key leads in a grid; where it leads out of it, nothing moves. */
export function neighbour(index: number, key: string, columns: number, count: number): number {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -index, End: count - 1 - index }[key] ?? 0;
  return index + by >= 0 && index + by < count ? index + by : index;
}

/** Performs the selected range with several seeds, and shows them side by side. Choosing one is one edit. */
export function openVariants(state: State, player: Player, viewport: Viewport, path: Path): void {
  const { project, range, motion } = state;
  const take = state.shownTake;
  if (!project || !range || !motion || !take) return;
  const { span } = state;
  const before = { loop: state.loop, time: player.now() };
  const grid = make("div", { class: "sheet", role: "group", "aria-label": "Seeds" });
  const message = make("p", { class: "message", role: "status" });
  const bar = make("progress", { max: 1, value: 0, "aria-label": "Seeds" });
  const sound = button("Play the range with its sound", () => void play(), { icon: "play", text: "Sound", keys: "Space", kind: "outline" });
  const others = button("Show other seeds", () => void perform(seedsAfter(seeds.at(-1)!)), { icon: "dice", text: "Other seeds", kind: "outline" });
  const still = button("Hold each where it differs most from the others", () => hold(!held), { icon: "pin", text: "Where they differ", kind: "outline" });
  const drawing = make("input", { type: "checkbox" });
  drawing.checked = state.draws(path);
  drawing.addEventListener("change", () => {
    state.drawsGestures = drawing.checked;
    void perform(seeds);
  });
  const gestures = make("label", { class: "check", title: GESTURES_HINT, hidden: path !== "expression" || !state.canFeel }, drawing, "With gestures");
  const made = dialog(
    `Seeds for the ${path}, ${span.start.toFixed(2)} to ${span.end.toFixed(2)} s`,
    "variants",
    grid,
    bar,
    message,
    make("footer", {}, gestures, still, sound, others),
  );

  let seeds = seedsAfter(seedAt(take, path, range.start));
  let motions: Motion[] = [];
  let [working, drawn, begun, held] = [false, -1, 0, false];
  let moments: number[] = [];
  const tiles = () => [...grid.querySelectorAll("button")];

  const choose = (seed: number) => {
    made.close();
    void state.edit([{ edit: "set_sampling", path, seed, gestures: state.draws(path), take: take.name, ...span }]);
    void state.regenerate(); // what was chosen was seen regenerated
  };

  const tile = (seed: number) => {
    const canvas = make("canvas", { width: SIZE * pixels(), height: SIZE * pixels(), "aria-hidden": "true" });
    const one = make("button", { type: "button", class: "variant", disabled: true }, canvas, make("span", {}, `seed ${seed}`));
    one.addEventListener("click", () => choose(seed));
    return one;
  };

  const perform = async (wanted: number[]) => {
    [seeds, motions, drawn] = [wanted, [], -1];
    grid.replaceChildren(...seeds.map(tile));
    others.disabled = drawing.disabled = still.disabled = true;
    bar.style.visibility = "visible"; // keeps its place after, so that the pictures stay where they are
    bar.value = 0;
    message.textContent = `Performing the range with ${seeds.length} seeds…`;
    const watch = setInterval(() => (bar.value = state.busy?.done ?? 0), 100);
    await state.change(async (id) => {
      if (!made.open) return undefined; // closed while edits before it were done
      working = true;
      try {
        const values = await state.during("Performing seeds", () => api.variants(id, { path, seeds, gestures: state.draws(path), take: take.name, ...span }));
        motions = split(values, seeds.length, motion);
        message.textContent = viewport.draws
          ? "Arrow keys go from one to the next, Enter chooses, Space plays the sound, Esc changes nothing."
          : "This browser has no WebGL 2, so the seeds are not shown.";
      } catch (error) {
        message.textContent = error instanceof Refused ? error.message : String(error);
      } finally {
        working = false;
      }
      return undefined;
    });
    clearInterval(watch);
    begun = performance.now();
    bar.style.visibility = "hidden";
    others.disabled = drawing.disabled = false;
    still.disabled = motions.length === 0;
    moments = telling(motions, path);
    caption();
    if (motions.length === 0) grid.replaceChildren();
    for (const one of tiles()) one.disabled = false;
    tiles()[0]?.focus();
  };

  const hold = (on: boolean) => {
    held = on;
    drawn = -1;
    setPressed(still, held);
    if (held && player.playing) void player.toggle();
    caption();
  };

  /** Under each picture its seed, and when it is where it is held. */
  const caption = () => {
    tiles().forEach((one, index) => {
      const at = held && moments[index] !== undefined ? `, ${(span.start + moments[index]).toFixed(2)} s` : "";
      one.querySelector("span")!.textContent = `seed ${seeds[index]}${at}`;
    });
  };

  /** The sound is the player's, which loops the range as long as it plays. */
  const play = async () => {
    if (held) hold(false);
    state.loop = true;
    await player.toggle();
  };

  const draw = () => {
    if (!made.open) return;
    setPressed(sound, player.playing);
    const length = motions[0] ? motions[0].frames / motion.fps : 1;
    const time = player.playing ? player.now() - span.start : ((performance.now() - begun) / 1000) % length;
    const frame = held ? 0 : Math.floor(time * motion.fps);
    if (motions.length > 0 && frame !== drawn) {
      drawn = frame;
      viewport.picture(
        motions.map((one, index) => one.pose(held ? moments[index]! : time)),
        [...grid.querySelectorAll("canvas")],
      );
    }
    requestAnimationFrame(draw);
  };

  const keys = (event: KeyboardEvent) => {
    const at = tiles().indexOf(document.activeElement as HTMLButtonElement);
    if (at < 0) return;
    if (event.key === " ") {
      event.preventDefault(); // does not press the picture
      if (event.type === "keydown" && !event.repeat) void play();
    } else if (event.type === "keydown" && /^(Arrow|Home|End)/.test(event.key)) {
      event.preventDefault();
      const { offsetTop } = tiles()[0]!;
      const columns = tiles().filter((one) => one.offsetTop === offsetTop).length;
      tiles()[neighbour(at, event.key, columns, tiles().length)]?.focus();
    }
  };
  grid.addEventListener("keydown", keys);
  grid.addEventListener("keyup", keys);
  made.addEventListener("close", () => {
    if (working) void state.cancel();
    if (player.playing) void player.toggle();
    state.loop = before.loop;
    player.seek(before.time);
  });
  draw();
  void perform(seeds);
}

const pixels = () => Math.min(devicePixelRatio, 2);
