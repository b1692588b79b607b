// Builds the package into dist/: its scripts, those of onnxruntime beside them, and the demo page.
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const here = new URL("./", import.meta.url);
const path = (name) => new URL(name, here).pathname;
const licence = async (name) => (await readFile(path(`node_modules/${name}/LICENSE`), "utf8")).trim();
const version = async (name) => JSON.parse(await readFile(path(`node_modules/${name}/package.json`), "utf8")).version;

const shared = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  alias: { three: path("node_modules/three") }, // one copy, also for the modules of ../viewer
  loader: { ".css": "text" },
};
const OWN = "/*! ksdiff, Apache-2.0. Built from web/ksdiff */";

await rm(path("dist"), { recursive: true, force: true });
await mkdir(path("dist/demo"), { recursive: true });
const ORT = "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded";
for (const kind of ["mjs", "wasm"]) await copyFile(path(`${ORT}.${kind}`), path(`dist/ort-wasm-simd-threaded.${kind}`));
await build({ ...shared, entryPoints: [path("src/index.ts")], outfile: path("dist/ksdiff.js"), banner: { js: OWN } });
await build({
  ...shared,
  entryPoints: [path("src/worker.ts")],
  outfile: path("dist/worker.js"),
  conditions: ["onnxruntime-web-use-extern-wasm"],
  banner: { js: `${OWN}\n/*! onnxruntime-web ${await version("onnxruntime-web")}, MIT, (c) Microsoft Corporation */` },
});
await build({ ...shared, entryPoints: [path("src/microphone-worklet.ts")], outfile: path("dist/microphone-worklet.js"), banner: { js: OWN } });
await build({
  ...shared,
  entryPoints: [path("demo/main.ts")],
  outfile: path("dist/demo/demo.js"),
  banner: { js: `${OWN}\n/*! contains three.js ${await version("three")}:\n\n${await licence("three")}\n*/` },
});
await copyFile(path("demo/index.html"), path("dist/demo/index.html"));
execFileSync(path("node_modules/.bin/tsc"), ["--project", path("tsconfig.build.json")], { stdio: "inherit" });
await writeFile(path("dist/index.d.ts"), 'export * from "./types/index.js";\n');
