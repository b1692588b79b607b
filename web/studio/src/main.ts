// Puts the studio together.

import { api, listen, PATHS, Refused, settled, type Facts } from "./api";
import { CAMERAS } from "./cameras";
import { Character, isCharacter } from "./character";
import { CharacterPanel } from "./character-panel";
import { Commands } from "./commands";
import { openCurves, openExport, openHelp, openTranscript } from "./dialogs";
import { button, make, openMenu, setPressed } from "./dom";
import { endGesture } from "./gesture";
import { acceptDrops, Home, sorted, STAGES } from "./home";
import { icon } from "./icons";
import { Inspector } from "./inspector";
import { listed, openAll, type Given } from "./opening";
import { Player } from "./player";
import type { Placed } from "./projects/dropped";
import { listenToKeys, written, type ShortcutGroup } from "./shortcuts";
import { staleText } from "./stale";
import { State } from "./state";
import "./style.css";
import { showTooltips } from "./tooltip";
import { Timeline } from "./timeline/timeline";
import { openVariants } from "./variants";
import { Viewport } from "./viewport";

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

class Studio {
  private readonly toast = make("div", { class: "toast", role: "alert", hidden: true });
  private readonly said = make("div", { class: "said", role: "status" });
  private readonly state = new State((message) => this.complain(message));
  private readonly player = new Player(this.state, (message) => this.complain(message));
  private readonly commands = new Commands(
    this.state,
    this.player,
    (message) => (this.said.textContent = message),
    (time) => this.timeline.reveal(time),
  );
  private readonly viewport = new Viewport(this.state, (values) => this.setHeadPose(values));
  private readonly timeline = new Timeline(
    this.state,
    this.player,
    this.commands,
    () => this.chooseCurves(),
    () => openTranscript(this.state, this.facts, this.commands),
  );
  private readonly inspector: Inspector;
  private readonly character: Character;
  private readonly characterPanel: CharacterPanel;
  private readonly home: Home;
  private events: EventSource | undefined;
  private toastTimer = 0;
  private readonly wide = make("div", { class: "busy", hidden: true });
  private readonly updates: (() => void)[] = [];

  constructor(
    private readonly host: HTMLElement,
    private readonly facts: Facts,
  ) {
    this.viewport.now = () => this.player.now();
    this.inspector = new Inspector(this.state, this.player, this.commands, this.viewport, facts);
    this.character = new Character(this.state, this.viewport, facts);
    this.characterPanel = new CharacterPanel(this.state, this.character, () => this.update());
    this.home = new Home(
      {
        give: (files) => void this.give(files),
        take: (files) => void this.take(files),
        open: (id) => void this.open(id),
        fail: (message) => this.home.problem(message),
      },
      facts,
    );
    this.build();
    listenToKeys(() => this.shortcuts());
    showTooltips();
    for (const topic of ["project", "selection", "look", "busy"] as const) this.state.on(topic, () => this.update());
    prefersDark.addEventListener("change", ({ matches }) => this.setTheme(matches ? "dark" : "light"));
    addEventListener("pagehide", endGesture);
    addEventListener("popstate", () => void this.route());
  }

  async start(): Promise<void> {
    this.update();
    const draw = () => {
      const time = this.player.tick();
      this.viewport.show(time, this.player.playing, this.player.speed);
      this.timeline.show(time);
      this.showTime(time);
      requestAnimationFrame(draw);
    };
    draw();
    await Promise.all([this.viewport.start(this.facts.channels), this.route()]);
    this.host.dataset.ready = "true";
  }

  // Projects.

  private async route(): Promise<void> {
    const id = /^#([\w-]+)$/.exec(location.hash)?.[1];
    if (id) await this.open(id);
    else await this.leave();
  }

  /** Takes files as they were dropped: several lines as a batch, which is seen at home, others one by one. */
  private take(files: Placed[]): Promise<void> {
    const batch = async (lines: Parameters<Home["batch"]>[0]) => {
      await this.leave(false);
      await this.home.batch(lines);
    };
    return sorted(files, { batch: (lines) => void batch(lines), give: (given) => void this.give(given) });
  }

