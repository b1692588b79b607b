import { expect, test } from "vitest";
import { InputError } from "../src/errors.js";
import { SoundInput } from "../src/speech/sound-input.js";
import { distances, values } from "./support/golden.js";

const RATES = [48_000, 44_100, 24_000, 8000];

/** As in scripts/make_browser_golden.py: a fifth of a second that rises from 100 to 3000 Hz. */
function tone(rate: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: rate / 5 }, (_, index) => {
    const time = index / rate;
    return 0.5 * Math.sin(2 * Math.PI * (100 * time + 7250 * time ** 2));
  });
}

test.each(RATES)("resamples %i samples/s as Python does, at the beginning too", (rate) => {
  const made = new SoundInput(rate).take(tone(rate));
  expect(distances(made, values(`resampled_${rate}`)).most).toBeLessThan(1e-5);
});

test.each([...RATES, 16_000])("the sizes of the pieces change no bit at %i samples/s", (rate) => {
  const sound = tone(rate);
  const input = new SoundInput(rate);
  const pieces: number[] = [];
  for (let at = 0, size = 1; at < sound.length; at += size, size = (size * 7 + 3) % 401) pieces.push(...input.take(sound.slice(at, at + size)));
  expect(Float32Array.from(pieces)).toEqual(new SoundInput(rate).take(sound));
});

test("takes whole numbers, and clips what is too loud", () => {
  expect([...new SoundInput(16_000).take(Int16Array.of(-32768, 16384))]).toEqual([-1, 0.5]);
  expect([...new SoundInput(16_000).take(Float32Array.of(3, -3))]).toEqual([1, -1]);
});

test.each([7999, 48_001, NaN, 16_000.5])("refuses %d samples/s", (rate) => {
  expect(() => new SoundInput(rate)).toThrow(InputError);
});

test("refuses what is no sound", () => {
  expect(() => new SoundInput(16_000).take(Float32Array.of(0, NaN))).toThrow(/not finite/);
  expect(() => new SoundInput(16_000).take([0, 0] as unknown as Float32Array)).toThrow(/Float32Array/);
});
