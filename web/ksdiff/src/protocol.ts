// Messages between the page and the worker. Each request is answered once, by its number, in order.

import type { Progress } from "./assets.js";
import type { Frames, StreamOptions } from "./live/streamer.js";

export type Request = { id: number } & (
  | { type: "open"; assets: string; threads: number | undefined; options: Partial<StreamOptions> }
  | { type: "push"; samples: Float32Array<ArrayBuffer> | Int16Array<ArrayBuffer>; rate: number }
  | { type: "flush" }
  | { type: "interrupt"; shown: number | undefined }
  | { type: "restart"; options: Partial<StreamOptions> }
  | { type: "listen"; port: MessagePort; rate: number }
);

/** What is known of the networks when they are open. */
export interface Opened {
  version: string;
  model: string;
  rights: string;
  styles: string[];
  threads: number;
}

/** Frames that were made, and where the session stands. */
export interface Made {
  frames: Frames;
  /** Where the next sound that is pushed will lie, s. */
  position: number;
  /** Time that it took, s, and the sound that it was about, s. */
  seconds: number;
  sound: number;
}

export type Answer =
  | { type: "opened"; id: number; opened: Opened }
  | { type: "made"; id: number; made: Made }
  | { type: "failed"; id: number; name: string; message: string }
  | { type: "progress"; progress: Progress }
  /** Frames of sound that came through a port, and how much of it was dropped so far, s. */
  | { type: "heard"; made: Made; dropped: number }
  | { type: "deaf"; name: string; message: string };
