import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const read = (path: string) => readFileSync(new URL(`node_modules/three/${path}`, import.meta.url), "utf8");

/** Lets the licence of three.js travel with its code. */
const licence: Plugin = {
  name: "licence",
  generateBundle(_, bundle) {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    const text = `/*! ksdiff studio, Apache-2.0. Built from web/studio; contains three.js ${version}:\n\n${read("LICENSE").trim()}\n*/\n`;
    for (const part of Object.values(bundle)) if (part.type === "chunk") part.code = text + part.code;
  },
};

// The page is served by ksdiff.studio; in development (`npm run dev`) calls go to a running `ksdiff studio`.
export default defineConfig({
  base: "./",
  plugins: [licence],
  resolve: { dedupe: ["three"] }, // one copy, also for the modules shared with ../viewer
  build: {
    outDir: "../../src/ksdiff/studio/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000, // three.js
    rollupOptions: {
      output: { entryFileNames: "studio.js", assetFileNames: "studio[extname]", chunkFileNames: "[name].js" },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:7654", changeOrigin: true, headers: { origin: "" } } } },
});
