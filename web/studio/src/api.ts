// What the server says and takes. Frames are those of the model, 25 in a second; ranges end one before `stop`.

export type Path = "expression" | "head";
export const PATHS: readonly Path[] = ["expression", "head"];

export interface Keyframe {
  frame: number;
  strength: number;
  /** Values by channel name; empty for a keyframe that only says when. */
  pose: Record<string, number>;
}

export interface Span {
  start: number;
  stop: number;
}

export interface Sampling {
  seed: number;
  temperature: number;
  guidance: number;
}

export interface Variation extends Span, Partial<Sampling> {
  path: Path;
}

export interface Take {
  name: string;
  sampling: Record<Path, Sampling>;
  keyframes: Record<Path, Keyframe[]>;
  stale: Record<Path, Span[]>;
  variations: Variation[];
  made: boolean;
}

export interface Word {
  text: string;
  start: number;
  end: number;
}

export interface Choice extends Span {
  take: string;
  path: Path;
}

export interface Pin extends Span {
  path: Path;
}

/** A project as far as the page needs it. */
export interface Project {
  id: string;
  name: string;
  /** Grows with every change, also with undo. */
  version: number;
  frames: number;
  fps: number;
  /** Seconds of sound. */
  duration: number;
  model: string;
  style: string;
  styles: string[];
  channels: Record<Path, string[]>;
  words: Word[];
  /** Speech sounds, in ARPAbet, where they are known. */
  phones: Word[];
  takes: Take[];
  choices: Choice[];
  pins: Pin[];
  layers: Layers;
  undo: string | null;
  redo: string | null;
  stale: boolean;
  /** Whether a video lies beside the voice. */
  reference: boolean;
  /** Name of the head of one's own that motion can be put onto. */
  avatar: string | null;
}

/** What to export; see `studio/workspace.py`. */
export interface Export {
  formats: string[];
  fps: number;
  /** One take alone; null for the finished motion. */
  take: string | null;
  /** Of the first frame, HH:MM:SS:FF. */
  timecode: string | null;
  /** Put the motion onto the project's avatar too, whose nodes may be named. */
  avatar: boolean;
  head_node: string | null;
  neck_node: string | null;
}

export interface Exported {
  id: string;
  /** For each format that could not be made why. */
  missing: Record<string, string>;
  /** What became of the motion on the avatar. */
  report: string[];
}

export interface Eyes {
  [name: string]: number;
}

export interface GazeTarget {
  start: number;
  end: number;
  /** rad, positive to the face's own left */
  yaw: number;
  /** rad, positive up */
  pitch: number;
}

export interface Layers {
  rest: boolean;
  gains: Record<string, number>;
  head_amplitude: number;
  expression_smoothing: number;
  head_smoothing: number;
  eyes: Eyes | null;
  eyes_seed: number;
  gaze: GazeTarget[];
  offsets: Record<string, number>;
}

export interface Recent {
  id: string;
  name: string;
  duration: number;
  changed: number;
}

export interface Format {
  name: string;
  file: string;
  about: string;
}

export interface Facts {
  version: string;
  formats: Format[];
  transcribes: boolean;
  regions: string[];
  /** Expression channels, in the order of motion. */
  channels: string[];
  naturalEyes: Eyes;
  /** Bytes. */
  largestUpload: number;
}

export interface Progress {
  stage: string;
  /** 0..1 */
  done: number;
}

/** An edit as `ksdiff.editing` reads it. */
export type Edit = { edit: string } & Record<string, unknown>;

/** The server refused, or does not answer; the message is for people. */
export class Refused extends Error {}

async function call(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new Refused("The studio's server does not answer. Start it again with `ksdiff studio`; your work is saved.");
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = text;
  try {
    message = (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    // not JSON: shown as it is
  }
  throw new Refused(message || `The server answered ${response.status}.`);
}

async function json<Answer>(path: string, options?: RequestInit): Promise<Answer> {
  return (await (await call(path, options)).json()) as Answer;
}

function post(body?: unknown): RequestInit {
  if (body === undefined) return { method: "POST" };
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

const query = (values: Record<string, string>) => new URLSearchParams(values).toString();

export const api = {
  facts: () => json<Facts>("facts"),
  head: async () => (await call("head.glb")).arrayBuffer(),
  recent: () => json<Recent[]>("projects"),
  remove: (id: string) => call(`projects/${id}`, { method: "DELETE" }),
  create: (file: Blob, name: string) =>
    json<{ id: string }>(`projects?${query({ name })}`, { method: "POST", body: file }),
  open: (file: Blob, name: string) =>
    json<{ id: string }>(`projects/open?${query({ name })}`, { method: "POST", body: file }),
  project: (id: string) => json<Project>(`projects/${id}`),
  /** Frames of expression and head channels, one after the other. */
  motion: async (id: string, version: number, take?: string) => {
    const values = { version: String(version), ...(take === undefined ? {} : { take }) };
    return new Float32Array(await (await call(`projects/${id}/motion?${query(values)}`)).arrayBuffer());
  },
  /** Least and greatest sample in equal steps, -127..127, one after the other. */
  waveform: async (id: string) => new Int8Array(await (await call(`projects/${id}/waveform`)).arrayBuffer()),
  soundAddress: (id: string) => `api/projects/${id}/sound.wav`,
  referenceAddress: (id: string) => `api/projects/${id}/reference`,
  fileAddress: (id: string) => `api/projects/${id}/file`,
  setReference: (id: string, file: Blob) =>
    json<Project>(`projects/${id}/reference`, { method: "POST", body: file }),
  rename: (id: string, name: string) => json<Project>(`projects/${id}/name`, post({ name })),
  edit: (id: string, edits: Edit[]) => json<Project>(`projects/${id}/edits`, post({ edits })),
  undo: (id: string) => json<Project>(`projects/${id}/undo`, post()),
  redo: (id: string) => json<Project>(`projects/${id}/redo`, post()),
  /** Makes anew what edits reach. */
  regenerate: (id: string) => json<Project>(`projects/${id}/regenerate`, post()),
  /** Finds out what is said, or times a text given. */
  words: (id: string, text: string | null) => json<Project>(`projects/${id}/words`, post({ text })),
  setAvatar: (id: string, file: File) =>
    json<Project>(`projects/${id}/avatar?${query({ name: file.name })}`, { method: "POST", body: file }),
  exports: (id: string, wanted: Export) => json<Exported>(`projects/${id}/exports`, post(wanted)),
  exportAddress: (id: string, made: string) => `api/projects/${id}/exports/${made}`,
};

/** Hears of progress and of changes made elsewhere until `close` is called. */
export function listen(
  id: string,
  on: { progress: (progress: Progress) => void; changed: (version: number) => void; failed: (message: string) => void },
): EventSource {
  const source = new EventSource(`api/projects/${id}/events`);
  const data = (event: Event) => JSON.parse((event as MessageEvent<string>).data);
  source.addEventListener("progress", (event) => on.progress(data(event) as Progress));
  source.addEventListener("changed", (event) => on.changed((data(event) as { version: number }).version));
  source.addEventListener("failed", (event) => on.failed((data(event) as { message: string }).message));
  return source;
}
