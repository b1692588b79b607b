// Sends a batch: the list first, which is checked as a whole, then the sound of each line.

import { api, Refused, type ListAnswer } from "../api";
import type { Batch } from "./dropped";

export interface Sent {
  /** How many of how many sounds are sent. */
  progress: (sent: number, total: number) => void;
  /** Whether to stop; what is sent stays. */
  cancelled: () => boolean;
}

/** What could not be sent, in a sentence for people; empty where all was. Rejects where the list is refused. */
export async function send({ list, sounds, texts }: Batch, maxUpload: number, { progress, cancelled }: Sent): Promise<string> {
  const contents: Record<string, string> = {};
  for (const { path, content } of texts) contents[path] = await content.text();
  const answer: ListAnswer = await api.readList({
    ...(list ? { name: list.path, content: await list.content.text() } : {}),
    files: sounds.map(({ path }) => path),
    texts: contents,
  });
  const files = new Map(sounds.map((sound) => [sound.path, sound.content]));
  const problems: string[] = [];
  let sent = 0;
  progress(sent, answer.lines.length);
  for (const { number, file, name } of answer.lines) {
    if (cancelled()) return `${sent} of ${answer.lines.length} lines were sent before you cancelled.`;
    const content = files.get(file);
    try {
      if (!content) continue;
      if (content.size > maxUpload) throw new Refused(`it has ${Math.round(content.size / 2 ** 20)} MB; at most ${Math.round(maxUpload / 2 ** 20)} are taken`);
      await api.createLine(content, name, answer.id, number);
    } catch (error) {
      problems.push(`line ${number} (${name}): ${error instanceof Error ? error.message : String(error)}`);
    }
    progress(++sent, answer.lines.length);
  }
  if (problems.length === 0) return "";
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : "";
  return `${problems.length} of ${answer.lines.length} lines could not be sent: ${problems.slice(0, 3).join("; ")}${more}`;
}
