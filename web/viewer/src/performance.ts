/** A performance: what the viewer plays. Times are seconds from the start of the sound. */
export interface Performance {
  title: string;
  /** Facts shown beside the title, such as model and seed. */
  detail: string;
  /** Seconds. */
  duration: number;
  /** Frames per second; a step with the arrow keys is one frame. */
  fps: number;
  words: Word[];
  keyframes: { expression: Keyframe[]; head: Keyframe[] };
  /** Loudness over time, 0..1, in equal steps. */
  loudness: number[];
  /** Curves to draw in place of keyframes. */
  traces?: Trace[];
}

/** A curve over the whole performance. */
export interface Trace {
  /** Name of a CSS variable. */
  colour: string;
  /** Frames per second. */
  fps: number;
  /** 0..1, one for each frame. */
  values: number[];
}

export interface Word {
  text: string;
  start: number;
  end: number;
}

export interface Keyframe {
  time: number;
  /** 0..1 */
  strength: number;
}

export function formatTime(seconds: number): string {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${String(Math.floor((tenths % 600) / 10)).padStart(2, "0")}.${tenths % 10}`;
}
