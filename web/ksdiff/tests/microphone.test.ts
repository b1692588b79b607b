// The microphone's face on a clock that the test turns.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Faces } from "../src/faces.js";
import type { Ksdiff } from "../src/ksdiff.js";
import { DELAY, HOP } from "../src/live/settings.js";
import { Microphone } from "../src/microphone.js";
import { CHANNELS, FPS } from "../src/space.js";

const worklet = { port: { onmessage: (_: { data: number }) => undefined as void, postMessage: () => undefined }, disconnect: () => undefined };
const faces = new Faces();
const ksdiff = { faces, dropped: 0, restart: async () => undefined, listen: async () => undefined, at: (time: number) => faces.at(time) };
const context = { currentTime: 5, sampleRate: 48_000, audioWorklet: { addModule: async () => undefined }, resume: async () => undefined };
const source = { connect: () => undefined, disconnect: () => undefined };
let made = 0;

/** Makes the frames up to an instant of the sound, as far as they may be known: whole hops, `DELAY` behind it. */
function know(heard: number): void {
  while ((made + HOP - 1) / FPS + (DELAY - (HOP - 1) / FPS) <= heard) {
    const head = Float32Array.from({ length: HOP * CHANNELS.head }, (_, at) => (made + Math.floor(at / CHANNELS.head)) / FPS);
    faces.add({ first: made, count: HOP, expression: new Float32Array(HOP * CHANNELS.expression), head });
    made += HOP;
  }
}

async function open(): Promise<Microphone> {
  const found = await Microphone.open(ksdiff as unknown as Ksdiff, "/ksdiff", context as unknown as AudioContext, source as unknown as AudioNode);
  worklet.port.onmessage({ data: context.currentTime });
  return found;
}

/** Lets time pass, with networks that take so long; gives the times of the faces that are shown. */
function run(microphone: Microphone, seconds: number, work: number): number[] {
  const shown: number[] = [];
  for (const end = context.currentTime + seconds; context.currentTime < end; context.currentTime += 0.02) {
    know(context.currentTime - 5 - ksdiff.dropped - work);
    const face = microphone.face();
    if (face) shown.push(face.head[0]);
  }
  return shown;
}

beforeEach(() => {
  faces.clear();
  [made, ksdiff.dropped, context.currentTime] = [0, 0, 5];
  vi.stubGlobal("AudioWorkletNode", function () {
    return worklet;
  });
  vi.stubGlobal("location", { href: "http://localhost/" });
});
afterEach(() => vi.unstubAllGlobals());

test("the face moves evenly, as near behind the sound as it is known", async () => {
  const microphone = await open();
  const shown = run(microphone, 10, 0.05);
  const steps = shown.slice(51).map((time, index) => time - shown[50 + index]);
  expect(Math.max(...steps)).toBeLessThan(0.025);
  expect(Math.min(...steps)).toBeGreaterThan(0.015);
  expect(microphone.behind).toBeGreaterThan(DELAY);
  expect(microphone.behind).toBeLessThan(DELAY + HOP / FPS + 0.05 + 0.05);
});

test("it waits where the networks are late, and comes nearer again slowly", async () => {
  const microphone = await open();
  run(microphone, 5, 0.05);
  const usual = microphone.behind;
  const late = run(microphone, 2, 0.8);
  expect(microphone.behind).toBeGreaterThan(usual + 0.5);
  expect(late.every((time, index) => index === 0 || time >= late[index - 1] - 1e-6)).toBe(true);
  const after = microphone.behind;
  run(microphone, 10, 0.05);
  expect(microphone.behind).toBeLessThan(after - 0.15);
});

test("sound that was dropped brings the face nearer, and never back", async () => {
  const microphone = await open();
  run(microphone, 5, 2);
  const before = microphone.face()!.time;
  const { behind } = microphone;
  ksdiff.dropped = 1.2;
  expect(microphone.face()!.time).toBeCloseTo(before, 5);
  expect(microphone.behind).toBeCloseTo(behind - 1.2, 5);
});

test("the microphone is free again where its script is missing", async () => {
  const stop = vi.fn();
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: async () => ({ getTracks: () => [{ stop }] }) } });
  const audioWorklet = { addModule: () => Promise.reject(new Error("AbortError")) };
  const lost = { ...context, audioWorklet, createMediaStreamSource: () => source } as unknown as AudioContext;
  await expect(Microphone.open(ksdiff as unknown as Ksdiff, "/nowhere", lost)).rejects.toThrow(
    "cannot run http://localhost/nowhere/microphone-worklet.js: look where the assets lie",
  );
  expect(stop).toHaveBeenCalledOnce();
});

test("a clock that is too fast is refused before the user is asked", async () => {
  const getUserMedia = vi.fn();
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  const fast = { ...context, sampleRate: 96_000 } as unknown as AudioContext;
  await expect(Microphone.open(ksdiff as unknown as Ksdiff, "/ksdiff", fast)).rejects.toThrow("new AudioContext({ sampleRate: 48000 })");
  expect(getUserMedia).not.toHaveBeenCalled();
});
