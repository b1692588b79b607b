import { concatenatedBytes } from "./bytes.js";
import { InputError } from "./errors.js";

/**
 * The sound of an answer of raw PCM (mono, 16 bits, little-endian), piece by piece as it comes: what many services for speech synthesis
 * send. The network cuts it anywhere, also within a sample.
 *
 *     for await (const piece of pcm16(await fetch(address, { signal }))) speaker.say(piece, 24_000);
 *
 * Throws an `InputError` where the service refused. Abort the fetch, or leave the loop, to take no more.
 */
export async function* pcm16(response: Response): AsyncGenerator<Int16Array<ArrayBuffer>, void> {
  if (!response.ok) throw new InputError(`no speech came from ${response.url}: status ${response.status}`);
  // With a reader, since Safari cannot go through a stream by itself.
  const reader = response.body?.getReader();
  let begun = new Uint8Array(0); // a byte of a sample whose other byte has not come yet
  try {
    for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
      const bytes = concatenatedBytes([begun, read.value]);
      const whole = bytes.length - (bytes.length % 2);
      begun = bytes.slice(whole);
      if (whole) yield new Int16Array(bytes.buffer, 0, whole / 2);
    }
  } finally {
    await reader?.cancel();
  }
}
