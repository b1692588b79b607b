// What is left out where there is no room: marks that would lie on each other, words too short to be read.

import type { Word } from "../api";

/** Of marks that lie closer than `gap` pixels, the first ones by rank; the others are drawn faintly. */
export function thinned<Mark>(marks: readonly Mark[], x: (mark: Mark) => number, rank: (mark: Mark) => number, gap: number): Set<Mark> {
  const places = new Map(marks.map((mark) => [mark, x(mark)]));
  const kept: number[] = []; // in order
  const shown = new Set<Mark>();
  for (const mark of [...marks].sort((one, other) => rank(other) - rank(one))) {
    const at = places.get(mark)!;
    let low = 0;
    for (let high = kept.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (kept[middle]! < at) low = middle + 1;
      else high = middle;
    }
    if (at - (kept[low - 1] ?? -Infinity) < gap || (kept[low] ?? Infinity) - at < gap) continue;
    kept.splice(low, 0, at);
    shown.add(mark);
  }
  return shown;
}

const PAUSE = 0.3; // s between words that are not drawn as one phrase

/** Words as they can be drawn: those too short for their text are drawn together with their neighbours, as phrases. */
export function phrases(words: readonly Word[], fits: (text: string, seconds: number) => boolean): Word[] {
  const made: Word[] = [];
  let open: Word | undefined; // what the next word may join
  for (const word of words) {
    const room = fits(word.text, word.end - word.start);
    if (open && !room && word.start - open.end < PAUSE) {
      open = { text: `${open.text} ${word.text}`, start: open.start, end: word.end };
      made[made.length - 1] = open;
    } else {
      made.push(word);
      open = room ? undefined : word;
    }
  }
  return made;
}
