import { Captions } from "./captions";
import { Clock } from "./clock";
import { button, element, showPlaying, speedChooser, toggle } from "./controls";
import { formatTime, type Performance } from "./performance";
import { Stage } from "./stage";
import style from "./style.css";
import { Timeline } from "./timeline";

/** Builds the player into an element and runs it. */
export async function openPlayer(
  host: HTMLElement,
  performance: Performance,
  glb: ArrayBuffer,
  sound: HTMLAudioElement,
): Promise<void> {
  const sheet = document.createElement("style");
  sheet.textContent = style;
  document.head.append(sheet);

  const stageHost = element("div", "stage");
  const message = element("p", "message");
  message.setAttribute("role", "status");
  const captionHost = element("p", "captions");
  const timelineHost = element("div", "timeline");
  const clock = new Clock(sound, performance.duration);
  const seek = (seconds: number) => clock.seek(seconds);

  const play = button("play", "Play (space)", () => void clock.toggle());
  play.classList.add("play");
  const time = element("span", "time");
  const speed = speedChooser((value) => (sound.playbackRate = value));
  const loop = toggle("loop", "Repeat (L)", false, (on) => (sound.loop = on));
  const captioned = toggle("captions", "Captions (C)", true, (on) => (captionHost.hidden = !on));
  captioned.hidden = performance.words.length === 0;

  const heading = element("header", "heading");
  const title = element("h1");
  title.textContent = performance.title;
  const detail = element("p");
  detail.textContent = performance.detail;
  heading.append(title, detail);

  const legend = element("span", "legend");
  legend.innerHTML = '<i class="expression"></i>expression keyframes<i class="head"></i>head keyframes';
  const controls = element("div", "controls");
  const panel = element("div", "panel");
  host.classList.add("player");
  panel.append(timelineHost, controls);
  host.append(stageHost, heading, message, captionHost, panel);

  const captions = new Captions(captionHost, performance.words);
  const timeline = new Timeline(timelineHost, performance, seek);
  const theme = button("theme", "Light or dark (T)", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    timeline.draw();
  });
  let stage: Stage | undefined;
  const view = button("view", "Reset the view (R)", () => stage?.resetView());
  controls.append(play, time, legend, speed, loop, captioned, view, theme);

  try {
    stage = new Stage(stageHost);
    await stage.load(glb);
  } catch (error) {
    stage = undefined;
    message.textContent = `The head cannot be shown: this browser gives no WebGL 2 (${String(error)}). The sound still plays.`;
  }

  for (const event of ["play", "pause", "ended"]) {
    sound.addEventListener(event, () => showPlaying(play, clock.playing));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => timeline.draw());

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    const now = clock.now();
    const step = event.shiftKey ? 1 : 1 / performance.fps;
    const onButton = event.target instanceof HTMLButtonElement;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => seek(now - step),
      ArrowRight: () => seek(now + step),
      ArrowUp: () => seek(neighbour(performance, now, 1)),
      ArrowDown: () => seek(neighbour(performance, now, -1)),
      Home: () => seek(0),
      End: () => seek(performance.duration),
      l: () => loop.click(),
      c: () => captioned.click(),
      r: () => view.click(),
      t: () => theme.click(),
    };
    if (!onButton) actions[" "] = () => void clock.toggle(); // a focused button answers the space bar itself
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  const draw = () => {
    const now = clock.now();
    stage?.show(now);
    timeline.show(now);
    captions.show(now);
    const text = `${formatTime(now)} / ${formatTime(performance.duration)}`;
    if (time.textContent !== text) time.textContent = text;
    requestAnimationFrame(draw);
  };
  timeline.draw();
  draw();
  host.dataset.ready = "true";
}

/** Time of the next (direction 1) or previous (-1) keyframe of either track. */
function neighbour({ keyframes, duration }: Performance, now: number, direction: 1 | -1): number {
  const ahead = [...keyframes.expression, ...keyframes.head]
    .map(({ time }) => time)
    .filter((time) => (time - now) * direction > 0.01);
  if (ahead.length === 0) return direction === 1 ? duration : 0;
  return ahead.reduce((best, time) => ((time - best) * direction < 0 ? time : best));
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
