import type { Face } from "./faces.js";
import type { Ksdiff } from "./ksdiff.js";
import { FPS, SAMPLES_PER_FRAME, SAMPLE_RATE } from "./space.js";

const LEAD = 0.06; // s from when a sound is known to when it plays
const IDLE = 8 * SAMPLES_PER_FRAME; // samples of silence that are put in at once where nothing is said
const AHEAD = 0.4; // s of faces that are there before their time

/** A stretch of the session's time, and when it plays. */
interface Stretch {
  /** By the clock of the sound, s. */
  plays: number;
  /** In the session, s. */
  position: number;
  /** s */
  length: number;
  node: AudioBufferSourceNode | undefined;
}

/**
 * Plays speech, whole or in pieces as a synthesiser makes them, and gives the face that goes with it: the clock of the sound
 * leads. Where nothing is said the face goes on in silence.
 */
export class Speaker {
  private stretches: Stretch[] = [];
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0; // pieces that are not played yet
  private idling = false;
  private said = 0; // counts up where all that waits is void
  private rate: number | undefined;

  /** `output` is what plays, by default the speakers. */
  constructor(
    private readonly ksdiff: Ksdiff,
    private readonly context: AudioContext,
    private readonly output: AudioNode = context.destination,
  ) {}

  /** Says what comes next: mono sound, a piece of any length. Fulfilled when it is on its way to be heard. */
  say(samples: Float32Array | Int16Array, rate: number): Promise<void> {
    const round = this.said;
    this.waiting++;
    return this.inTurn(async () => {
      if (round !== this.said) return;
      await this.context.resume();
      if (this.rate !== undefined && this.rate !== rate) await this.restart();
      this.rate = rate;
      const sound = samples instanceof Int16Array ? Float32Array.from(samples, (value) => value / 32768) : samples;
      const step = Math.round(rate / 5);
      // In steps, so that the first is heard before the faces of the last are made.
      for (let start = 0; start < sound.length && round === this.said; start += step) {
        await this.play(sound.slice(start, start + step), rate, round);
      }
    }).finally(() => this.waiting--);
  }

  /** The sentence ends: makes the faces up to its end. More can be said afterwards. */
  finish(): Promise<void> {
    const round = this.said;
    return this.inTurn(async () => {
      if (round !== this.said) return;
      const { position } = this.ksdiff;
      await this.ksdiff.flush();
      if (this.ksdiff.position > position) this.schedule(position, this.ksdiff.position - position, undefined);
    });
  }

  /** Falls silent: stops the sound, and closes the lips. Fulfilled when the faces know. */
  interrupt(): Promise<void> {
    this.said++;
    const shown = this.time;
    for (const { node } of this.stretches) node?.stop();
    return this.inTurn(async () => {
      const { first } = await this.ksdiff.interrupt(shown);
      const position = first / FPS;
      // What is shown goes on from where it was: the face's time jumps by less than a hop.
      this.stretches = [{ plays: this.context.currentTime, position, length: this.ksdiff.position - position, node: undefined }];
    });
  }

  /** The instant of the session that is heard now, s. */
  get time(): number {
    const now = this.context.currentTime - (this.context.outputLatency || 0);
    const found = this.stretches.findLast(({ plays }) => plays <= now) ?? this.stretches[0];
    if (!found) return 0;
    return found.position + Math.min(Math.max(now - found.plays, 0), found.length);
  }

  /** Whether something is said or waits to be. */
  get speaking(): boolean {
    const now = this.context.currentTime;
    return this.waiting > 0 || this.stretches.some(({ node, plays, length }) => node && plays + length > now);
  }

  /** How far the faces are ahead of the sound, s. */
  get ahead(): number {
    return this.ksdiff.faces.end - this.time;
  }

  /** The face of now. To be asked for once per drawn picture. */
  face(): Face | undefined {
    const { time } = this;
    if (this.ahead < AHEAD && !this.idling && this.waiting === 0) this.idle();
    this.stretches = this.stretches.filter(({ position, length }, index) => index === this.stretches.length - 1 || position + length > time - 1);
    return this.ksdiff.at(time);
  }

  private idle(): void {
    this.idling = true;
    this.inTurn(async () => {
      this.idling = false;
      if (this.waiting > 0) return;
      const rate = this.rate ?? SAMPLE_RATE;
      await this.play(new Float32Array((IDLE * rate) / SAMPLE_RATE), rate, this.said, true);
    }).catch(() => undefined);
  }

  private async play(sound: Float32Array, rate: number, round: number, silent = false): Promise<void> {
    const position = this.ksdiff.position;
    await this.ksdiff.push(sound, rate);
    if (round !== this.said) return;
    if (silent) return this.schedule(position, sound.length / rate, undefined);
    const buffer = this.context.createBuffer(1, sound.length, rate);
    buffer.copyToChannel(sound as Float32Array<ArrayBuffer>, 0);
    const node = new AudioBufferSourceNode(this.context, { buffer });
    node.connect(this.output);
    this.schedule(position, sound.length / rate, node);
  }

  /** Lets a stretch of the session follow the one before it; later, where that is over already. */
  private schedule(position: number, length: number, node: AudioBufferSourceNode | undefined): void {
    const last = this.stretches[this.stretches.length - 1];
    const soonest = this.context.currentTime + LEAD;
    // The sound follows at the sample; a gap opens only where it came too late.
    const plays = last ? Math.max(last.plays + (position - last.position), soonest) : soonest;
    node?.start(plays);
    this.stretches.push({ plays, position, length, node });
  }

  private async restart(): Promise<void> {
    await this.ksdiff.restart();
    this.stretches = [];
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}
