// A voice file through `ksdiff serve`. Node 22 or newer (Node 20: node --experimental-websocket).
//
//     node examples/live_client.mjs voice.wav [ws://127.0.0.1:8765/stream]
//
// The file is WAV: mono, 16 bits. In a browser, send what an AudioWorklet hears instead; the rest is the same.
// With {output: "binary"} frames come as floats, which are fewer bytes: docs/live.md.
import { readFileSync } from "node:fs";

const file = readFileSync(process.argv[2]);
const rate = file.readUInt32LE(24);
const socket = new WebSocket(process.argv[3] ?? "ws://127.0.0.1:8765/stream");
let jaw;
socket.onerror = () => process.exit(1);
socket.onopen = async () => {
  socket.send(JSON.stringify({ type: "start", rate }));
  for (let start = file.indexOf("data") + 8; start < file.length; start += rate / 12.5) {
    socket.send(file.subarray(start, start + rate / 12.5)); // 40 ms: rate / 25 samples of two bytes
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  socket.send('{"type": "end"}');
};
socket.onmessage = ({ data }) => {
  const { type, status, first, expression } = JSON.parse(data);
  if (type === "header") jaw = expression.indexOf("jawOpen");
  else if (type === "frames") expression.forEach((face, n) => console.log((first + n) / 25, "s  jawOpen", face[jaw]));
  else console.log(type, status);
};
