// Files that are given: each becomes a project. The first good one is opened; nothing that is open is lost to a bad one.

/** A file as it was dropped, chosen or recorded. */
export interface Given {
  content: Blob;
  name: string;
}

interface Steps {
  /** Sends a file to the server; the id of its project. */
  send: (given: Given) => Promise<string>;
  /** Resolves when the first motion of a project is there; rejects where there will be none. */
  settle: (id: string) => Promise<void>;
  /** Shows a project, with its progress where its first motion is not there yet. */
  open: (id: string, name: string) => Promise<void>;
  /** Whether a project is open that must stay until another can take its place. */
  keep: boolean;
}

/** What became of files: in a sentence for people, empty where the one file that was given is open. */
export async function openAll(files: readonly Given[], { send, settle, open, keep }: Steps): Promise<string> {
  let opened: string | undefined;
  const ready: string[] = [];
  const problems: string[] = [];
  for (const given of files) {
    const { name } = given;
    try {
      const id = await send(given);
      if (opened === undefined && !keep) {
        opened = name;
        await open(id, name);
        continue;
      }
      await settle(id);
      if (opened === undefined) {
        opened = name;
        await open(id, name);
      } else ready.push(name);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  const parts = problems.map((problem) => (problem.endsWith(".") ? problem : `${problem}.`));
  if (ready.length > 0) parts.unshift(`${listed(ready)} ${ready.length === 1 ? "is" : "are"} ready under All projects.`);
  return parts.join(" ");
}

/** Names in a sentence. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
