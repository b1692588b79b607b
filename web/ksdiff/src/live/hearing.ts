// What the model reads of a sound that still comes: the speech encoder's features, prosody, and where nobody speaks.
//
// Nothing here knows the future: each value depends on the sound up to the end of the hop's look-ahead alone. The same as
// `ksdiff.live.hearing`.

import { type Condition, conditionOf } from "../model/condition.js";
import { clip, concatenated, halfPrecision, interpolate, type Rows, round, shifted } from "../numeric.js";
import { FPS, SAMPLE_RATE, SAMPLES_PER_FRAME } from "../space.js";
import { type EncoderMemory, FEATURES, GRID, NOTHING, type SpeechEncoder, STRIDE, SUPPORT } from "../speech/encoder.js";
import { amplified, ENERGY_WINDOW, gainOf, level, QUIETEST } from "../speech/level.js";
import { type PitchNetwork, trackPitch, VOICED } from "../speech/pitch.js";
import { SpeechDetector, type SpeechNetwork, STEP } from "../speech/silero.js";
import { PAUSE_RANGE, QuietLines, REACH } from "./quiet-lines.js";
import { CLIP, RunningLevels, RunningPitch } from "./running.js";
import { CONTEXT, HOP, LOOKAHEAD, PAST, SETTLE, WINDOW } from "./settings.js";

const PITCH_CONTEXT = 0.2; // s of sound before the first pitch that is renewed: the network's reach
const REMEMBERED = 2; // s for which it is known where something sounded
const LEVEL_STEP = SAMPLE_RATE / 100;
const PHRASE_RANGE = 10; // dB below the loud syllables: the loudest sounds of ordinary phrases are not quieter
const SPOKEN_REACH = 1; // s after speech that still count for the statistics of levels: short pauses do, as in whole sounds
const SPEECH = 0.2; // probability of speech from which somebody may speak
const LOWEST_SUNG = Math.log(75); // log Hz: hardly anybody sings below; engines and hums of the mains lie there
const CONTEXT_FRAMES = round(CONTEXT / GRID.spacing); // encoder's frames that are encoded again
const SETTLE_FRAMES = round(SETTLE / GRID.spacing);
const KEPT = round(WINDOW / FPS / GRID.spacing) + 3;

/** The networks that hear. */
export interface Ears {
  encoder: SpeechEncoder;
  pitch: PitchNetwork;
  speech: SpeechNetwork;
}

/** Where nobody speaks, for the frames of a hop. */
export interface Quiet {
  now: boolean[];
  /** Time from each frame to the next in which somebody speaks, s; infinite if none is in sight. */
  until: number[];
}

/** What one session has heard. The time before its beginning counts as silence. */
export class Hearing {
  private readonly samples: Float32Array<ArrayBuffer>; // the last that were heard
  private readonly features: Rows = Array.from({ length: KEPT }, () => new Float32Array(FEATURES));
  private readonly logarithm = new Float64Array(KEPT);
  private readonly voicing = new Float64Array(KEPT);
  private readonly loudness = new Float64Array(KEPT).fill(-100);
  private last: number; // number of the encoder's last whole frame
  private settled: number; // frames before this one will not be encoded again
  private memory: EncoderMemory = NOTHING;
  private readonly detector: SpeechDetector;
  private readonly quietLines: QuietLines;
  private undetected: Float32Array<ArrayBuffer>;
  private spokenUntil = -Infinity; // samples: end of the last step in which somebody spoke
  // Where something sounded, and where somebody uttered something, one value for each step up to now.
  private readonly active = new Uint8Array(REMEMBERED * 100);
  private activeUntil: number;
  private readonly uttered = new Uint8Array(round((REMEMBERED * SAMPLE_RATE) / STEP));
  private utteredUntil: number;

  private constructor(
    private readonly ears: Ears,
    /** Samples since the beginning. */
    public heard: number,
    private readonly levels: RunningLevels,
    private readonly pitch: RunningPitch,
  ) {
    const reach = Math.max(CONTEXT_FRAMES * STRIDE + SUPPORT, round((SETTLE + 0.4) * SAMPLE_RATE));
    this.samples = new Float32Array(reach);
    this.last = Math.floor((heard - SUPPORT) / STRIDE);
    this.settled = this.last + 1 - CONTEXT_FRAMES;
    this.detector = new SpeechDetector(ears.speech);
    this.quietLines = new QuietLines(ears.speech);
    this.undetected = new Float32Array(heard % STEP);
    this.activeUntil = Math.floor((heard - ENERGY_WINDOW / 2) / LEVEL_STEP) * LEVEL_STEP;
    this.utteredUntil = Math.floor(heard / STEP) * STEP;
  }

