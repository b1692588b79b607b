// Bundles the viewer, three.js and the style sheet into the one script that the Python package carries.
import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";

const assets = new URL("../../src/ksdiff/assets/", import.meta.url);
const licence = await readFile(new URL("node_modules/three/LICENSE", import.meta.url), "utf8");
const { version } = JSON.parse(await readFile(new URL("node_modules/three/package.json", import.meta.url), "utf8"));

await build({
  entryPoints: ["src/main.ts"],
  outfile: new URL("viewer.js", assets).pathname,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "ascii",
  loader: { ".css": "text" },
  legalComments: "none",
  banner: {
    js: `/*! ksdiff viewer, Apache-2.0. Built from web/viewer; contains three.js ${version}:\n\n${licence.trim()}\n*/`,
  },
});
await writeFile(new URL("THREE_LICENSE.txt", assets), `three.js ${version}, contained in viewer.js\n\n${licence}`);
