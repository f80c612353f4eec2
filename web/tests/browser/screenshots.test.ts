// Pictures of every page for people to look at; runs only where SCREENSHOTS names a folder for them.
// SCREENSHOTS_OF=engine,audit makes those of some pages alone.
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { World } from "../mock/world.ts";
import { Bench, type Look } from "./support.ts";

const some = process.env.SCREENSHOTS_OF?.split(",");
const folder = process.env.SCREENSHOTS ?? ".";

const looks: Record<string, Look> = {
  wide: {},
  dark: { dark: true },
  phone: { width: 390, height: 800 },
};

describe("screenshots", () => {
  let bench: Bench;
  let pages: Record<string, string>;

  beforeAll(async () => {
    bench = await Bench.start(new World(Date.now()));
    const { world } = bench;
    const repo = world.repo("demo");
    const commit = repo?.commits[0];
    const flaky = repo?.tests[3];
    if (!repo || !commit || !flaky) throw new Error("the demo has no commits");
    const request = world.requestRuns(repo, commit, { times: 20, only: "flaky" });
    world.work(13);
    const run = world.runsOf(repo, commit, flaky).find((r) => r.outcome !== "passed");
    const passed = world.runsOf(repo, commit, flaky).find((r) => r.outcome === "passed");
    const bad = repo.commits[5]?.sha;
    pages = {
      repos: "/",
      add: "/?add=1",
      settings: "/r/fresh/settings",
      configured: "/r/demo/settings",
      branch: "/r/demo",
      large: "/r/large",
      odd: `/r/${encodeURIComponent("odd names/ü&?#%")}`,
      commit: `/r/demo/c/${commit.sha}?request=${request}`,
      broken: `/r/demo/c/${bad}`,
      fresh: `/r/fresh/c/${world.repo("fresh")?.commits[0]?.sha}`,
      run: `/runs/${run?.id}`,
      task: "/tasks/7",
      attempts: "/tasks/10",
      engine: "/engine",
      compare: `/r/demo/compare?head=${commit.sha}`,
      test: "/r/demo/t/103",
      rules: "/r/demo/rules",
      tokens: "/tokens",
      login: "/login",
      rule: "/r/demo/rules?rule=new",
      audit: "/audit",
      experiments: "/experiments",
      hunt: "/experiments/2",
      bisect: "/experiments/1",
      flaky: "/r/demo/flaky",
      clusters: "/r/demo/clusters",
      quarantine: "/r/demo/quarantine",
      beside: `/runs/${run?.id}?beside=${passed?.id}`,
      retention: "/retention",
      missing: "/nowhere",
    };
  });
  afterAll(() => bench.stop());

  for (const [name, look] of Object.entries(looks)) {
    test(name, async () => {
      for (const [page_name, path] of Object.entries(pages)) {
        if (some && !some.includes(page_name)) continue;
        const page = await bench.open(path, look);
        await page.locator("h1").first().waitFor();
        await page.screenshot({ path: join(folder, `${page_name}-${name}.png`) });
        await page.close();
      }
    });
  }
});
