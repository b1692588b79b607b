import { type Face, InputError, type Ksdiff, load, Microphone, Speaker } from "../src/index.js";
import { unpacked } from "../src/assets.js";
import { make } from "./dom.js";
import { LiveStage } from "./stage.js";
import css from "./style.css";

// ?assets=FOLDER&seed=NUMBER&threads=NUMBER
const given = new URLSearchParams(location.search);
const assets = new URL(given.get("assets") ?? "assets/", location.href);

document.head.append(make("style", { textContent: css }));
const MICROPHONE = '<svg viewBox="0 0 24 24"><rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/></svg>';
const SOUND = '<svg viewBox="0 0 24 24"><path d="M4 10v4M8 7v10M12 4v16M16 8v8M20 11v2"/></svg>';
const STOP = '<svg viewBox="0 0 24 24"><rect x="6" y="6" width="12" height="12" rx="2"/></svg>';

const stageHost = make("div", { className: "stage" });
const microphoneButton = make("button", { innerHTML: `${MICROPHONE}Microphone`, disabled: true });
microphoneButton.setAttribute("aria-pressed", "false");
const fileInput = make("input", { type: "file", accept: "audio/*,video/*", disabled: true });
const stopButton = make("button", { innerHTML: `${STOP}Stop`, hidden: true });
const styles = make("select", { disabled: true, ariaLabel: "Style" });
const level = make("canvas", { className: "level", ariaHidden: "true" });
const progress = make("progress", { max: 1, value: 0 });
const status = make("p", { className: "status", role: "status", textContent: "Loading" });
const rights = make("p", { className: "rights" });

const heading = make("header", {}, [
  make("h1", { textContent: "ksdiff" }),
  make("p", { textContent: "Speech moves a face, in this browser. No sound leaves it." }),
]);
const fileLabel = make("label", { className: "file", innerHTML: `${SOUND}Open sound` });
fileLabel.append(fileInput);
const styleLabel = make("label", { className: "style" }, ["Style", styles]);
const bar = make("div", { className: "bar" }, [microphoneButton, fileLabel, stopButton, level, styleLabel]);
document.body.append(heading, stageHost, make("footer", {}, [progress, bar, status, rights]));

/** What moves the head: a microphone, or a sound that is played. */
let source: { face(): Face | undefined } | undefined;
let microphone: Microphone | undefined;
let speaker: Speaker | undefined;
let context: AudioContext | undefined;
let analyser: AnalyserNode | undefined;
let ksdiff: Ksdiff;
let tell = "";

function say(text: string, alert = false): void {
  status.textContent = text;
  status.classList.toggle("alert", alert);
}

function fail(error: unknown): void {
  say(error instanceof Error ? error.message : String(error), true);
  if (!(error instanceof InputError)) console.error(error);
}

/** The clock of the sound, and what measures it. */
function sound(): { context: AudioContext; analyser: AnalyserNode } {
  context ??= new AudioContext({ latencyHint: "interactive" });
  analyser ??= new AnalyserNode(context, { fftSize: 1024 });
  return { context, analyser };
}

async function stop(): Promise<void> {
  if (microphone) {
    microphone.close();
    microphone = undefined;
    await ksdiff.restart();
    source = speaker = new Speaker(ksdiff, sound().context, sound().analyser); // the face goes on in silence
  }
  microphoneButton.setAttribute("aria-pressed", "false");
  stopButton.hidden = true;
  tell = "";
  if (speaker) await speaker.interrupt();
}

async function listen(): Promise<void> {
  await stop();
  source = speaker = undefined;
  say("Waiting for the microphone");
  const { context, analyser } = sound();
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: { channelCount: 1 } }).catch((error: Error) => {
    throw new InputError(`cannot use the microphone: ${error.message}`);
  });
  if (!stream) throw new InputError("there is no microphone here: pages need https or localhost for it");
  const node = context.createMediaStreamSource(stream);
  node.connect(analyser);
  microphone = await Microphone.open(ksdiff, assets, context, node);
  const close = microphone.close.bind(microphone);
  microphone.close = () => {
    close();
    node.disconnect();
    for (const track of stream.getTracks()) track.stop();
  };
  [source, speaker] = [microphone, undefined];
  microphoneButton.setAttribute("aria-pressed", "true");
  tell = "Listening";
}

