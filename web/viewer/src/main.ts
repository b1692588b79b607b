// Starts the player, or the comparison, with what the page carries.
import { openComparison, type Players } from "./comparison";
import { openPlayer } from "./page";
import type { Performance } from "./performance";
import { bytes, content, soundOf } from "./carried";

const player = document.getElementById("player");
if (player) {
  const sound = soundOf(content("sound"));
  const start = /^#t=([\d.]+)$/.exec(location.hash)?.[1]; // preview.html#t=2.5 opens there
  if (start) sound.currentTime = Number(start);
  const performance = JSON.parse(content("performance")) as Performance;
  void openPlayer(player, performance, bytes(content("head")).buffer, sound);
}

const comparison = document.getElementById("comparison");
if (comparison) {
  void openComparison(comparison, JSON.parse(content("players")) as Players, bytes(content("head")).buffer);
}
