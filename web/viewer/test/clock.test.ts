import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Clock } from "../src/clock";

let instant = 0; // ms
beforeEach(() => {
  instant = 0;
  vi.stubGlobal("HTMLMediaElement", { HAVE_FUTURE_DATA: 3 });
  vi.spyOn(performance, "now").mockImplementation(() => instant);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A sound as browsers have it, without its noise. */
function soundOf(changes: object = {}) {
  const sound = {
    currentTime: 0,
    paused: true,
    ended: false,
    playbackRate: 1,
    readyState: 4,
    play: async () => void (sound.paused = false),
    pause: () => void (sound.paused = true),
    ...changes,
  };
  return sound;
}
const clockOf = (sound: object, duration = 10) => new Clock(sound as HTMLAudioElement, duration);

test("a sound that stands still is shown as it stands", () => {
  const sound = soundOf({ currentTime: 3.2 });
  expect(clockOf(sound).now()).toBe(3.2);
});

test("coarse steps of the sound become even steps of the picture", async () => {
  const sound = soundOf();
  const clock = clockOf(sound);
  clock.now();
  await clock.toggle();
  const times: number[] = [];
  for (let picture = 1; picture <= 120; picture++) {
    instant = (1000 * picture) / 60;
    sound.currentTime = Math.floor(instant / 40) * 0.04; // tells its time 25 times a second
    times.push(clock.now());
  }
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...steps)).toBeGreaterThan(0);
  expect(Math.max(...steps)).toBeLessThan(1.5 / 60);
  times.forEach((time, index) => expect(Math.abs(time - (index + 1) / 60)).toBeLessThan(0.041));
});

test("a jump of the sound is followed at once", async () => {
  const sound = soundOf();
  const clock = clockOf(sound);
  clock.now();
  await clock.toggle();
  instant = 20;
  sound.currentTime = 5;
  expect(clock.now()).toBe(5);
});

test("while the sound waits for data the picture waits too", async () => {
  const sound = soundOf();
  const clock = clockOf(sound);
  clock.now();
  await clock.toggle();
  sound.readyState = 2;
  instant = 70;
  expect(clock.now()).toBe(0);
});

test("seeking stays within the performance", () => {
  const sound = soundOf();
  const clock = clockOf(sound);
  clock.seek(99);
  expect(sound.currentTime).toBe(10);
  clock.seek(-1);
  expect(sound.currentTime).toBe(0);
});

test("playing at the end begins at the start", async () => {
  const sound = soundOf({ currentTime: 9.995 });
  const clock = clockOf(sound);
  await clock.toggle();
  expect(sound.currentTime).toBe(0);
  expect(clock.playing).toBe(true);
  await clock.toggle();
  expect(clock.playing).toBe(false);
});
