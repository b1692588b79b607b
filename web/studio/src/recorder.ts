// Recording from the microphone.

import { button, make } from "./dom";

const LONGEST = 300; // s

/** A button that records; what it recorded is given to `done`. Undefined where the browser cannot. */
export function recordButton(done: (sound: Blob, name: string) => void, fail: (message: string) => void): HTMLButtonElement | undefined {
  if (!("mediaDevices" in navigator) || typeof MediaRecorder === "undefined") return undefined;
  let recorder: MediaRecorder | undefined;
  const text = make("span", {}, "Record");
  const made = button("Record from the microphone", () => void (recorder ? recorder.stop() : start()), { icon: "record", kind: "outline record" });
  made.append(text);

  const start = async () => {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      fail(`The microphone cannot be used: ${error instanceof Error ? error.message : String(error)}. Allow it in the browser, or give a file.`);
      return;
    }
    const parts: Blob[] = [];
    const began = Date.now();
    const recording = new MediaRecorder(stream);
    recorder = recording;
    made.classList.add("recording");
    const clock = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      text.textContent = `Stop, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= LONGEST) recording.stop();
    }, 200);
    recording.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recording.addEventListener("stop", () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      recorder = undefined;
      made.classList.remove("recording");
      text.textContent = "Record";
      const when = new Date().toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
      done(new Blob(parts, { type: recording.mimeType }), `Recording, ${when}`);
    });
    recording.start();
  };
  return made;
}
