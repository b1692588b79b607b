// Lines far quieter than the voice so far, as a murmur after a shout. As `ksdiff.live.quiet_lines`.

import { SAMPLE_RATE } from "../space.js";
import { amplified, gainOf, QUIETEST } from "../speech/level.js";
import { SpeechDetector, type SpeechNetwork, STEP } from "../speech/silero.js";

export const PAUSE_RANGE = 30; // dB below the loud syllables
export const REACH = 0.3; // s around which nobody may speak or sing either: plosives and whispered ends of words are uncertain
const RANGE = 40; // dB below the loud syllables, down to which a line may be spoken
const PAUSE = 0.5; // s: in what else would be a pause of so long
const SURELY = 0.5; // probability of sure speech
const LEAST = 0.3; // s of sure speech that make a line
const REMEMBERED = 2; // s: how long a line's level is measured, and for which its speaker may pause
const LEVELS = 100; // per second
const STEPS = SAMPLE_RATE / STEP; // of the detector, per second

/**
 * Hears whether somebody speaks in what is a pause beside the voice so far.
 *
 * Such a line begins later than in whole sounds, by the time in which it shows to be speech. Once it is known, what follows a
 * short pause is spoken at once.
 */
export class QuietLines {
  private levels: number[] = []; // of the pause, or of the line in it, dB of full scale
  private detector: SpeechDetector | undefined;
  private known = false; // whether a line is spoken, or was just now
  private row = 0; // steps of sure speech up to now
  private since = 0; // steps since it

  constructor(private readonly network: SpeechNetwork) {}

  /**
   * Whether somebody speaks such a line at the end of what is heard.
   *
   * `block` is what follows, whole steps of the detector; `loudness` are levels of about the same time, every 10 ms, and
   * `loudest` that of the loud syllables so far, dB of full scale.
   */
  async hear(block: Float32Array<ArrayBuffer>, loudness: readonly number[], loudest: number): Promise<boolean> {
    const loud = Math.max(QUIETEST, loudest - PAUSE_RANGE);
    this.levels = !this.known && loudness.some((level) => level > loud) ? [] : [...this.levels, ...loudness].slice(-REMEMBERED * LEVELS);
    const count = this.levels.length;
    const own = count ? [...this.levels].sort((one, other) => one - other)[Math.trunc(0.95 * count)] : -Infinity;
    const quietest = Math.max(QUIETEST, loudest - RANGE);
    if (count < PAUSE * LEVELS || own < quietest) {
      this.detector = undefined;
      this.known = false;
      this.row = this.since = 0;
      return false;
    }
    const audible = Math.max(...this.levels.slice(-LEAST * LEVELS)) >= quietest; // now, not only the voice's last sounds
    if (block.length) {
      this.detector ??= new SpeechDetector(this.network);
      for (const probability of await this.detector.hear(amplified(block, gainOf(own)))) {
        [this.row, this.since] = audible && probability >= SURELY ? [this.row + 1, 0] : [0, this.since + 1];
        this.known ||= this.row >= LEAST * STEPS;
      }
      this.known &&= this.since < REMEMBERED * STEPS;
    }
    return this.known && this.since <= REACH * STEPS;
  }
}
