import { defineConfig } from "vitest/config";

// The networks run in one thread; so do the tests, one file after the other.
export default defineConfig({ test: { include: ["tests/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } });
