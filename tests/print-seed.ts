import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    readonly seed: string;
  }
}

/** Says once per run which seed the property tests use, so that a failure can be repeated. */
export default function setup(project: TestProject): void {
  process.stdout.write(`property tests: seed ${project.getProvidedContext().seed} (set SEED to change it)\n`);
}
