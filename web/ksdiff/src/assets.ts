// The folder of assets: models, onnxruntime and the scripts of worker and microphone. scripts/build_browser.py fills it.

import { concatenatedBytes } from "./bytes.js";
import { InputError } from "./errors.js";
import type { Files } from "./model/network.js";

/** What `manifest.json` says about the folder. */
export interface Manifest {
  /** Version of ksdiff that the files are of. */
  version: string;
  /** Name of the weights. */
  model: string;
  /** What the weights may be used for. */
  rights: string;
  /** Bytes of each packed file, by its name in the folder. */
  files: Record<string, number>;
}

export interface Progress {
  /** Bytes. */
  done: number;
  total: number;
}

/** The files of a folder, unpacked, and what has been loaded of them. */
export class Assets {
  private done = 0;
  private readonly total: number;

  private constructor(
    private readonly folder: URL,
    readonly manifest: Manifest,
    private readonly onProgress: (progress: Progress) => void,
  ) {
    this.total = Object.values(manifest.files).reduce((sum, size) => sum + size, 0);
  }

  /** Opens a folder. Throws an `InputError` where there are no assets. */
  static async open(folder: URL, onProgress: (progress: Progress) => void): Promise<Assets> {
    const url = new URL("manifest.json", folder);
    const manifest = (await (await get(url)).json().catch(() => undefined)) as Manifest | undefined;
    // Many servers answer with a page of theirs, and 200, where there is no such file.
    if (!manifest?.files) throw new InputError(`${url.href} is no manifest of ksdiff: look where the assets lie`);
    return new Assets(folder, manifest, onProgress);
  }

  url(name: string): string {
    return new URL(name, this.folder).href;
  }

  /** The content of a file that lies packed in the folder. */
  readonly read: Files = async (name) => {
    const packed = `${name}.gz`;
    if (!(packed in this.manifest.files)) throw new InputError(`the assets in ${this.folder.href} lack ${packed}: build them again`);
    const response = await get(new URL(packed, this.folder));
    const pieces: Uint8Array[] = [];
    const reader = response.body!.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      this.done += value.length;
      this.onProgress({ done: Math.min(this.done, this.total), total: this.total });
    }
    return unpacked(concatenatedBytes(pieces));
  };
}

/** Unpacks what is packed; some servers do it themselves. */
export async function unpacked(content: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content.buffer;
  return new Response(new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function get(url: URL): Promise<Response> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new InputError(`cannot load ${url.href}: ${error instanceof Error ? error.message : error}`);
  });
  if (!response.ok) throw new InputError(`cannot load ${url.href}: the server answers ${response.status}; look where the assets lie`);
  return response;
}