  /** Somebody who has heard nothing but silence so far, for so many samples, and may know a voice. */
  static async begin(
    ears: Ears,
    heard = 0,
    levels = new RunningLevels(GRID.spacing),
    pitch = new RunningPitch(GRID.spacing),
  ): Promise<Hearing> {
    const hearing = new Hearing(ears, heard, levels, pitch);
    await hearing.encode();
    return hearing;
  }

  /** The same listener, who knows the voice as before, at an instant before which there was only silence. */
  silenced(heard: number): Promise<Hearing> {
    return Hearing.begin(this.ears, heard, this.levels, this.pitch);
  }

  /** Hears what follows: mono sound at 16 kHz, shorter than what is kept. */
  async hear(block: Float32Array<ArrayBuffer>): Promise<void> {
    this.heard += block.length;
    shifted(this.samples, block);
    const { first, spoken } = await this.detect(block);
    const last = Math.floor((this.heard - SUPPORT) / STRIDE);
    const fresh = last - this.last;
    if (fresh > 0) {
      this.last = last;
      for (let i = 0; i < fresh; i++) this.features.push(this.features.shift()!);
      for (const kept of [this.logarithm, this.voicing, this.loudness]) shifted(kept, new Float64Array(fresh).fill(kept[KEPT - 1]));
      await this.measure(fresh);
      await this.encode();
    }
    shifted(this.uttered, spoken.map((speaks, index) => (speaks || this.sung(first + index * STEP) ? 1 : 0)));
  }

  /** What the model reads of the window whose hop begins with a frame. */
  condition(frame: number): Condition {
    const [pitch, levels] = [this.pitch.scale, this.levels.scale];
    const prosody = Array.from({ length: KEPT }, (_, index) =>
      Float32Array.of(
        this.voicing[index] >= VOICED ? pitch.of(this.logarithm[index]) : 0,
        this.loudness[index] > QUIETEST ? levels.of(this.loudness[index]) : -CLIP,
        this.voicing[index],
      ),
    );
    const begin = GRID.first + (this.last - KEPT + 1) * GRID.spacing - (frame - PAST) / FPS;
    return conditionOf(this.features, prosody, begin, GRID.spacing, WINDOW);
  }

  /** Where nobody speaks in the hop that begins with a frame. */
  quiet(frame: number): Quiet {
    const count = HOP + LOOKAHEAD - 1;
    const reach = round((REACH * SAMPLE_RATE) / STEP);
    const quiet: Quiet = { now: [], until: [] };
    let next = Infinity; // the next frame in which somebody speaks
    for (let index = count - 1; index >= 0; index--) {
      const instant = (frame + index) * SAMPLES_PER_FRAME;
      const sounds = near(this.active, this.active.length - 1 - round((this.activeUntil - instant) / LEVEL_STEP), 2);
      const utters = near(this.uttered, this.uttered.length - 1 - Math.floor((this.utteredUntil - 1 - instant) / STEP), reach);
      const speaks = sounds && utters;
      if (speaks) next = index;
      if (index >= HOP) continue;
      quiet.now.unshift(!speaks);
      quiet.until.unshift((next - index) / FPS);
    }
    return quiet;
  }

  /** What the encoder takes for the level of loud syllables, dB of full scale: for phrases that are far quieter, less than that. */
  private get phraseLevel(): number {
    const { loudest } = this.levels;
    const phrase = Math.max(...this.loudness.subarray(KEPT - SETTLE_FRAMES)) + PHRASE_RANGE;
    return clip(phrase, loudest - PAUSE_RANGE, loudest);
  }

  /** Encodes the latest frames again, and renews their features: at first all, with silence. */
  private async encode(): Promise<void> {
    const beyond = this.heard - (this.last * STRIDE + SUPPORT); // samples of a frame that is not whole yet
    const stop = this.samples.length - beyond;
    const count = this.last + 1 - this.settled;
    const settled = count - SETTLE_FRAMES;
    const heard = this.samples.slice(Math.max(stop - (count - 1) * STRIDE - SUPPORT, 0), stop);
    const { features, memory } = await this.ears.encoder(heard, this.memory, settled, this.phraseLevel);
    this.memory = memory;
    this.settled += settled;
    const total = features.length / FEATURES;
    for (let back = 1; back <= Math.min(total, KEPT); back++) {
      const row = this.features[KEPT - back];
      for (let i = 0; i < FEATURES; i++) row[i] = halfPrecision(features[(total - back) * FEATURES + i]);
    }
  }

