// Blinks and gaze while the motion still comes. As `ksdiff.live.eyes`.

import {
  averts,
  type Blink,
  BLINK,
  closedBy,
  type EyeBehaviour,
  FIRST_POINT,
  gazeTo,
  MAX_RESTING,
  nextAversion,
  nextBlink,
  nextFixation,
  type Pair,
  type Saccade,
  saccadesAt,
  writeEyes,
} from "../layers/eyes.js";
import { clip, type Rows } from "../numeric.js";
import { Random } from "../random.js";
import { angleBetween, type Vector } from "../rotation.js";
import { FPS } from "../space.js";

const KEPT = 2; // s for which what has been is kept: longer than a saccade or a blink
const USUAL_LIKELIHOOD = 1.5; // of a blink, over that in speech with head and eyes at rest
const LIKELIHOOD_MEMORY = 30; // s
const SHIFT_REACH = 0.1; // s for which a shift of the gaze makes a blink likelier
const MIN_INTERVAL = 0.45; // s between the beginnings of two blinks that are no double blink
const DEGREE = Math.PI / 180;
const STEP = 1 / FPS;

/** The eyes of one session. */
export class CausalEyes {
  private gazeRandom: Random;
  private blinkRandom: Random;
  private resting: Pair;
  private fixation = 0;
  private points: Saccade[];
  private aversions: Saccade[] = [{ start: 0, point: [0, 0] }];
  private blinks: Blink[] = [];
  private lastBlink = -1;
  private likelihood = USUAL_LIKELIHOOD; // mean so far
  private shift = 0;
  private elapsed = 0; // time that runs faster where blinks are likelier, s
  private next: number;
  private before: { pose: Vector; look: Pair } | undefined;

  /** Looking at the viewer; `resting` says how far the lids are closed at first. */
  constructor(
    seed: number,
    private readonly behaviour: EyeBehaviour,
    resting: Pair,
  ) {
    this.gazeRandom = new Random([seed, 0]);
    this.blinkRandom = new Random([seed, 1]);
    this.resting = [Math.min(resting[0], MAX_RESTING), Math.min(resting[1], MAX_RESTING)];
    this.points = [{ start: 0, point: this.wandered(FIRST_POINT) }];
    const spread = behaviour.intervalSpread;
    this.next = this.interval * this.blinkRandom.uniform() * this.blinkRandom.lognormal(spread ** 2 / 2, spread);
  }

  /** The same eyes at the same time, which then go their own way. */
  copy(): CausalEyes {
    const other = Object.assign(Object.create(CausalEyes.prototype) as CausalEyes, this);
    other.gazeRandom = this.gazeRandom.copy();
    other.blinkRandom = this.blinkRandom.copy();
    [other.points, other.aversions, other.blinks] = [[...this.points], [...this.aversions], [...this.blinks]];
    return other;
  }

  /** Gives the next frames, of which the first has this number, their eyes: eyeBlink and eyeLook are replaced, eyeWide adjusted. */
  apply(first: number, expression: Rows, head: Rows, quiet: readonly boolean[]): void {
    const times = expression.map((_, index) => (first + index) * STEP);
    const looked = this.lookedAt(times);
    const gaze = looked.map((point, index) => gazeTo(point, head[index], this.behaviour));
    this.blink(times, head, gaze, quiet);
    expression.forEach((row, index) => {
      const lids = BLINK.map((channel) => row[channel]);
      // Their quarter quantile so far.
      const resting = this.resting.map((value, lid) => clip(value + 0.002 * (lids[lid] > value ? 0.25 : -0.75), 0, MAX_RESTING));
      this.resting = [resting[0], resting[1]];
      const [left, right] = [0, 1].map((lid) =>
        Math.max(0, ...this.blinks.map((blink) => closedBy(blink, lid, times[index], this.behaviour))),
      );
      writeEyes(row, gaze[index], [left, right], this.resting);
    });
  }

  private wandered([x, y]: Pair): Pair {
    return [x * this.behaviour.wander, y * this.behaviour.wander];
  }

  private lookedAt(times: readonly number[]): Pair[] {
    const { behaviour, gazeRandom: random } = this;
    const end = times[times.length - 1];
    while (this.points[this.points.length - 1].start < end) {
      const { at, point, length } = nextFixation(this.fixation, random, behaviour);
      this.fixation = at;
      this.points.push({ start: this.points[this.points.length - 1].start + length, point: this.wandered(point) });
    }
    while (averts(behaviour) && this.aversions[this.aversions.length - 1].start < end) {
      const { wait, offset, length } = nextAversion(random, behaviour);
      const start = this.aversions[this.aversions.length - 1].start + wait;
      this.aversions.push({ start, point: offset }, { start: start + length, point: [0, 0] });
    }
    for (const saccades of [this.points, this.aversions]) {
      while (saccades.length > 2 && saccades[2].start < times[0] - KEPT) saccades.shift();
    }
    return times.map((time) => {
      const [one, other] = [this.points, this.aversions].map((saccades) => saccadesAt(time, saccades, behaviour.viewerDistance));
      return [one[0] + other[0], one[1] + other[1]];
    });
  }

  private blink(times: readonly number[], head: Rows, gaze: readonly (readonly [Pair, Pair])[], quiet: readonly boolean[]): void {
    const { behaviour, blinkRandom: random } = this;
    if (behaviour.blinksPerMinute === 0) return;
    this.blinks = this.blinks.filter((blink) => blink.starts[0] > times[0] - KEPT);
    times.forEach((time, index) => {
      const pose: Vector = [head[index][0], head[index][1], head[index][2]];
      const [left, right] = gaze[index];
      const look: Pair = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
      const before = this.before ?? { pose, look };
      this.before = { pose, look };
      const turn = angleBetween(before.pose, pose) / STEP;
      const shift = Math.max(Math.abs(look[0] - before.look[0]), Math.abs(look[1] - before.look[1]));
      // As in the layer for whole motions: a saccade of 10 degrees doubles the likelihood for about 0.15 s; a head that
      // turns by 60 degrees/s doubles it too.
      this.shift += (1 - Math.exp(-STEP / SHIFT_REACH)) * (shift / (10 * DEGREE) - this.shift);
      let likelihood = quiet[index] ? behaviour.pauseFactor : 1;
      likelihood *= 1 + (this.shift * 0.15) / STEP + Math.min(turn / (60 * DEGREE), 3);
      this.likelihood += ((likelihood - this.likelihood) * STEP) / LIKELIHOOD_MEMORY;
      this.elapsed += (likelihood / this.likelihood) * STEP;
      if (this.elapsed < this.next || time < this.lastBlink + MIN_INTERVAL) return;
      this.lastBlink = time;
      this.blinks.push(nextBlink(time, random));
      if (random.random() < behaviour.doubleBlinks) {
        this.lastBlink += random.uniform(0.32, 0.42);
        this.blinks.push(nextBlink(this.lastBlink, random));
      }
      const spread = behaviour.intervalSpread;
      this.next += this.interval * random.lognormal(-(spread ** 2) / 2, spread);
    });
  }

  /** Mean time between blinks, s. */
  private get interval(): number {
    const { blinksPerMinute: rate, doubleBlinks } = this.behaviour;
    return rate === 0 ? Infinity : ((1 + doubleBlinks) * 60) / rate;
  }
}