  /** Makes a project of each file. What is open stays until another one can take its place. */
  private async give(dropped: Given[]): Promise<void> {
    const own = dropped.find(({ name }) => isCharacter(name));
    const files = dropped.filter(({ name }) => !isCharacter(name));
    if (own && files.length === 0) return this.giveCharacter(own);
    const keep = this.state.project !== undefined;
    const send = async ({ content, name }: Given) => {
      if (content.size > this.facts.max_upload) {
        const most = Math.round(this.facts.max_upload / 2 ** 20);
        throw new Refused(`${name} has ${Math.round(content.size / 2 ** 20)} MB; the studio takes up to ${most} MB. Cut it, or compress it.`);
      }
      if (!this.state.project) this.home.progress(name, { stage: "upload", done: 0 });
      const make = name.toLowerCase().endsWith(".ksd") ? api.open : api.create;
      return (await make(content, name)).id;
    };
    const open = async (id: string, name: string) => {
      await this.open(id, name);
      const others = files.filter((each) => each.name !== name).map((each) => each.name);
      if (others.length > 0) this.inform(`${name} is opened; ${listed(others)} will be under All projects.`);
    };
    const work = () => openAll(files, { send, settle: settled, open, keep });
    const message = await (keep ? this.state.during(`Reading ${listed(files.map(({ name }) => name))}`, work, true) : work());
    if (message && !this.state.project && location.hash === "") {
      await this.home.show();
      this.home.problem(message);
    } else if (message) this.inform(message);
    if (own && this.state.project) await this.giveCharacter(own);
  }

