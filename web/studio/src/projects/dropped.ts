// Files that were dropped or chosen together: with their paths, and what is to become of them.

import type { Given } from "../opening";

/** A file with its place among those that came with it. */
export interface Placed extends Given {
  /** With `/` between parts. */
  path: string;
}

export interface Batch {
  /** The list among the files, if one of them is one. */
  list?: Placed;
  sounds: Placed[];
  /** Transcripts and emotion files. */
  texts: Placed[];
}

const MAX_TEXT = 8_000_000; // bytes
const SOUND = /\.(3gp|aac|ac3|aif|aifc|aiff|amr|au|avi|caf|flac|flv|m4a|m4b|m4v|mka|mkv|mov|mp2|mp3|mp4|mpeg|mpg|mts|mxf|oga|ogg|ogv|opus|ts|w64|wav|weba|webm|wma|wmv|wv)$/i;

/** All files of a drop, those in folders included. */
export async function filesOf(data: DataTransfer): Promise<Placed[]> {
  // Entries are gone after the first wait, so all are taken at once.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...data.files];
  if (!entries.some((entry) => entry?.isDirectory)) return files.map(placed);
  const found: Placed[] = [];
  for (const entry of entries) if (entry) await walk(entry, found);
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** A file that was chosen, with its path if a folder was. */
export function placed(file: File): Placed {
  return { content: file, name: file.name, path: file.webkitRelativePath || file.name };
}

async function walk(entry: FileSystemEntry, found: Placed[]): Promise<void> {
  if (entry.name.startsWith(".")) return;
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    found.push({ content: file, name: file.name, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return;
    for (const each of some) await walk(each, found);
  }
}

/** What is a batch: a list, a folder, or several sounds. Undefined where files are to be opened one by one. */
export async function batchOf(files: readonly Placed[]): Promise<Batch | undefined> {
  const tables = files.filter(({ name, content }) => /\.(csv|json)$/i.test(name) && content.size <= MAX_TEXT);
  const texts = files.filter(({ name, content }) => /\.(txt|csv|json)$/i.test(name) && content.size <= MAX_TEXT);
  const folder = files.some(({ path, name }) => path !== name);
  const lists: Placed[] = [];
  for (const table of tables) if (names(await table.content.slice(0, 4000).text())) lists.push(table);
  lists.sort((one, other) => one.path.split("/").length - other.path.split("/").length);
  const [list] = lists;
  const sounds = files.filter(({ name }) => (list || folder ? SOUND.test(name) : !/\.(txt|csv|json|ksd|glb|vrm|gltf|jpe?g|png|webp|tiff?|bmp|gif|jp2|avif)$/i.test(name)));
  if (!list && !folder && (sounds.length < 2 || files.some(({ name }) => /\.ksd$/i.test(name)))) return undefined;
  return { ...(list ? { list } : {}), sounds, texts: texts.filter((text) => text !== list) };
}

/** Whether the beginning of a table says that it lists sounds. */
function names(start: string): boolean {
  return /^\uFEFF?[^\n]*\bsound\b/.test(start) || /"sound"\s*:/.test(start);
}