  /** Pitch and level of the last frames; the statistics take those that will not be renewed any more. */
  private async measure(fresh: number): Promise<void> {
    const origin = this.heard - this.samples.length;
    const centre = (back: number) => (this.last + 1 - back) * STRIDE + (SUPPORT - 1) / 2;
    const time = (back: number) => (centre(back) - origin) / SAMPLE_RATE;
    const first = Math.max(0, Math.trunc((time(SETTLE_FRAMES) - PITCH_CONTEXT) * SAMPLE_RATE));
    const track = await trackPitch(this.ears.pitch, this.samples.slice(first), gainOf(this.levels.loudest));
    for (let back = SETTLE_FRAMES; back >= 1; back--) {
      const { logarithm, voicing } = track.at(time(back) - first / SAMPLE_RATE);
      this.logarithm[KEPT - back] = logarithm;
      this.voicing[KEPT - back] = voicing;
    }
    const spoken: boolean[] = [];
    for (let back = fresh; back >= 1; back--) {
      this.loudness[KEPT - back] = level(this.samples, time(back));
      spoken.push(centre(back) <= this.spokenUntil + SPOKEN_REACH * SAMPLE_RATE);
    }
    this.levels.add([...this.loudness.subarray(KEPT - fresh)], spoken);
    const settled = [KEPT - SETTLE_FRAMES, Math.min(KEPT - SETTLE_FRAMES + fresh, KEPT)] as const;
    this.pitch.add([...this.logarithm.subarray(...settled)], [...this.voicing.subarray(...settled)].map((value) => value >= VOICED));
  }

  /** Where something sounds; and the beginning of the detector's next steps, with whether somebody speaks in each. */
  private async detect(block: Float32Array<ArrayBuffer>): Promise<{ first: number; spoken: boolean[] }> {
    const { loudest } = this.levels;
    const origin = this.heard - this.samples.length;
    const count = Math.max(0, Math.floor((this.heard - ENERGY_WINDOW / 2 - this.activeUntil) / LEVEL_STEP));
    const loudness = Array.from({ length: count }, (_, index) => {
      const centre = this.activeUntil + LEVEL_STEP * (index + 1);
      return level(this.samples, (centre - origin) / SAMPLE_RATE);
    });
    const waiting = concatenated([this.undetected, block]);
    const whole = Math.floor(waiting.length / STEP) * STEP;
    this.undetected = waiting.slice(whole);
    const murmured = await this.quietLines.hear(waiting.slice(0, whole), loudness, loudest);
    const loud = Math.max(QUIETEST, loudest - PAUSE_RANGE);
    shifted(this.active, loudness.map((value) => (murmured || value > loud ? 1 : 0)));
    this.activeUntil += LEVEL_STEP * count;
    const first = this.utteredUntil;
    if (whole === 0) return { first, spoken: [] };
    const probability = await this.detector.hear(amplified(waiting.slice(0, whole), gainOf(loudest)));
    const spoken = [...probability].map((value) => murmured || value >= SPEECH);
    if (spoken.includes(true)) this.spokenUntil = first + (spoken.lastIndexOf(true) + 1) * STEP;
    this.utteredUntil += whole;
    return { first, spoken };
  }

  /** Whether a voice sounds in a step of the detector, by the pitch that was measured last. */
  private sung(step: number): boolean {
    const origin = (this.last + 1 - KEPT) * STRIDE + (SUPPORT - 1) / 2;
    const middle = step + STEP / 2 - origin;
    return interpolate(middle, STRIDE, this.voicing) >= VOICED && interpolate(middle, STRIDE, this.logarithm) >= LOWEST_SUNG;
  }
}

/** Whether some value is set within a reach of a place; places beyond the ends count as the ends. */
function near(values: Uint8Array, place: number, reach: number): boolean {
  const at = clip(place, 0, values.length - 1);
  for (let i = Math.max(at - reach, 0); i <= Math.min(at + reach, values.length - 1); i++) if (values[i]) return true;
  return false;
}