  private async giveCharacter({ content, name }: Given): Promise<void> {
    try {
      await this.character.take(content, name);
      // A photo has the shapes of the motion, so there is nothing to map.
      if (this.character.rig?.most) this.inform(`${name} speaks in place of the head.`);
      else this.characterPanel.open();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.state.project) this.complain(message);
      else this.home.problem(message);
    }
  }

  /** Opens a project, waiting for its first motion where that is still being made. */
  private async open(id: string, name = ""): Promise<void> {
    this.events?.close();
    if (location.hash !== `#${id}`) history.pushState(null, "", `#${id}`);
    let ready = false;
    const arrive = async () => {
      if (ready) return;
      ready = true;
      await this.state.open(id);
      const { project } = this.state;
      if (!project) return;
      this.player.open(api.soundAddress(id), project.duration);
      this.reference = false;
      this.viewport.setReference(false);
      this.home.hide();
      this.timeline.open(await api.waveform(id));
      this.update();
    };
    const stay = (error: unknown) => {
      this.events?.close();
      history.replaceState(null, "", location.pathname);
      void this.home.show().then(() => this.home.problem(error instanceof Error ? error.message : String(error)));
    };
    this.events = listen(id, {
      progress: (progress) => {
        if (ready) this.state.progress(progress.stage, progress.done);
        else this.home.progress(name || "Opening", progress, () => void this.abandon(id));
      },
      idle: () => this.state.idle(),
      changed: (version) => void (ready ? this.state.refresh(version) : arrive().catch(stay)),
      failed: (message) => (ready ? this.complain(message) : stay(new Error(message))),
    });
    this.events.addEventListener("error", () => {
      // A stream that the server refused is closed for good; one that broke off is taken up again by the browser.
      if (this.events?.readyState === EventSource.CLOSED && !ready) void api.project(id).then(arrive).catch(stay);
    });
  }

  /** Gives up a project whose first motion is not there yet. */
  private async abandon(id: string): Promise<void> {
    await this.leave();
    try {
      await api.remove(id);
    } catch (error) {
      this.state.fail(error);
    }
    await this.home.show();
  }

  private async leave(show = true): Promise<void> {
    endGesture();
    this.events?.close();
    this.player.close();
    this.state.close();
    this.viewport.clear();
    this.timeline.redraw();
    for (const topic of ["project", "selection"] as const) this.state.tell(topic);
    if (location.hash) history.pushState(null, "", location.pathname);
    if (show) await this.home.show();
    this.update();
  }

  private setHeadPose(values: Record<string, number>): void {
    const frame = this.commands.frame;
    void this.commands.setPose({ path: "head", frame }, values).finally(() => (this.viewport.trial = undefined));
  }

  private chooseCurves(): void {
    const channels = this.state.project?.channels.expression ?? [];
    openCurves(channels, this.timeline.channels, (chosen) => {
      this.timeline.channels = chosen;
      this.timeline.recolour();
    });
  }

  private complain(message: string): void {
    this.inform(message);
  }

  private inform(message: string): void {
    this.toast.textContent = message;
    this.toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => (this.toast.hidden = true), 4000 + 60 * message.length);
  }

  // The page.

  private build(): void {
    const bar = make("header", { class: "top" });
    const logo = make("span", { class: "logo", "aria-hidden": true });
    logo.innerHTML = icon("logo");
    const name = make("input", { class: "title", "aria-label": "Name of the project", spellcheck: false, maxlength: 120 });
    name.addEventListener("change", () => void this.state.change((id) => api.rename(id, name.value.trim() || "Untitled")));
    name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") name.blur();
    });
    const saved = make("span", { class: "saved" });
    const cancel = button("Cancel what is being done", () => void this.state.cancel(), { text: "Cancel", kind: "outline cancel" });
    const undo = button("Undo", () => void this.state.undo(), { icon: "undo", keys: written("Mod+z") });
    const redo = button("Redo", () => void this.state.redo(), { icon: "redo", keys: written("Mod+Shift+z") });
    const again = button("Regenerate affected frames", () => void this.state.regenerate(), { icon: "again", text: "Regenerate", keys: "R", kind: "outline" });
    const automatic = make("input", { type: "checkbox" });
    automatic.checked = this.state.automatic;
    automatic.addEventListener("change", () => {
      this.state.automatic = automatic.checked;
      localStorage.setItem("ksdiff.automatic", String(automatic.checked));
      if (automatic.checked) void this.state.regenerate();
      this.update();
    });
    const auto = make("label", { class: "check", title: "Regenerate after each edit" }, automatic, "Auto");
    const save = button("Save as a .ksd file", () => this.save(), { icon: "save", keys: written("Mod+s") });
    const open = button("Open a voice or a project", () => this.home.choose(), { icon: "open", keys: written("Mod+o") });
    const home = button("All projects", () => void this.leave(), { icon: "home" });
    const theme = button("Light or dark", () => this.toggleTheme(), { icon: "theme", keys: "T" });
    const help = button("Shortcuts", () => openHelp(this.shortcuts()), { icon: "help", keys: "?" });
    const send = button("Export", () => openExport(this.state, this.facts), { text: "Export", keys: written("Mod+e"), kind: "primary" });
    bar.append(logo, home, open, save, name, saved, cancel, make("span", { class: "space" }), undo, redo, auto, again, send, theme, help);

    const transport = this.transport();
    this.viewport.host.append(this.characterPanel.host, this.home.host, this.viewTools(), this.staleNotice());
    const grip = this.grip();
    const lower = make("div", { class: "lower" }, grip, transport, this.timeline.host);
    const work = make("div", { class: "work-area" }, this.viewport.host, lower);
    const middle = make("div", { class: "middle" }, work, this.inspector.host);
    this.host.append(bar, this.wide, middle, this.toast, this.said, this.narrow(), acceptDrops((files) => void this.take(files)));

    this.updates.push(() => {
      const { project, busy } = this.state;
      this.host.classList.toggle("empty", !project);
      if (document.activeElement !== name) name.value = project?.name ?? "ksdiff studio";
      name.disabled = !project;
      document.title = project ? `${project.name} – ksdiff studio` : "ksdiff studio";
      saved.textContent = busy ? `${STAGES[busy.stage] ?? busy.stage} ${Math.round(busy.done * 100)} %` : project ? "Saved" : "";
      undo.disabled = !project?.undo;
      redo.disabled = !project?.redo;
      undo.title = `Undo${project?.undo ? ` ${project.undo}` : ""} (${written("Mod+z")})`;
      redo.title = `Redo${project?.redo ? ` ${project.redo}` : ""} (${written("Mod+Shift+z")})`;
      again.disabled = !project?.stale || busy !== undefined;
      again.classList.toggle("wanted", Boolean(project?.stale) && !busy);
      for (const made of [save, send, home]) made.disabled = !project;
      auto.hidden = again.hidden = !project;
      cancel.hidden = !busy || busy.fixed === true || !project;
      this.wide.hidden = !busy;
      if (busy) {
        this.wide.setAttribute("aria-label", busy.stage);
        this.wide.style.setProperty("--done", String(busy.done));
      }
    });
  }

  /** Seen only where the window is too narrow. */
  private narrow(): HTMLElement {
    const text = "Make it wider, turn the screen, or make the page smaller with Ctrl and minus. Nothing is lost.";
    return make("div", { class: "narrow", role: "alert" }, make("b", {}, "The studio needs a window at least 768 pixels wide"), make("span", {}, text));
  }

  /** Says what the motion does not show yet: without it, an edit such as another seed seems to do nothing. */
  private staleNotice(): HTMLElement {
    const text = make("span", {});
    const again = button("Regenerate what is not up to date", () => void this.state.regenerate(), { icon: "again", text: "Regenerate", keys: "R", kind: "primary" });
    const notice = make("div", { class: "stale-notice", role: "status", hidden: true }, text, again);
    this.updates.push(() => {
      const { project, busy, automatic } = this.state;
      text.textContent = project ? staleText(project) : "";
      notice.hidden = !project?.stale || busy !== undefined || automatic;
    });
    return notice;
  }

  private transport(): HTMLElement {
    const play = button("Play", () => void this.player.toggle(), { icon: "play", keys: "Space", kind: "plain play" });
    const shown = make("output", { class: "time" });
    this.showTime = (time) => {
      const { project } = this.state;
      const playing = this.player.playing;
      if ((play.dataset.playing === "true") !== playing) {
        play.dataset.playing = String(playing);
        play.innerHTML = icon(playing ? "pause" : "play");
        play.setAttribute("aria-label", playing ? "Pause" : "Play");
      }
      const minutes = Math.floor(time / 60);
      const text = project ? `${minutes}:${(time - 60 * minutes).toFixed(2).padStart(5, "0")}` : "0:00.00";
      const frame = project ? Math.min(Math.round(time * project.fps), project.frames - 1) : 0;
      const whole = `${text}  frame ${frame}`;
      if (shown.dataset.text === whole) return;
      shown.dataset.text = whole;
      shown.replaceChildren(make("b", {}, text), make("small", {}, `frame ${frame}`));
    };
    const speed = make("select", { "aria-label": "Speed" });
    for (const value of SPEEDS) speed.append(new Option(`${value}×`, String(value), value === 1, value === 1));
    speed.addEventListener("change", () => {
      this.player.setSpeed(Number(speed.value));
      speed.blur();
    });
    this.setSpeed = (by) => {
      const index = Math.min(Math.max(SPEEDS.indexOf(this.player.speed) + by, 0), SPEEDS.length - 1);
      speed.value = String(SPEEDS[index]);
      this.player.setSpeed(SPEEDS[index]!);
    };
    const loop = button("Loop the selection, or all", () => this.toggleLoop(), { icon: "loop", keys: "L" });
    const snap = button("Snap to words, keyframes and the playhead", () => this.toggleSnap(), { icon: "snap", keys: "S" });
    const range = make("span", { class: "range" });
    this.updates.push(() => {
      setPressed(loop, this.state.loop);
      setPressed(snap, this.state.snap);
      const { start, end } = this.state.span;
      range.textContent = this.state.range ? `${start.toFixed(2)} to ${end.toFixed(2)} s (${(end - start).toFixed(2)} s)` : "";
      for (const made of [play, loop, speed]) made.disabled = !this.state.project;
    });
    return make(
      "div",
      { class: "transport", role: "toolbar", "aria-label": "Transport" },
      button("To the start", () => this.commands.seek(0), { icon: "first", keys: "Home" }),
      button("One frame back", () => this.player.step(-1), { icon: "back", keys: "←" }),
      play,
      button("One frame on", () => this.player.step(1), { icon: "forward", keys: "→" }),
      shown,
      speed,
      loop,
      snap,
      range,
      make("span", { class: "space" }),
      button("Zoom out", () => this.timeline.zoom(1 / 1.5), { icon: "minus", keys: "-" }),
      button("Zoom in", () => this.timeline.zoom(1.5), { icon: "plus", keys: "+" }),
      button("Show all", () => this.timeline.fit(), { icon: "fit", keys: "F" }),
    );
  }

  private viewTools(): HTMLElement {
    const pose = button("Pose: drag the head", () => this.togglePosing(), { icon: "pose", keys: "G" });
    const wire = button("Wireframe", () => this.toggleWireframe(), { icon: "wire", keys: "W" });
    const video = button("Reference video", () => this.toggleReference(), { icon: "video", keys: "B" });
    const own = button("Your own character", () => this.characterPanel.toggle(), { icon: "character", keys: "A" });
    const view = button("Camera", () => this.chooseCamera(view), { icon: "view", keys: "K: the next, 0: from the front" });
    view.setAttribute("aria-haspopup", "menu");
    this.updates.push(() => {
      setPressed(pose, this.state.posing);
      setPressed(wire, this.wireframe);
      setPressed(video, this.reference);
      setPressed(own, this.characterPanel.shown);
      pose.disabled = video.disabled = own.disabled = !this.state.project;
    });
    return make("div", { class: "viewtools", role: "toolbar", "aria-label": "View", "aria-orientation": "vertical" }, pose, wire, video, own, view);
  }

  private camera = 0;

  private look(camera: number): void {
    this.camera = camera;
    const chosen = CAMERAS[camera]!;
    this.viewport.look(chosen);
    this.said.textContent = chosen.name;
  }

  private compareSeeds(): void {
    const { state } = this;
    if (state.range) openVariants(state, this.player, this.viewport, state.path);
    else if (state.project) this.said.textContent = "Select a range first: drag in the timeline, or press I and O";
  }

  private chooseCamera(by: HTMLElement): void {
    const chosen = CAMERAS.map(({ name }, index) => ({ name, on: index === this.camera, choose: () => this.look(index) }));
    openMenu("Camera", by, chosen);
  }

  /** The edge between the head and the timeline, which can be moved. */
  private grip(): HTMLElement {
    const made = make("div", { class: "grip", role: "separator", "aria-label": "Height of the timeline", "aria-orientation": "horizontal", "aria-valuemin": 220, tabindex: 0 });
    const set = (height: number) => {
      const bounded = Math.min(Math.max(height, 220), innerHeight - 280);
      this.host.style.setProperty("--lower", `${bounded}px`);
      made.setAttribute("aria-valuenow", bounded.toFixed(0));
    };
    made.addEventListener("pointerdown", (event) => made.setPointerCapture(event.pointerId));
    made.addEventListener("pointermove", (event) => {
      if (made.hasPointerCapture(event.pointerId)) set(innerHeight - event.clientY);
    });
    made.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 24, ArrowDown: -24 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      set((made.parentElement?.clientHeight ?? 360) + by);
    });
    return made;
  }

  private showTime: (time: number) => void = () => undefined;
  private setSpeed: (by: number) => void = () => undefined;
  private wireframe = false;
  private reference = false;

  private update(): void {
    for (const update of this.updates) update();
  }

  private toggleLoop(): void {
    this.state.loop = !this.state.loop;
    this.update();
  }

  private toggleSnap(): void {
    this.state.snap = !this.state.snap;
    this.update();
  }

  private togglePosing(): void {
    if (!this.state.project) return;
    this.state.posing = !this.state.posing;
    this.state.tell("look");
    if (this.state.posing) this.said.textContent = "Pose mode: drag the head to turn it at the playhead";
  }

  private toggleWireframe(): void {
    this.wireframe = !this.wireframe;
    this.viewport.wireframe = this.wireframe;
    this.update();
  }

  private toggleReference(): void {
    const { project } = this.state;
    if (!project) return;
    if (!project.reference) {
      const input = make("input", { type: "file", accept: "video/*" });
      input.addEventListener("change", () => {
        const file = input.files?.[0];
        if (!file) return;
        void this.state
          .during("Reading the video", () => this.state.change((id) => api.setReference(id, file)), true)
          .then(() => {
            if (this.state.project?.reference) this.toggleReference();
          });
      });
      input.click();
      return;
    }
    this.reference = !this.reference;
    this.viewport.setReference(this.reference);
    this.update();
  }

  private toggleTheme(): void {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("ksdiff.theme", theme);
    this.setTheme(theme);
  }

  private setTheme(theme: "light" | "dark"): void {
    document.documentElement.dataset.theme = theme;
    this.timeline.recolour();
  }

  private save(): void {
    const { project } = this.state;
    if (project) make("a", { href: api.fileAddress(project.id), download: true }).click();
  }

  private shortcuts(): ShortcutGroup[] {
    const { commands, player, state, timeline } = this;
    return [
      {
        title: "Play",
        shortcuts: [
          { keys: [" "], about: "play or pause", run: () => void player.toggle() },
          { keys: ["ArrowLeft"], about: "one frame back", run: () => player.step(-1) },
          { keys: ["ArrowRight"], about: "one frame on", run: () => player.step(1) },
          { keys: ["Shift+ArrowLeft"], shown: "Shift+← / →", about: "one second back or on", run: () => commands.seek(player.now() - 1) },
          { keys: ["Shift+ArrowRight"], about: "", run: () => commands.seek(player.now() + 1) },
          { keys: ["ArrowUp"], about: "keyframe before", run: () => commands.neighbour(-1) },
          { keys: ["ArrowDown"], about: "next keyframe", run: () => commands.neighbour(1) },
          { keys: ["Home"], shown: "Home / End", about: "start or end", run: () => commands.seek(0) },
          { keys: ["End"], about: "", run: () => commands.seek(player.duration) },
          { keys: ["l"], about: "loop the selection, or all", run: () => this.toggleLoop() },
          { keys: [","], shown: ", / .", about: "slower or faster", run: () => this.setSpeed(-1) },
          { keys: ["."], about: "", run: () => this.setSpeed(1) },
        ],
      },
      {
        title: "Keyframes and emotions",
        shortcuts: [
          { keys: ["e"], about: "add an expression keyframe at the playhead", run: () => state.project && commands.addKeyframe("expression") },
          { keys: ["h"], about: "add a head keyframe at the playhead", run: () => state.project && commands.addKeyframe("head") },
          { keys: ["Delete", "Backspace"], about: "delete the selected keyframes, or the emotion", run: () => commands.delete() },
          { keys: ["Alt+ArrowLeft"], shown: "Alt+← / →", about: "move them by a frame", run: () => commands.nudge(-1) },
          { keys: ["Alt+ArrowRight"], about: "", run: () => commands.nudge(1) },
          { keys: ["Alt+ArrowDown"], shown: "Alt+↓ / ↑", about: "weaker or stronger", run: () => commands.strengthen(-1) },
          { keys: ["Alt+ArrowUp"], about: "", run: () => commands.strengthen(1) },
          { keys: ["m"], about: "add an emotion in the range, or at the playhead", run: () => state.canFeel && commands.addEmotion() },
          { keys: ["["], shown: "[ / ]", about: "emotion before, next emotion", run: () => commands.nextEmotion(-1) },
          { keys: ["]"], about: "", run: () => commands.nextEmotion(1) },
          { keys: ["g"], about: "pose mode: drag the head", run: () => this.togglePosing() },
          { keys: ["c"], about: "copy the pose at the playhead", run: () => commands.copyPose() },
          { keys: ["v"], about: "paste it at the selected keyframe, or here", run: () => commands.pastePose() },
        ],
      },
      {
        title: "Ranges and takes",
        shortcuts: [
          { keys: ["i"], shown: "I / O", about: "start or end of the range at the playhead", run: () => commands.mark("start") },
          { keys: ["o"], about: "", run: () => commands.mark("stop") },
          { keys: ["p"], about: "pin or unpin the range", run: () => commands.togglePins() },
          { keys: ["n"], about: "another seed in the range", run: () => PATHS.filter((path) => path === state.path).forEach((path) => commands.reroll(path)) },
          { keys: ["Shift+n"], about: "several seeds in the range, to choose from", run: () => this.compareSeeds() },
          { keys: ["r"], about: "regenerate affected frames", run: () => void state.regenerate() },
          ...Array.from({ length: 9 }, (_, index) => ({
            keys: [String(index + 1)],
            shown: "1 … 9",
            about: index === 0 ? "edit this take" : "",
            run: () => {
              const take = state.project?.takes[index];
              if (take) state.setTake(take.name);
            },
          })),
          { keys: ["Mod+a"], about: "select everything", run: () => commands.selectAll() },
          { keys: ["Escape"], about: "select nothing", run: () => commands.deselect() },
        ],
      },
      {
        title: "View",
        shortcuts: [
          { keys: ["+", "="], shown: "+ / -", about: "zoom in or out", run: () => timeline.zoom(1.5) },
          { keys: ["-"], about: "", run: () => timeline.zoom(1 / 1.5) },
          { keys: ["f"], about: "show all", run: () => timeline.fit() },
          { keys: ["z"], about: "zoom to the selection", run: () => timeline.zoomToSelection() },
          { keys: ["s"], about: "snapping", run: () => this.toggleSnap() },
          { keys: ["w"], about: "wireframe", run: () => this.toggleWireframe() },
          { keys: ["b"], about: "reference video beside the head", run: () => this.toggleReference() },
          { keys: ["0"], about: "camera from the front", run: () => this.look(0) },
          { keys: ["k"], about: "next camera", run: () => this.look((this.camera + 1) % CAMERAS.length) },
          { keys: ["a"], about: "your own character: what its shapes follow", run: () => state.project && this.characterPanel.toggle() },
          { keys: ["t"], about: "light or dark", run: () => this.toggleTheme() },
        ],
      },
      {
        title: "Project",
        shortcuts: [
          { keys: ["Mod+z"], about: "undo", run: () => void state.undo() },
          { keys: ["Mod+Shift+z", "Mod+y"], about: "redo", run: () => void state.redo() },
          { keys: ["Mod+o"], about: "open a voice or a project", run: () => this.home.choose() },
          { keys: ["Mod+s"], about: "save as a .ksd file", run: () => this.save() },
          { keys: ["Mod+e"], about: "export", run: () => openExport(state, this.facts) },
          { keys: ["?"], about: "this sheet", run: () => openHelp(this.shortcuts()) },
        ],
      },
    ];
  }
}

document.documentElement.dataset.theme = localStorage.getItem("ksdiff.theme") ?? (prefersDark.matches ? "dark" : "light");
const host = document.getElementById("studio");
if (host) {
  api
    .facts()
    .then((facts) => new Studio(host, facts).start())
    .catch((error: unknown) => host.append(make("p", { class: "fatal", role: "alert" }, error instanceof Error ? error.message : String(error))));
}
