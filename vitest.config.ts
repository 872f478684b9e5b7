import { defineConfig } from "vitest/config";

/** Property tests draw from this seed. `SEED=7 npm test` runs other cases; the number is printed at the start of a run. */
const seed = process.env.SEED ?? "20260101";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/print-seed.ts"],
    setupFiles: ["tests/use-seed.ts"],
    env: { SEED: seed },
    provide: { seed },
    // No test waits for a clock; the limit only ends one that hangs, on a slow and busy machine too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
