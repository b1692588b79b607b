// The speaker on a clock that the test turns, with frames that take as long as the test says.
import { expect, test } from "vitest";
import { HOP, heardUntil } from "../src/live/settings.js";
import type { Frames } from "../src/live/streamer.js";
import { CHANNELS, FPS, SAMPLE_RATE } from "../src/space.js";
import { Faces } from "../src/faces.js";
import { Speaker, type SpokenBy } from "../src/speaker.js";

const RATE = SAMPLE_RATE;

/** A clock, sounds that were started on it, and a session whose faces say what instant they are of. */
class World {
  now = 1;
  readonly started: { plays: number; length: number; stopped: number | undefined }[] = [];
  readonly faces = new Faces();
  position = 0;
  next = 0;
  /** Seconds of work for each of sound. */
  cost = 0.2;

  readonly context = (() => {
    const world = this;
    return {
      outputLatency: 0,
      get currentTime() {
        return world.now;
      },
      resume: async () => undefined,
      createBuffer: (_: number, length: number, rate: number) => ({ duration: length / rate, copyToChannel: () => undefined }),
      createBufferSource: () => {
        const node = {
          buffer: { duration: 0 },
          connect: () => undefined,
          start: (plays: number) => world.started.push(Object.assign(node.sound, { plays, length: node.buffer.duration })),
          stop: () => (node.sound.stopped = world.now),
          sound: { plays: NaN, length: NaN, stopped: undefined as number | undefined },
        };
        return node;
      },
      destination: undefined,
    } as unknown as AudioContext;
  })();

  readonly session: SpokenBy = (() => {
    const world = this;
    const made = async (sound: number): Promise<Frames> => {
      await world.pass(sound * world.cost);
      const first = world.next;
      while (world.position * SAMPLE_RATE >= heardUntil(world.next) - 1e-6) world.next += HOP;
      const count = world.next - first;
      const head = Float32Array.from({ length: count * CHANNELS.head }, (_, at) => (first + Math.floor(at / CHANNELS.head)) / FPS);
      const frames = { first, count, expression: new Float32Array(count * CHANNELS.expression), head };
      world.faces.add(frames);
      return frames;
    };
    return {
      faces: world.faces,
      get position() {
        return world.position;
      },
      push: (samples, rate) => {
        world.position += samples.length / rate;
        return made(samples.length / rate);
      },
      flush: () => {
        const end = Math.ceil(world.position * FPS);
        const hops = Math.max(0, Math.ceil((end - world.next) / HOP));
        if (hops) world.position = Math.max(world.position, heardUntil(world.next + (hops - 1) * HOP) / SAMPLE_RATE);
        return made(0);
      },
      interrupt: async (shown = 0) => {
        world.next = Math.ceil((Math.ceil(shown * FPS) + 1) / HOP) * HOP;
        world.position = heardUntil(world.next) / SAMPLE_RATE;
        return made(0);
      },
      at: (time) => world.faces.at(time),
    };
  })();

  private sleepers: { until: number; wake: () => void }[] = [];

  pass(seconds: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ until: this.now + seconds, wake }));
  }

  /** Lets time pass in pictures of 20 ms; gives clock, time of the speaker, and time of the face for each. */
  async run(speaker: Speaker, seconds: number): Promise<[number, number, number][]> {
    const seen: [number, number, number][] = [];
    for (const end = this.now + seconds; this.now < end; this.now += 0.02) {
      for (const sleeper of this.sleepers.filter(({ until }) => until <= this.now)) {
        this.sleepers.splice(this.sleepers.indexOf(sleeper), 1);
        sleeper.wake();
      }
      await new Promise((resolve) => setTimeout(resolve));
      const face = speaker.face();
      seen.push([this.now, speaker.time, face ? face.head[0] : NaN]);
    }
    return seen;
  }
}

const sound = (seconds: number) => new Float32Array(seconds * RATE);

/** The sounds that played follow each other at the sample. */
function expectWithoutGaps(world: World): void {
  world.started.slice(1).forEach(({ plays }, index) => {
    expect(plays).toBeCloseTo(world.started[index].plays + world.started[index].length, 6);
  });
}

test("a sentence plays without a gap, and its face is always that of what is heard", async () => {
  const world = new World();
  const speaker = new Speaker(world.session, world.context);
  void speaker.say(sound(3), RATE);
  void speaker.finish();
  const seen = await world.run(speaker, 5);
  expect(world.started).toHaveLength(15);
  expectWithoutGaps(world);
  const [first] = world.started;
  expect(first.plays).toBeLessThan(1 + 0.5 * world.cost + 2 * 0.06 + 0.1); // as soon as its faces are known
  for (const [now, time, face] of seen.filter(([now]) => now > first.plays && now < first.plays + 2.9)) {
    expect(time).toBeCloseTo(now - first.plays, 6);
    expect(face).toBeCloseTo(time, 5);
  }
  expect(speaker.speaking).toBe(false);
});

test("pieces of a synthesiser that come in real time are one sentence: no silence gets between them", async () => {
  const world = new World();
  const speaker = new Speaker(world.session, world.context);
  for (let piece = 0; piece < 10; piece++) {
    void speaker.say(sound(0.2), RATE);
    await world.run(speaker, 0.2);
  }
  void speaker.finish();
  await world.run(speaker, 2);
  expectWithoutGaps(world);
  expect(world.started).toHaveLength(10);
});

test("on a machine that does not keep up, sound and face halt together", async () => {
  const world = new World();
  world.cost = 1.5;
  const speaker = new Speaker(world.session, world.context);
  void speaker.say(sound(2), RATE);
  void speaker.finish();
  const seen = await world.run(speaker, 5);
  for (const [, time, face] of seen.filter(([, time]) => time > 0)) expect(Math.abs(face - time)).toBeLessThan(0.041);
  for (const [index, [now, time]] of seen.entries()) {
    if (index) expect(time - seen[index - 1][1]).toBeLessThan(now - seen[index - 1][0] + 1e-6);
  }
  expect(world.started).toHaveLength(10);
});

test("in silence the face goes on, and what is said next follows", async () => {
  const world = new World();
  const speaker = new Speaker(world.session, world.context);
  const silent = await world.run(speaker, 3);
  const [now, time] = silent[silent.length - 1];
  expect(time).toBeGreaterThan(now - 1 - 0.4);
  void speaker.say(sound(0.6), RATE);
  void speaker.finish();
  await world.run(speaker, 2);
  expectWithoutGaps(world);
  expect(world.started[0].plays).toBeLessThan(4 + 1);
});

test("an interruption stops the sound at once, forgets the rest, and the face goes on from there", async () => {
  const world = new World();
  const speaker = new Speaker(world.session, world.context);
  void speaker.say(sound(5), RATE);
  void speaker.finish();
  await world.run(speaker, 1.5);
  const { time } = speaker;
  void speaker.interrupt();
  const after = await world.run(speaker, 2);
  expect(world.started.filter(({ plays, length, stopped }) => plays + length > 2.5 && stopped === undefined)).toEqual([]);
  expect(speaker.speaking).toBe(false);
  expect(after[5][1]).toBeGreaterThan(time - 1e-6);
  expect(after[5][1]).toBeLessThan(time + 0.4);
  expect(after[after.length - 1][1]).toBeGreaterThan(time + 1);
});
