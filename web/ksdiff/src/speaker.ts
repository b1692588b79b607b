import type { Face } from "./faces.js";
import type { Ksdiff } from "./ksdiff.js";
import { FPS, SAMPLE_RATE } from "./space.js";

const LEAD = 0.06; // s from when a sound is scheduled to when it plays
const STEP = 0.2; // s of sound that is handed on at once
const IDLE = 0.32; // s of silence that is put in at once where nothing is said
const AHEAD = 0.4; // s of faces that are there before their time
const STALLED = 0.8; // s after which a sentence that does not go on is taken to pause

/** A stretch of the session's time, in s, with its sound if it has one. */
interface Stretch {
  position: number;
  length: number;
  node: AudioBufferSourceNode | undefined;
}

/** What is used of ksdiff. */
export type SpokenBy = Pick<Ksdiff, "push" | "flush" | "interrupt" | "at" | "position"> & { faces: Pick<Ksdiff["faces"], "end"> };

/**
 * Plays speech, whole or in pieces as a synthesiser makes them, and gives the face that goes with it: the clock of the sound
 * leads. A sound plays as soon as its faces are known; if they or the sound come late, both halt. Where nothing is said the face
 * goes on in silence.
 */
export class Speaker {
  private held: Stretch[] = []; // whose faces are not all known yet
  private scheduled: (Stretch & { plays: number })[] = []; // and when, by the clock of the sound
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0; // pieces that are not handed on yet
  private unfinished = false; // a sentence goes on
  private latest = 0; // when something was said last
  private idling = false;
  private rounds = 0; // counts up where all that waits is void
  private rate: number | undefined;

  /** `output` is what plays, by default the speakers. */
  constructor(
    private readonly ksdiff: SpokenBy,
    private readonly context: AudioContext,
    private readonly output: AudioNode = context.destination,
  ) {}

  /** Says what comes next: mono sound, a piece of any length. Fulfilled when its faces are made, but for the look-ahead. */
  say(samples: Float32Array | Int16Array, rate: number): Promise<void> {
    const round = this.rounds;
    this.waiting++;
    this.unfinished = true;
    return this.inTurn(async () => {
      if (round !== this.rounds) return;
      await this.context.resume();
      this.rate = rate;
      const sound = samples instanceof Int16Array ? Float32Array.from(samples, (value) => value / 32768) : samples;
      const step = Math.round(STEP * rate);
      // In steps, so that the first is heard before the faces of the last are made.
      for (let start = 0; start < sound.length && round === this.rounds; start += step) {
        await this.handOn(sound.slice(start, start + step), rate, round);
      }
      this.latest = this.context.currentTime;
    }).finally(() => this.waiting--);
  }

  /** The sentence ends: makes the faces up to its end. More can be said afterwards. */
  finish(): Promise<void> {
    const round = this.rounds;
    return this.inTurn(async () => {
      if (round !== this.rounds) return;
      const { position } = this.ksdiff;
      await this.ksdiff.flush();
      if (round !== this.rounds) return;
      const silence = this.ksdiff.position - position;
      if (silence > 0) this.held.push({ position, length: silence, node: undefined });
      this.unfinished = false;
      this.release();
    });
  }

  /** Falls silent: stops the sound, and closes the lips. Fulfilled when the faces know. */
  interrupt(): Promise<void> {
    this.rounds++;
    this.unfinished = false;
    const shown = this.time;
    for (const { node } of this.scheduled) node?.stop();
    this.held = [];
    return this.inTurn(async () => {
      const { first } = await this.ksdiff.interrupt(shown);
      const position = first / FPS;
      // What is shown goes on from where it was: the face's time jumps by less than a hop.
      this.scheduled = [{ plays: this.context.currentTime, position, length: this.ksdiff.position - position, node: undefined }];
    });
  }

  /** The instant of the session that is heard now, s. */
  get time(): number {
    const now = this.context.currentTime - (this.context.outputLatency || 0);
    const found = this.scheduled.findLast(({ plays }) => plays <= now) ?? this.scheduled[0];
    if (!found) return 0;
    return found.position + Math.min(Math.max(now - found.plays, 0), found.length);
  }

  /** Whether something is said or waits to be. */
  get speaking(): boolean {
    const now = this.context.currentTime;
    const sounds = this.scheduled.some(({ node, plays, length }) => node && plays + length > now);
    return sounds || this.waiting > 0 || this.held.some(({ node }) => node);
  }

  /** How far the faces are ahead of the sound, s. */
  get ahead(): number {
    return this.ksdiff.faces.end - this.time;
  }

  /** The face of now. To be asked for once per drawn picture. */
  face(): Face | undefined {
    const { time } = this;
    if (this.ahead < AHEAD && this.waiting === 0 && !this.idling && this.pausing) this.idle();
    this.scheduled = this.scheduled.filter(({ position, length }, index) => index === this.scheduled.length - 1 || position + length > time - 1);
    return this.ksdiff.at(time);
  }

  /** Whether nothing is said for now: not in a sentence, unless it goes on too late. */
  private get pausing(): boolean {
    return !this.unfinished || this.context.currentTime - this.latest > STALLED;
  }

  private idle(): void {
    this.idling = true;
    const round = this.rounds;
    this.inTurn(async () => {
      if (this.waiting > 0 || round !== this.rounds) return;
      const rate = this.rate ?? SAMPLE_RATE;
      await this.handOn(new Float32Array(IDLE * rate), rate, round, true);
    })
      .catch(() => undefined)
      .finally(() => (this.idling = false));
  }

  private async handOn(sound: Float32Array, rate: number, round: number, silent = false): Promise<void> {
    const position = this.ksdiff.position;
    await this.ksdiff.push(sound, rate);
    if (round !== this.rounds) return;
    let node: AudioBufferSourceNode | undefined;
    if (!silent) {
      node = this.context.createBufferSource();
      node.buffer = this.context.createBuffer(1, sound.length, rate);
      node.buffer.copyToChannel(sound as Float32Array<ArrayBuffer>, 0);
      node.connect(this.output);
    }
    this.held.push({ position, length: sound.length / rate, node });
    this.release();
  }

  /** Schedules what is held, as far as its faces are known: at the sample after what comes before it, or later if that is over. */
  private release(): void {
    const known = this.ksdiff.faces.end + 1.5 / FPS; // half a frame for what a resampler keeps back
    while (this.held.length && this.held[0].position + this.held[0].length <= known) {
      const next = this.held.shift()!;
      const last = this.scheduled[this.scheduled.length - 1];
      const soonest = this.context.currentTime + LEAD;
      const plays = last ? Math.max(last.plays + (next.position - last.position), soonest) : soonest;
      next.node?.start(plays);
      this.scheduled.push({ ...next, plays });
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}
