import { defineConfig } from "vitest/config";
import type { Reporter, TestModule } from "vitest/node";

// The last line of a run is for machines.
const summary: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const names = [...new Set(modules.map((module) => module.project.name))].join("+");
    console.log(
      `web-${names} passed=${count("passed")} failed=${count("failed")} skipped=${count("skipped")}`,
    );
  },
};

export default defineConfig({
  test: {
    reporters: ["default", summary],
    projects: [
      { test: { name: "unit", include: ["tests/model/**/*.test.ts"] } },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          exclude: process.env.SCREENSHOTS ? [] : ["tests/browser/screenshots.test.ts"],
          globalSetup: "tests/browser/build.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          maxWorkers: 1,
        },
      },
    ],
  },
});
