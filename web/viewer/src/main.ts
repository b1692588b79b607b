// Starts the player with what preview.html carries.
import { openPlayer } from "./page";
import type { Performance } from "./performance";

function content(id: string): string {
  return document.getElementById(id)?.textContent?.trim() ?? "";
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const result = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) result[i] = text.charCodeAt(i);
  return result;
}

const host = document.getElementById("player");
if (host) {
  const sound = new Audio(URL.createObjectURL(new Blob([bytes(content("sound"))], { type: "audio/mpeg" })));
  sound.preload = "auto";
  const start = /^#t=([\d.]+)$/.exec(location.hash)?.[1]; // preview.html#t=2.5 opens there
  if (start) sound.currentTime = Number(start);
  const performance = JSON.parse(content("performance")) as Performance;
  void openPlayer(host, performance, bytes(content("head")).buffer, sound);
}
