import { test } from "vitest";
import { engine, values, voice, distances, SEED } from "./support/golden.js";
import { Streamer } from "../src/live/streamer.js";
import { Hearing } from "../src/live/hearing.js";
import * as onnx from "onnxruntime-web";
test("profile", async () => {
  const e = await engine();
  const times: Record<string, [number, number]> = {};
  const net: any = (e.generator as any).network;
  for (const [name, s] of net.sessions) { const run = s.run.bind(s); s.run = async (f: any) => { const c0 = process.cpuUsage(); const t = performance.now(); const r = await run(f); const d = performance.now() - t; const c = process.cpuUsage(c0); times[name] ??= [0, 0, 0] as any; times[name][0]++; times[name][1] += d; (times[name] as any)[2] += (c.user + c.system) / 1000; return r; }; }
  for (const k of ["encoder", "pitch", "speech"]) { const f = (e.ears as any)[k]; (e.ears as any)[k] = async (...a: any[]) => { const c0 = process.cpuUsage(); const t = performance.now(); const r = await f(...a); const d = performance.now() - t; const c = process.cpuUsage(c0); times[k] ??= [0, 0, 0] as any; times[k][0]++; times[k][1] += d; (times[k] as any)[2] += (c.user + c.system) / 1000; return r; }; }
  const s = await Streamer.open(e, { seed: SEED });
  for (const k in times) times[k] = [0, 0, 0] as any;
  const c0 = process.cpuUsage(); const t = performance.now();
  await s.push(voice()); await s.flush();
  const c = process.cpuUsage(c0);
  console.log("total", performance.now() - t, "cpu", (c.user + c.system) / 1000);
  console.log(times);
}, 120000);
test("features", async () => {
  const e = await engine();
  const s: any = await Streamer.open(e, { seed: SEED });
  const h = s.hearing; const pros: number[] = []; const quiet: number[] = []; const feats: number[][] = [];
  const cond = h.condition.bind(h);
  h.condition = (f: number) => { const c = cond(f); pros.push(...c.prosody); feats.push([...c.features.slice(-6 * 832)]); quiet.push(...h.quiet(f).now.map(Number)); return c; };
  await s.push(voice()); await s.flush();
  console.log("prosody", distances(pros, values("prosody")), "quiet", distances(quiet, values("quiet")));
  console.log("features", distances([...feats[0], ...feats[5], ...feats.at(-1)!], values("features")), Math.max(...values("features").map(Math.abs)));
}, 120000);
