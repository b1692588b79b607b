// A voice file through `ksdiff serve`. Node 22 or newer (Node 20: node --experimental-websocket).
//
//     node examples/live_client.mjs voice.wav [ws://127.0.0.1:8765/stream]
//
// The file is WAV: mono, 16 bits. In a browser, send what an AudioWorklet hears instead; the rest is the same.
// With {output: "binary"} frames come as floats, which are fewer bytes: docs/live.md.
import { readFileSync } from "node:fs";

const [voice, address = "ws://127.0.0.1:8765/stream"] = process.argv.slice(2);
const file = readFileSync(voice);
const rate = file.readUInt32LE(24);
const sound = file.subarray(file.indexOf("data") + 8);
const socket = new WebSocket(address);
let header;

socket.onopen = () => socket.send(JSON.stringify({ type: "start", rate, format: "pcm16" }));
socket.onerror = () => process.exit(1);
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.type === "header") speak((header = message));
  if (message.type !== "frames") return console.log(message.type, message.status ?? "");
  message.expression.forEach((weights, n) => {
    const jaw = weights[header.expression.indexOf("jawOpen")];
    console.log(`${((message.first + n) / header.fps).toFixed(2)} s  jawOpen ${jaw.toFixed(2)}`);
  });
};

async function speak() {
  const piece = 2 * Math.round(rate / 25); // 40 ms
  for (let start = 0; start < sound.length; start += piece) {
    socket.send(sound.subarray(start, start + piece));
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  socket.send(JSON.stringify({ type: "end" }));
}
