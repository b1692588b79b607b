// A voice file through `ksdiff serve`. Node 22 or newer (Node 20: node --experimental-websocket).
//
//     node examples/live_client.mjs voice.wav [ws://127.0.0.1:8765/stream]
//
// The file is WAV: mono, 16 bits. In a browser, send what an AudioWorklet hears instead; the rest is the same.
import { readFileSync } from "node:fs";

const [voice, address = "ws://127.0.0.1:8765/stream"] = process.argv.slice(2);
const file = readFileSync(voice);
const rate = file.readUInt32LE(24);
const sound = file.subarray(file.indexOf("data") + 8);
const socket = new WebSocket(address);
socket.binaryType = "arraybuffer";
let header;

socket.onopen = () => socket.send(JSON.stringify({ type: "start", rate, format: "pcm16", output: "binary" }));
socket.onerror = () => process.exit(1);
socket.onmessage = ({ data }) => {
  if (typeof data === "string") {
    const message = JSON.parse(data);
    console.log(message.type, message.status ?? "");
    if (message.type === "header") speak((header = message));
    return;
  }
  const view = new DataView(data);
  const [count, first] = [view.getUint16(2, true), view.getUint32(4, true)];
  const width = header.expression.length + header.head.length;
  for (let t = 0; t < count; t++) {
    const values = new Float32Array(data, 16 + 4 * width * t, width);
    const jaw = values[header.expression.indexOf("jawOpen")];
    console.log(`${((first + t) / header.fps).toFixed(2)} s  jawOpen ${jaw.toFixed(2)}`);
  }
};

async function speak() {
  const piece = 2 * Math.round(rate / 25); // 40 ms
  for (let start = 0; start < sound.length; start += piece) {
    socket.send(sound.subarray(start, start + piece));
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  socket.send(JSON.stringify({ type: "end" }));
}