async function play(file: Blob & { name?: string }): Promise<void> {
  await stop();
  say("Reading the sound");
  const { context, analyser } = sound();
  const decoded = await context.decodeAudioData(await file.arrayBuffer()).catch(() => {
    throw new InputError(`cannot read ${file.name ?? "the sound"}: it is no sound that this browser knows`);
  });
  const mono = new Float32Array(decoded.length);
  for (let channel = 0; channel < decoded.numberOfChannels; channel++) {
    const samples = decoded.getChannelData(channel);
    for (let i = 0; i < mono.length; i++) mono[i] += samples[i] / decoded.numberOfChannels;
  }
  analyser.disconnect();
  analyser.connect(context.destination);
  if (!speaker) {
    await ksdiff.restart();
    speaker = new Speaker(ksdiff, context, analyser);
  }
  source = speaker;
  tell = file.name ?? "Speaking";
  stopButton.hidden = false;
  await speaker.say(mono, decoded.sampleRate);
  await speaker.finish();
}

function drawLevel(): void {
  const { width, height } = level;
  const drawing = level.getContext("2d")!;
  drawing.clearRect(0, 0, width, height);
  if (!analyser || !tell) return;
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  drawing.fillStyle = getComputedStyle(level).getPropertyValue("color");
  const bars = 12;
  for (let bar = 0; bar < bars; bar++) {
    const part = samples.subarray((bar * samples.length) / bars, ((bar + 1) * samples.length) / bars);
    const size = Math.max(2, Math.min(1, 2.5 * Math.sqrt(Math.max(...part.map(Math.abs)) / 2)) * height);
    drawing.beginPath();
    drawing.roundRect((bar * width) / bars + 1, (height - size) / 2, width / bars - 3, size, 3);
    drawing.fill();
  }
}

function report(): void {
  if (!source || !tell) return;
  if (speaker && source === speaker && !speaker.speaking) {
    stopButton.hidden = true;
    tell = "";
    return say("");
  }
  const parts = [tell];
  if (microphone) parts.push(`${microphone.behind.toFixed(2)} s behind the sound`);
  else if (speaker) parts.push(`motion is ${Math.max(speaker.ahead, 0).toFixed(1)} s ahead of the sound`);
  if (ksdiff.cost) parts.push(`${ksdiff.cost.toFixed(2)} s of work for each second`);
  say(parts.join(" · "));
}

/** Starts what a control asks for, and tells what goes wrong. */
function on(work: () => Promise<void>): () => void {
  return () => void work().catch(fail);
}

async function start(): Promise<void> {
  const stage = new LiveStage(stageHost);
  const glb = await fetch(new URL("head.glb.gz", assets));
  if (!glb.ok) throw new InputError(`there are no assets in ${assets.href}: build them with scripts/build_browser.py`);
  await stage.load(await unpacked(new Uint8Array(await glb.arrayBuffer())));
  const draw = () => {
    const face = source?.face();
    if (face) stage.wear(face);
    stage.show(0);
    drawLevel();
    requestAnimationFrame(draw);
  };
  draw();
  ksdiff = await load({
    assets,
    seed: Number(given.get("seed") ?? 0),
    threads: given.has("threads") ? Number(given.get("threads")) : undefined,
    onProgress: ({ done, total }) => {
      progress.value = done / total;
      say(done < total ? `Loading ${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB` : "Opening the networks");
    },
  });
  ksdiff.onerror = fail;
  progress.hidden = true;
  for (const control of [microphoneButton, fileInput, styles]) control.disabled = false;
  styles.append(...ksdiff.info.styles.map((name) => new Option(name)));
  rights.textContent = `Weights ${ksdiff.info.model}: ${ksdiff.info.rights}`;
  say("Speak, or drop a sound file here");
  setInterval(report, 250);
  microphoneButton.onclick = on(() => (microphone ? stop().then(() => say("")) : listen()));
  stopButton.onclick = on(stop);
  fileInput.onchange = on(async () => {
    const file = fileInput.files?.[0];
    fileInput.value = "";
    if (file) await play(file);
  });
  styles.onchange = on(async () => {
    const listening = microphone !== undefined;
    await stop();
    await ksdiff.restart({ style: styles.value });
    [speaker, source] = [undefined, undefined];
    if (listening) await listen();
  });
  document.body.ondragover = (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  };
  document.body.ondragleave = () => document.body.classList.remove("dropping");
  document.body.ondrop = (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file) void play(file).catch(fail);
  };
  // For tests and the curious.
  const demo = {
    ksdiff,
    face: () => source?.face(),
    microphone: () => microphone,
    speaker: () => speaker,
    analyser: () => analyser,
    clock: () => context?.currentTime ?? 0,
  };
  Object.assign(globalThis, { demo });
}

start().catch(fail);
