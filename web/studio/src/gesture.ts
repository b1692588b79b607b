// An arrow key held on a slider is one gesture, and one step of undo: the change is made when the gesture has ended.

/** ms after the last key until a gesture has ended. */
export const PAUSE = 400;

interface Gesture {
  owner: HTMLElement;
  commit: () => void;
  timer: number;
}

let pending: Gesture | undefined;
const ended: (() => void)[] = [];

/** Calls a listener whenever a gesture has ended. */
export function onGestureEnd(listener: () => void): void {
  ended.push(listener);
}

/** Makes what a gesture that is still going on has set; to be called before anything else is done. */
export function endGesture(): void {
  if (!pending) return;
  const { commit, timer } = pending;
  pending = undefined;
  clearTimeout(timer);
  commit();
  for (const listener of ended) listener();
}

/** Whether a gesture is going on within an element. */
export function gesturing(host: HTMLElement): boolean {
  return pending !== undefined && host.contains(pending.owner);
}

/**
 * Lets an input change once per gesture: a key that is held, or pressed again within a moment, counts as one.
 *
 * @param commit takes the value that the input then has
 */
export function changeByGesture(input: HTMLInputElement, commit: () => void): void {
  let down = false;
  const wait = () => {
    if (pending?.owner !== input) return;
    clearTimeout(pending.timer);
    // How long a key must be down until it repeats is the system's choice, so nothing ends before it is up.
    if (!down) pending.timer = window.setTimeout(endGesture, PAUSE);
  };
  input.addEventListener("keydown", ({ key }) => {
    down = /^(Arrow|Page|Home|End)/.test(key);
    wait();
  });
  input.addEventListener("keyup", () => {
    down = false;
    wait();
  });
  input.addEventListener("change", () => {
    if (!down && pending?.owner !== input) {
      endGesture();
      commit();
      return;
    }
    if (pending?.owner !== input) endGesture();
    pending ??= { owner: input, commit, timer: 0 };
    wait();
  });
  input.addEventListener("blur", () => {
    down = false;
    if (pending?.owner === input) endGesture();
  });
}
