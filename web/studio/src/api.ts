// What the server says and takes. Frames are those of the model, 25 in a second; ranges end one before `stop`.
//
// The types come from the server's own description (`npm run types`).

import type {
  BodyEditApiProjectsIdEditsPost,
  ExportAllAnswer,
  ExportAllRequest,
  ExportRequest,
  ExportResult,
  Facts,
  ListAnswer,
  ListRequest,
  ProjectAnswer,
  ProjectId,
  ProjectSummary,
  Rig,
  VariantsRequest,
} from "./api-types";

export type {
  Curve,
  CurveKeyOutput as CurveKey,
  EmotionRange,
  EyeBehaviour,
  ExportAllAnswer,
  ExportRequest,
  ExportResult,
  Facts,
  FormatAnswer as Format,
  GazeTarget,
  Keyframe,
  LayerRange,
  Layers,
  ListAnswer,
  NamedPose,
  PathSampling as Sampling,
  PhoneOutput as Phone,
  PinAnswer as Pin,
  ProjectAnswer as Project,
  ProjectSummary,
  Rig,
  Span,
  TakeAnswer as Take,
  WordOutput as Word,
} from "./api-types";

export type Path = "expression" | "head";
export const PATHS: readonly Path[] = ["expression", "head"];

export interface Progress {
  stage: string;
  /** 0..1 */
  done: number;
}

/** An edit as `ksdiff.editing` reads it. */
export type Edit = BodyEditApiProjectsIdEditsPost["edits"][number];

/** The server refused, or does not answer; the message is for people. */
export class Refused extends Error {
  constructor(
    message: string,
    /** HTTP status; undefined where there was no answer. */
    readonly status?: number,
  ) {
    super(message);
  }
}

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
  throw new Refused(message || `The server answered ${response.status}.`, response.status);
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
  recent: () => json<ProjectSummary[]>("projects"),
  remove: (id: string) => call(`projects/${id}`, { method: "DELETE" }),
  create: (file: Blob, name: string) =>
    json<ProjectId>(`projects?${query({ name })}`, { method: "POST", body: file }),
  open: (file: Blob, name: string) =>
    json<ProjectId>(`projects/open?${query({ name })}`, { method: "POST", body: file }),
  /** Reads a list of lines, whose sounds are sent next; or takes each sound as a line. */
  readList: (request: ListRequest) => json<ListAnswer>("lists", post(request)),
  createLine: (file: Blob, name: string, list: string, line: number) =>
    json<ProjectId>(`projects?${query({ name, list, line: String(line) })}`, { method: "POST", body: file }),
  retry: (id: string) => call(`projects/${id}/retry`, { method: "POST" }),
  /** The pose that stands for a project: expression, then head. */
  thumbnail: async (id: string) => new Float32Array(await (await call(`projects/${id}/thumbnail`)).arrayBuffer()),
  exportAll: (request: ExportAllRequest) => json<ExportAllAnswer>("exports", post(request)),
  exporting: () => json<ExportAllAnswer | null>("exports"),
  cancelExport: () => call("exports", { method: "DELETE" }),
  exportAllAddress: (id: string) => `api/exports/${id}`,
  project: (id: string) => json<ProjectAnswer>(`projects/${id}`),
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
    json<ProjectAnswer>(`projects/${id}/reference`, { method: "POST", body: file }),
  rename: (id: string, name: string) => json<ProjectAnswer>(`projects/${id}/name`, post({ name })),
  /** Edits, as one step of undo, or as part of the last one, which they continue. */
  edit: (id: string, edits: Edit[], continues = false) => json<ProjectAnswer>(`projects/${id}/edits`, post({ edits, continues })),
  undo: (id: string) => json<ProjectAnswer>(`projects/${id}/undo`, post()),
  redo: (id: string) => json<ProjectAnswer>(`projects/${id}/redo`, post()),
  /** Regenerates the frames that edits affect. */
  regenerate: (id: string) => json<ProjectAnswer>(`projects/${id}/regenerate`, post()),
  /** The motions of a range with several seeds, one after the other; nothing is changed. */
  variants: async (id: string, request: VariantsRequest) =>
    new Float32Array(await (await call(`projects/${id}/variants`, post(request))).arrayBuffer()),
  /** Cancels what takes its time: regenerating, finding words, exports. */
  cancel: (id: string) => call(`projects/${id}/cancel`, { method: "POST" }),
  /** Finds out what is said, or times a text given. */
  words: (id: string, text: string | null) => json<ProjectAnswer>(`projects/${id}/words`, post({ text })),
  setCharacter: (id: string, file: Blob, name: string) =>
    json<ProjectAnswer>(`projects/${id}/character?${query({ name })}`, { method: "POST", body: file }),
  removeCharacter: (id: string) => json<ProjectAnswer>(`projects/${id}/character`, { method: "DELETE" }),
  characterFile: async (id: string) => (await call(`projects/${id}/character`)).arrayBuffer(),
  /** How the character moves. */
  rig: (id: string) => json<Rig>(`projects/${id}/character/rig`),
  exports: (id: string, request: ExportRequest) => json<ExportResult>(`projects/${id}/exports`, post(request)),
  exportAddress: (id: string, made: string) => `api/projects/${id}/exports/${made}`,
};

/** Listens for progress and of changes made elsewhere until `close` is called. */
export function listen(
  id: string,
  on: {
    progress: (progress: Progress) => void;
    changed: (version: number) => void;
    failed: (message: string) => void;
    /** All that took its time is over. */
    idle?: () => void;
  },
): EventSource {
  const source = new EventSource(`api/projects/${id}/events`);
  const data = (event: Event) => JSON.parse((event as MessageEvent<string>).data);
  source.addEventListener("progress", (event) => on.progress(data(event) as Progress));
  source.addEventListener("changed", (event) => on.changed((data(event) as { version: number }).version));
  source.addEventListener("idle", () => on.idle?.());
  source.addEventListener("failed", (event) => on.failed((data(event) as { message: string }).message));
  return source;
}

/** Resolves when the first motion of a project is there; rejects where there will be none. */
export function settled(id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (then: () => void) => {
      events.close();
      then();
    };
    const events = listen(id, {
      progress: () => undefined,
      changed: () => end(resolve),
      failed: (message) => end(() => reject(new Refused(message))),
    });
    events.addEventListener("error", () => {
      // A stream that the server refused is closed for good: the project itself says why.
      if (events.readyState === EventSource.CLOSED) end(() => api.project(id).then(() => resolve(), reject));
    });
  });
}

/** Listens for what happens to the list of projects until `close` is called. */
export function listenToAll(on: {
  project: (project: ProjectSummary) => void;
  removed: (id: string) => void;
  exporting: (answer: ExportAllAnswer) => void;
  /** The stream is there, or there again after it broke off: what happened before may have been missed. */
  opened: () => void;
}): EventSource {
  const source = new EventSource("api/events");
  const data = (event: Event) => JSON.parse((event as MessageEvent<string>).data);
  source.addEventListener("project", (event) => on.project(data(event) as ProjectSummary));
  source.addEventListener("removed", (event) => on.removed((data(event) as { id: string }).id));
  source.addEventListener("export", (event) => on.exporting(data(event) as ExportAllAnswer));
  source.addEventListener("open", on.opened);
  return source;
}
