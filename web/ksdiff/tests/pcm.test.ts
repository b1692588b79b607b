import { expect, test } from "vitest";
import { InputError } from "../src/errors.js";
import { pcm16 } from "../src/pcm.js";

const SOUND = Int16Array.from({ length: 100_001 }, (_, index) => index * 7); // wraps: all values occur

/** An answer that comes in pieces of these lengths, bytes, again and again. */
function answer(...lengths: number[]): Response {
  const bytes = new Uint8Array(SOUND.buffer);
  let at = 0;
  let count = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        const length = lengths[count++ % lengths.length];
        if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += length)));
        else controller.close();
      },
    }),
  );
}

async function all(response: Response): Promise<Int16Array> {
  const pieces: Int16Array[] = [];
  for await (const piece of pcm16(response)) pieces.push(piece);
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

test.each([[200_002], [1, 2, 4097, 3, 100_000], [65_536]])("gives whole samples, however the network cuts them: %i bytes, ...", async (...lengths) => {
  const found = await all(answer(...lengths));
  expect(Buffer.from(found.buffer).equals(Buffer.from(SOUND.buffer))).toBe(true);
});

test("leaves out half a sample at the end", async () => {
  expect(await all(new Response(Uint8Array.of(1, 0, 2)))).toEqual(Int16Array.of(1));
});

test("takes no more once the loop is left", async () => {
  let cancelled = false;
  const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)), cancel: () => void (cancelled = true) });
  for await (const piece of pcm16(new Response(body))) {
    expect(piece.length).toBe(500);
    break;
  }
  expect(cancelled).toBe(true);
});

test("says where a service refused, instead of playing its message", async () => {
  const refused = pcm16(new Response('{"error": "no key"}', { status: 401 })).next();
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(/status 401/);
});
