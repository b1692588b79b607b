import { defineConfig } from "vitest/config";

export default defineConfig({ resolve: { dedupe: ["three"] }, test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] } });
