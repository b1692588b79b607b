import type { Progress } from "./assets.js";
import { InputError } from "./errors.js";
import { type Face, Faces } from "./faces.js";
import type { Frames, StreamOptions } from "./live/streamer.js";
import type { Answer, Made, Opened, Request } from "./protocol.js";

export interface LoadOptions extends Partial<StreamOptions> {
  /** Address of the folder that scripts/build_browser.py made, relative to the page. */
  assets: string | URL;
  /** Threads of the networks where the page is cross-origin isolated; else there is one. By default 2 on four cores or more, else 1. */
  threads?: number;
  /** Is told how much has been downloaded. */
  onProgress?: (progress: Progress) => void;
}

/** Loads ksdiff into a worker. Throws an `InputError` where the assets are missing, or an option cannot be used. */
export async function load({ assets, threads, onProgress, ...options }: LoadOptions): Promise<Ksdiff> {
  const folder = new URL(String(assets).replace(/\/?$/, "/"), globalThis.location?.href);
  const worker = start(new URL("worker.js", folder));
  const ksdiff = new Ksdiff(worker, onProgress);
  try {
    await ksdiff.open(folder.href, threads, options);
    return ksdiff;
  } catch (error) {
    ksdiff.close();
    throw error;
  }
}

function start(script: URL): Worker {
  try {
    return new Worker(script, { type: "module", name: "ksdiff" });
  } catch {
    throw new InputError(`cannot run ${script.href}: the assets must lie on the page's own server, ${location.origin}`);
  }
}

type Distributed<T> = T extends { id: number } ? Omit<T, "id"> : never;

/** A session: sound in, motion out. */
export class Ksdiff {
  /** The faces of the last 30 s, by the time of the sound. */
  readonly faces = new Faces();
  /** Is told of all frames that are made, also of those of the microphone. */
  onframes: ((frames: Frames) => void) | undefined;
  /** Is told where sound of the microphone cannot be used. */
  onerror: ((error: Error) => void) | undefined;
  /** Where the next sound that is pushed will lie, s. */
  position = 0;
  /** Sound of the microphone that came faster than it could be used, and was dropped, s. */
  dropped = 0;
  private about: Opened | undefined;
  private readonly asked = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  private asks = 0;
  private closed = false;
  private spent = { seconds: 0, sound: 0 };

  /** @internal */
  constructor(
    private readonly worker: Worker,
    private readonly onProgress?: (progress: Progress) => void,
  ) {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.take(data);
    worker.onerror = (event) => this.fail(new InputError(`cannot run the worker of ksdiff: ${event.message || "its script is not in the assets"}`));
  }

  /** @internal */
  async open(assets: string, threads: number | undefined, options: Partial<StreamOptions>): Promise<void> {
    this.about = await this.ask<Opened>({ type: "open", assets, threads, options });
  }

  /** What is loaded: version, name and rights of the weights, styles, threads. */
  get info(): Opened {
    return this.about!;
  }

  /** Time that the networks took for each second of sound, lately, s; NaN before there was any. */
  get cost(): number {
    return this.spent.seconds / this.spent.sound;
  }

  /**
   * Takes sound, mono, at 8000 to 48 000 samples/s, and makes all frames that it completes.
   *
   * Throws an `InputError` where it is no sound.
   */
  push(samples: Float32Array | Int16Array, rate: number): Promise<Frames> {
    const copy = samples.slice() as Float32Array<ArrayBuffer>;
    return this.make({ type: "push", samples: copy, rate }, [copy.buffer]);
  }

  /** The sound pauses here: makes all frames up to its end. More can be pushed afterwards; `position` says where it lies. */
  flush(): Promise<Frames> {
    return this.make({ type: "flush" });
  }

  /**
   * Stops speaking: forgets all sound that is not shown yet, and closes the lips. The frames replace those of the same numbers.
   *
   * `shown` says how far the motion has been shown, s; all that was made if it is left out.
   */
  interrupt(shown?: number): Promise<Frames> {
    return this.make({ type: "interrupt", shown });
  }

  /** Begins a new session, from the neutral face; options that are left out stay as they were. */
  async restart(options: Partial<StreamOptions> = {}): Promise<void> {
    await this.make({ type: "restart", options });
    this.faces.clear();
    [this.position, this.dropped] = [0, 0];
  }

  /** Takes sound that comes as Float32Array messages of a port, and so past the page; see `Microphone`. */
  async listen(port: MessagePort, rate: number): Promise<void> {
    await this.make({ type: "listen", port, rate }, [port]);
  }

  /** The face at an instant of the sound, s; undefined before there is any. */
  at(time: number): Face | undefined {
    return this.faces.at(time);
  }

  /** Ends the worker. What was asked for and is not done yet fails. */
  close(): void {
    this.worker.terminate();
    this.closed = true;
    this.fail(new InputError("ksdiff is closed"));
  }

  private async make(request: Distributed<Request>, transfer: Transferable[] = []): Promise<Frames> {
    return (await this.ask<Made>(request, transfer)).frames;
  }

  private ask<T>(request: Distributed<Request>, transfer: Transferable[] = []): Promise<T> {
    if (this.closed) return Promise.reject(new InputError("ksdiff is closed"));
    const id = this.asks++;
    return new Promise<T>((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      this.worker.postMessage({ ...request, id }, transfer);
    });
  }

  private take(answer: Answer): void {
    switch (answer.type) {
      case "progress":
        return this.onProgress?.(answer.progress);
      case "deaf":
        return this.onerror?.(failure(answer));
      case "heard":
        this.dropped = answer.dropped;
        return this.made(answer.made);
      case "failed":
        this.asked.get(answer.id)?.reject(failure(answer));
        break;
      case "opened":
        this.asked.get(answer.id)?.resolve(answer.opened as never);
        break;
      case "made":
        this.made(answer.made);
        this.asked.get(answer.id)?.resolve(answer.made as never);
    }
    this.asked.delete(answer.id);
  }

  private made({ frames, position, seconds, sound }: Made): void {
    this.position = position;
    this.faces.add(frames);
    const kept = Math.exp(-sound / 10); // of ten seconds
    this.spent = { seconds: this.spent.seconds * kept + seconds, sound: this.spent.sound * kept + sound };
    if (frames.count) this.onframes?.(frames);
  }

  private fail(error: Error): void {
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}

function failure({ name, message }: { name: string; message: string }): Error {
  return name === "InputError" ? new InputError(message) : new Error(message);
}
