import { Captions } from "./captions";
import { soundOf } from "./carried";
import { Clock } from "./clock";
import { button, element, showPlaying, speedChooser, toggle } from "./controls";
import { formatTime, type Performance, type Word } from "./performance";
import { Stage } from "./stage";
import { Timeline } from "./timeline";

/** What report.html carries for its players. */
export interface Players {
  systems: { name: string; label: string; colour: string }[];
  clips: Clip[];
}

interface Clip {
  name: string;
  /** Seconds. */
  duration: number;
  words: Word[];
  loudness: number[];
  /** MP3 in Base64. */
  sound: string;
  /** By system. */
  takes: Record<string, Take>;
}

interface Take {
  /** Name of the animation. */
  animation: string;
  /** Frames per second. */
  fps: number;
  /** Opening of the jaw in each frame, 0..1. */
  jaw: number[];
}

const SHOWN = 4; // systems that are shown at first
const NARROWEST = 210; // pixels of one head

/** Plays the same clip by several systems, side by side and with one sound. The page gives the looks. */
export async function openComparison(host: HTMLElement, players: Players, glb: ArrayBuffer): Promise<void> {
  const first = players.clips[0];
  if (!first) return;
  let clip = first;
  let sound = new Audio();
  let clock = new Clock(sound, clip.duration);
  let captions: Captions;
  let timeline: Timeline | undefined;
  let stage: Stage | undefined;
  const shown = new Set(players.systems.slice(0, SHOWN).map(({ name }) => name));

  const clipChooser = element("select", "clip") as HTMLSelectElement;
  clipChooser.setAttribute("aria-label", "Clip");
  for (const { name } of players.clips) clipChooser.append(new Option(name));
  clipChooser.addEventListener("change", () => openClip(players.clips[clipChooser.selectedIndex] ?? first));
  const chips = element("div", "chips");
  const bar = element("div", "bar");
  bar.append(clipChooser, chips);

  const stageHost = element("div", "stage");
  const labels = element("div", "labels");
  const frame = element("div", "frame");
  frame.append(stageHost, labels);
  const message = element("p", "message");
  message.setAttribute("role", "status");
  const captionHost = element("p", "captions");
  const timelineHost = element("div", "curves");

  const play = button("play", "Play (space)", () => void clock.toggle());
  play.classList.add("play");
  const time = element("span", "time");
  const hint = element("span", "hint");
  hint.textContent = "Sound, and below it how far each jaw opens. Drag a head to turn all.";
  const speed = speedChooser((value) => (sound.playbackRate = value));
  const loop = toggle("loop", "Repeat (L)", false, (on) => (sound.loop = on));
  const view = button("view", "Reset the view (R)", () => stage?.resetView());
  const controls = element("div", "controls");
  controls.append(play, time, hint, speed, loop, view);
  host.append(bar, frame, message, captionHost, timelineHost, controls);

  try {
    stage = new Stage(stageHost);
    await stage.load(glb);
  } catch (error) {
    stage = undefined;
    frame.hidden = true;
    message.textContent = `The heads cannot be shown: this browser gives no WebGL 2 (${String(error)}). The sound still plays.`;
  }

  /** Systems that are chosen and have done this clip. */
  const present = () => players.systems.filter(({ name }) => shown.has(name) && clip.takes[name]);

  const rate = () => Math.max(...Object.values(clip.takes).map(({ fps }) => fps));

  const arrange = () => {
    const systems = present();
    const fitting = Math.max(1, Math.floor(host.clientWidth / NARROWEST));
    const rows = Math.max(1, Math.ceil(systems.length / fitting));
    const columns = Math.max(1, Math.ceil(systems.length / rows)); // as many in each row
    frame.style.setProperty("--columns", String(columns));
    frame.style.setProperty("--rows", String(rows));
    labels.replaceChildren(
      ...systems.map(({ label, colour }) => {
        const text = element("span");
        text.style.setProperty("--colour", `var(${colour})`);
        text.textContent = label;
        return text;
      }),
    );
    stage?.arrange(
      systems.map(({ name }) => clip.takes[name]?.animation ?? ""),
      columns,
    );
    timelineHost.replaceChildren();
    const widest = Math.max(0.1, ...Object.values(clip.takes).flatMap(({ jaw }) => jaw));
    const performance: Performance = {
      title: clip.name,
      detail: "",
      duration: clip.duration,
      fps: rate(),
      words: clip.words,
      keyframes: { expression: [], head: [] },
      loudness: clip.loudness,
      traces: systems.flatMap(({ name, colour }) => {
        const take = clip.takes[name];
        return take ? [{ colour, fps: take.fps, values: take.jaw.map((value) => value / widest) }] : [];
      }),
    };
    const scrubber = element("div", "timeline");
    timelineHost.append(scrubber);
    timeline = new Timeline(scrubber, performance, (seconds) => clock.seek(seconds));
    timeline.draw();
  };

  const openClip = (next: Clip) => {
    sound.pause();
    URL.revokeObjectURL(sound.src);
    clip = next;
    sound = soundOf(clip.sound);
    sound.playbackRate = Number(speed.value);
    sound.loop = loop.getAttribute("aria-pressed") === "true";
    clock = new Clock(sound, clip.duration);
    for (const event of ["play", "pause", "ended"]) {
      sound.addEventListener(event, () => showPlaying(play, clock.playing));
    }
    showPlaying(play, false);
    captionHost.replaceChildren();
    captions = new Captions(captionHost, clip.words);
    captionHost.hidden = players.clips.every(({ words }) => words.length === 0);
    for (const [index, chip] of [...chips.children].entries()) {
      chip.toggleAttribute("disabled", !clip.takes[players.systems[index]?.name ?? ""]);
    }
    arrange();
  };

  for (const { name, label, colour } of players.systems) {
    const chip = element("button", "chip") as HTMLButtonElement;
    chip.type = "button";
    chip.style.setProperty("--colour", `var(${colour})`);
    chip.textContent = label;
    chip.setAttribute("aria-pressed", String(shown.has(name)));
    chip.addEventListener("click", () => {
      if (!shown.delete(name)) shown.add(name);
      chip.setAttribute("aria-pressed", String(shown.has(name)));
      arrange();
    });
    chips.append(chip);
  }
  openClip(first);

  let width = host.clientWidth;
  new ResizeObserver(() => {
    if (host.clientWidth !== width) arrange();
    width = host.clientWidth;
  }).observe(host);
  const redraw = () => timeline?.draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  // The page scrolls by keys too: only those within the comparison are ours.
  host.tabIndex = -1;
  host.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    const now = clock.now();
    const step = event.shiftKey ? 1 : 1 / rate();
    const actions: Record<string, () => void> = {
      ArrowLeft: () => clock.seek(now - step),
      ArrowRight: () => clock.seek(now + step),
      l: () => loop.click(),
      r: () => view.click(),
    };
    if (!(event.target instanceof HTMLButtonElement)) actions[" "] = () => void clock.toggle();
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
  // The strip plots of the page ask for a clip by its name.
  addEventListener("show-clip", (event) => {
    const index = players.clips.findIndex(({ name }) => name === (event as CustomEvent<string>).detail);
    const asked = players.clips[index];
    if (!asked) return;
    clipChooser.selectedIndex = index;
    openClip(asked);
    host.scrollIntoView({ behavior: "smooth" });
  });

  const draw = () => {
    const now = clock.now();
    stage?.show(now);
    timeline?.show(now);
    captions.show(now);
    const text = `${formatTime(now)} / ${formatTime(clip.duration)}`;
    if (time.textContent !== text) time.textContent = text;
    requestAnimationFrame(draw);
  };
  draw();
  host.dataset.ready = "true";
}
