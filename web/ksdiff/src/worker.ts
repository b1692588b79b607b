// Runs the networks away from the page.

import * as onnx from "onnxruntime-web/wasm";
import { Assets } from "./assets.js";
import { InputError } from "./errors.js";
import { Engine, type Frames, Streamer, type StreamOptions } from "./live/streamer.js";
import { concatenated } from "./numeric.js";
import type { Onnx } from "./model/network.js";
import type { Answer, Made, Opened, Request } from "./protocol.js";

const MOST_LATE = 1; // s of the microphone's sound that may wait; of more than that,
const KEPT = 0.32; // s are kept
const MOST_THREADS = 2; // the networks are small: more threads wait for each other, and so do two where there are two cores

const scope = self as unknown as DedicatedWorkerGlobalScope;
let engine: Engine | undefined;
let streamer: Streamer | undefined;
let options: Partial<StreamOptions> = {};
let turn: Promise<unknown> = Promise.resolve();
// Sound of the microphone that waits, what of it was dropped, s, and what completed no frames.
let heard: Float32Array<ArrayBuffer>[] = [];
let dropped = 0;
let unreported = { seconds: 0, sound: 0 };

function answer(message: Answer, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

async function open(request: Request & { type: "open" }): Promise<Opened> {
  const assets = await Assets.open(new URL(request.assets), (progress) => answer({ type: "progress", progress }));
  const threads = request.threads ?? Math.max(1, Math.min(MOST_THREADS, Math.floor(navigator.hardwareConcurrency / 2)));
  onnx.env.wasm.numThreads = scope.crossOriginIsolated ? threads : 1;
  onnx.env.wasm.wasmPaths = { mjs: assets.url("ort-wasm-simd-threaded.mjs") };
  onnx.env.wasm.wasmBinary = await assets.read("ort-wasm-simd-threaded.wasm");
  engine = await Engine.open(onnx as unknown as Onnx, assets.read);
  options = request.options;
  streamer = await Streamer.open(engine, options);
  const { version, model, rights } = assets.manifest;
  return { version, model, rights, styles: engine.styles, threads: onnx.env.wasm.numThreads };
}

async function timed(sound: number, work: (streamer: Streamer) => Promise<Frames>): Promise<Made> {
  const found = streamer;
  if (!found) throw new InputError("ksdiff is not loaded yet");
  const start = performance.now();
  const frames = await work(found);
  return { frames, position: found.position, seconds: (performance.now() - start) / 1000, sound };
}

function made(request: Request): Promise<Made> {
  switch (request.type) {
    case "push":
      return timed(request.samples.length / request.rate, (found) => found.push(request.samples, request.rate));
    case "flush":
      return timed(0, (found) => found.flush());
    case "interrupt":
      return timed(0, (found) => found.interrupt(request.shown));
    case "listen":
      [heard, dropped] = [[], 0];
      request.port.onmessage = ({ data }) => listen(data as Float32Array<ArrayBuffer>, request.rate);
      return timed(0, (found) => found.push(new Float32Array(0), request.rate));
    case "restart":
      return timed(0, async (found) => {
        options = { ...options, ...request.options };
        streamer = await Streamer.open(engine!, options, found.rate);
        return streamer.push(new Float32Array(0));
      });
    default:
      throw new Error(`unknown request ${request.type}`);
  }
}

/** Sound of the microphone, which comes without passing through the page. What comes faster than it is used is dropped. */
function listen(samples: Float32Array<ArrayBuffer>, rate: number): void {
  heard.push(samples);
  if (heard.length > 1) return; // it is already to be used
  inTurn(async () => {
    await othersTaken(); // the networks keep the worker busy: by now there may be more
    let sound = concatenated(heard);
    heard = [];
    const late = sound.length - KEPT * rate;
    if (sound.length > MOST_LATE * rate) {
      sound = sound.slice(late);
      dropped += late / rate;
    }
    try {
      const found = await timed(sound.length / rate, (session) => session.push(sound, rate));
      found.seconds += unreported.seconds;
      found.sound += unreported.sound;
      unreported = found.frames.count ? { seconds: 0, sound: 0 } : found;
      if (found.frames.count) send({ type: "heard", made: found, dropped });
    } catch (error) {
      answer({ type: "deaf", ...described(error) });
    }
  });
}

/** Lets messages that wait be taken. */
function othersTaken(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port2.onmessage = () => {
      port2.close();
      resolve();
    };
    port1.postMessage(0);
  });
}

function send(message: Extract<Answer, { made: Made }>): void {
  const { expression, head } = message.made.frames;
  answer(message, [expression.buffer, head.buffer]);
}

function described(error: unknown): { name: string; message: string } {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: "Error", message: String(error) };
}

function inTurn(work: () => Promise<void>): void {
  turn = turn.then(work);
}

scope.onmessage = ({ data }: MessageEvent<Request>) =>
  inTurn(async () => {
    try {
      if (data.type === "open") answer({ type: "opened", id: data.id, opened: await open(data) });
      else send({ type: "made", id: data.id, made: await made(data) });
    } catch (error) {
      answer({ type: "failed", id: data.id, ...described(error) });
    }
  });
