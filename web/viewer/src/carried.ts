// What a page carries within itself.

/** Text of a script element. */
export function content(id: string): string {
  return document.getElementById(id)?.textContent?.trim() ?? "";
}

export function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const result = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) result[i] = text.charCodeAt(i);
  return result;
}

/** An MP3 in Base64 as something to play. */
export function soundOf(base64: string): HTMLAudioElement {
  const sound = new Audio(URL.createObjectURL(new Blob([bytes(base64)], { type: "audio/mpeg" })));
  sound.preload = "auto";
  return sound;
}
