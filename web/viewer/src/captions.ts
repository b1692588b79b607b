import type { Word } from "./performance";

const LONGEST = 8; // words in one line
const GAP = 0.6; // seconds of pause that end a line
const EARLY = 0.1; // seconds by which a line comes before its first word
const LINGER = 0.8; // seconds for which a line stays after its last word

/** Words in lines, broken where the voice pauses or a line is full. */
export function linesOf(words: Word[]): Word[][] {
  const lines: Word[][] = [];
  for (const word of words) {
    const line = lines.at(-1);
    const before = line?.at(-1);
    if (!line || !before || line.length >= LONGEST || word.start - before.end > GAP) lines.push([word]);
    else line.push(word);
  }
  return lines;
}

/** The line to show at an instant: the last one that has begun, until some time after its last word. */
export function lineAt(lines: Word[][], time: number): Word[] | undefined {
  let found: Word[] | undefined;
  for (const line of lines) {
    if ((line[0]?.start ?? Infinity) - EARLY > time) break;
    found = line;
  }
  return found && time < (found.at(-1)?.end ?? 0) + LINGER ? found : undefined;
}

/** Shows the words around the present moment and marks the one being spoken. */
export class Captions {
  private readonly lines: Word[][];
  private shown: Word[] | undefined;
  private spans: HTMLElement[] = [];

  constructor(
    private readonly host: HTMLElement,
    words: Word[],
  ) {
    this.lines = linesOf(words);
  }

  show(time: number): void {
    const line = lineAt(this.lines, time);
    if (line !== this.shown) {
      this.shown = line;
      this.spans = (line ?? []).map(({ text }) => {
        const span = document.createElement("span");
        span.textContent = text;
        return span;
      });
      this.host.replaceChildren(...this.spans.flatMap((span, index) => (index ? [" ", span] : [span])));
    }
    this.spans.forEach((span, index) => {
      const word = line?.[index];
      span.classList.toggle("spoken", word !== undefined && time >= word.start && time < word.end);
    });
  }
}
