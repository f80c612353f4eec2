// What holds on every page: nothing for axe to find in light and dark, no errors, no shifting layout, a
// title and an icon that tell the state, keys, and a stream that comes back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { World } from "../mock/world.ts";
import { axe, axe_colours, Bench, layoutShift } from "./support.ts";

let bench: Bench;
let empty: Bench;
const paths: Record<string, () => string> = {
  repositories: () => "/",
  "adding a repository": () => "/?add=1",
  "settings of a repository": () => "/r/fresh/settings",
  "settings that the configuration names": () => "/r/demo/settings",
  branch: () => "/r/demo",
  "branch with odd names": () => `/r/${encodeURIComponent("odd names/ü&?#%")}`,
  "large matrix": () => "/r/large",
  commit: () => `/r/demo/c/${shaOf("demo")}`,
  "commit with odd names": () =>
    `/r/${encodeURIComponent("odd names/ü&?#%")}/c/${shaOf("odd names/ü&?#%")}`,
  "commit in error": () => `/r/demo/c/${shaOf("demo", 5)}`,
  "commit without tests": () => `/r/fresh/c/${shaOf("fresh")}`,
  "two commits compared": () => `/r/demo/compare?head=${shaOf("demo")}`,
  "a merge compared": () => `/r/demo/compare?head=${shaOf("demo", 1)}`,
  "nothing compared": () => "/r/demo/compare",
  "a commit compared that is not there": () => "/r/demo/compare?head=nowhere",
  test: () => "/r/demo/t/103",
  "test with an odd name": () => `/r/${encodeURIComponent("odd names/ü&?#%")}/t/3102`,
  "flaky tests": () => "/r/demo/flaky",
  "no flaky tests": () => "/r/fresh/flaky",
  clusters: () => "/r/demo/clusters",
  "no clusters": () => "/r/fresh/clusters",
  "a cluster": () => "/r/demo/clusters/c1c1c1c1",
  "a cluster that is not there": () => "/r/demo/clusters/dddddddd",
  quarantine: () => "/r/demo/quarantine",
  "a test for quarantine": () => "/r/demo/quarantine?test=unit%2Ftests%2Fa.py%3A%3Atest_a",
  "branch rules": () => "/r/demo/rules",
  "a new rule": () => "/r/demo/rules?rule=new",
  audit: () => "/audit",
  "audit of a person": () => "/audit?who=web&action=rule",
  "tokens and sessions": () => "/tokens",
  "signing in": () => "/login",
  experiments: () => "/experiments",
  "experiment that runs": () => "/experiments/2",
  "bisection that is decided": () => "/experiments/1",
  retention: () => "/retention",
  run: () => `/runs/${failedRun()}`,
  "run beside a passing one": () => `/runs/${failedRun()}?beside=${passedRun()}`,
  "commits of a test chosen": () => `/r/demo/t/103?range=${shaOf("demo", 9)}..${shaOf("demo", 2)}`,
  "matrix by cluster": () => "/r/demo?group=cluster&label=order",
  "task that runs": () => "/tasks/7",
  "task that waits": () => "/tasks/8",
  "task with attempts": () => "/tasks/10",
  engine: () => "/engine",
  "unknown page": () => "/r/demo/x/y",
  "unknown commit": () => "/r/demo/c/ffffffff",
};

const shaOf = (repo: string, age = 0) => bench.world.repo(repo)?.commits[age]?.sha ?? "";
const failedRun = () => runOf((outcome) => outcome !== "passed");
const passedRun = () => runOf((outcome) => outcome === "passed");
function runOf(fits: (outcome: string) => boolean): number {
  const repo = bench.world.repo("demo");
  const [commit, flaky] = [repo?.commits[0], repo?.tests[3]];
  if (!repo || !commit || !flaky) throw new Error("the demo has no tests");
  const run = bench.world.runsOf(repo, commit, flaky).find((r) => fits(r.outcome));
  return run?.id ?? 0;
}

beforeAll(async () => {
  bench = await Bench.start();
  empty = await Bench.start(new World(Date.now(), { empty: true }));
});
afterEach(() => bench.closePages());
afterAll(async () => {
  await bench.stop();
  await empty.stop();
});

// One visit a page: to open it costs more than to look at it.
test.each(Object.keys(paths))(
  "%s: still while it loads, in order in light, in dark and at phone width, and quiet on the console",
  async (name) => {
    const page = await bench.open(paths[name]?.() ?? "");
    await page.locator("h1").first().waitFor();
    expect(await layoutShift(page)).toBeLessThan(0.02);
    expect(await axe(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await axe(page, axe_colours)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    const tooWide = () =>
      page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await expect.poll(tooWide).toBeLessThanOrEqual(0);
    expect(await axe(page)).toEqual([]);
    // An unknown name is a 404, which the browser itself writes down.
    const errors = bench.takeErrors().filter((error) => !/status of 404/.test(error));
    expect(errors).toEqual([]);
  },
);

test("a server without repositories says how to give it one", async () => {
  for (const dark of [false, true]) {
    const page = await empty.open("/", { dark });
    await page.getByRole("heading", { name: "No repository yet" }).waitFor();
    expect(await page.locator(".first-use li").count()).toBe(3);
    await page.getByLabel("path or URL").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.close();
  }
  expect(empty.takeErrors()).toEqual([]);
});

test("scripts and styles of a first visit are at most 60 KB", () => {
  const dist = inject("dist");
  const index = readFileSync(join(dist, "index.html"), "utf8");
  // What only one page needs is named, too, for the script that asks for it early.
  const named = index.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g);
  const files = [...new Set([...named].map((match) => match[1] ?? ""))];
  const sizes = files.map((file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`web first visit: ${(total / 1024).toFixed(1)} KB compressed`);
  expect(sizes.length).toBeGreaterThan(1);
  expect(total).toBeLessThanOrEqual(60 * 1024);
});

test("a page whose code cannot be fetched says so, and is there after a reload", async () => {
  const page = await bench.open("/");
  const code = /assets\/audit_page-.*\.js/;
  await page.route(code, (route) => route.abort());
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByRole("heading", { name: "This page could not be fetched" }).waitFor();
  expect(await axe(page)).toEqual([]);
  await page.unroute(code);
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  bench.takeErrors();
});

test("the title and the icon tell the state", async () => {
  const page = await bench.open(`/r/demo/c/${shaOf("demo", 1)}`);
  await expect.poll(() => page.title()).toMatch(/: failed · TestLooper$/);
  expect(await page.locator('link[rel="icon"]').getAttribute("href")).toMatch(/assets\/bad-.*svg$/);
  await page.goto(`${bench.url}/engine`);
  await expect.poll(() => page.title()).toBe("Engine: 1 running, 2 waiting · TestLooper");
  await page.goto(`${bench.url}/r/demo/c/ffffffff`);
  await expect.poll(() => page.title()).toMatch(/^not found/);
  bench.takeErrors();
});

describe("keys", () => {
  test("? opens the help, Escape and its button close it", async () => {
    const page = await bench.open("/");
    await page.locator("h1").waitFor();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keys" });
    await dialog.waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "keyboard help" }).click();
    await dialog.waitFor();
    await page.getByRole("button", { name: "close" }).click();
    await dialog.waitFor({ state: "hidden" });
  });

  test("Ctrl-K goes to a page, a repository, and what is in the repository one is in", async () => {
    const page = await bench.open("/");
    await page.locator("h1").waitFor();
    const go = async (text: string, option: string | RegExp) => {
      await page.keyboard.press("Control+k");
      const field = page.getByRole("combobox", { name: "where to go" });
      await field.waitFor();
      await page.keyboard.type(text);
      await page.getByRole("option", { name: option }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Go to" }).waitFor({ state: "hidden" });
      return decodeURIComponent(new URL(page.url()).pathname);
    };
    expect(await go("slots", /^Engine/)).toBe("/engine");
    expect(await go("demo", /^demo/)).toBe("/r/demo");
    expect(await go("fix/a", /branch$/)).toBe("/r/demo/b/fix/a&b=c?d#e%f");
    expect(await go("survives_04", /test$/)).toMatch(/^\/r\/demo\/t\/\d+$/);
    expect(await go("clock once", /commit$/)).toMatch(/^\/r\/demo\/c\/[0-9a-f]{40}$/);
    expect(await go("compare", /^Compare/)).toBe("/r/demo/compare");
  });

  test("the palette is moved through by arrows, opened by its button, and left by Escape", async () => {
    const page = await bench.open("/");
    await page.getByRole("button", { name: "Go to…" }).click();
    const chosen = page.locator("[role=option][aria-selected=true]");
    await expect.poll(() => chosen.textContent()).toContain("Repositories");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => chosen.textContent()).toContain("Add a repository");
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await chosen.textContent()).not.toContain("Repositories");
    await page.getByRole("combobox").fill("no such place");
    await page.getByText("Nothing here is called that.").waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Go to" }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Go to…" }).click();
    await page.getByRole("option", { name: /^Audit/ }).click();
    await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  });

  // The browser tells that a dialog was closed a moment after it was.
  test("the palette opens again the moment it is closed", async () => {
    const page = await bench.open("/");
    await page.getByRole("button", { name: "Go to…" }).click();
    const field = page.getByRole("combobox", { name: "where to go" });
    await field.waitFor();
    const toldOfTheEnd = page.evaluate(
      () =>
        new Promise((told) => {
          const dialog = document.querySelector<HTMLDialogElement>("dialog[open]");
          dialog?.addEventListener("close", told);
          new MutationObserver((_, observer) => {
            if (dialog?.open) return;
            observer.disconnect();
            document.body.dispatchEvent(
              new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }),
            );
          }).observe(dialog as Node, { attributeFilter: ["open"] });
        }).then(() => true),
    );
    await page.getByRole("button", { name: "close" }).click();
    expect(await toldOfTheEnd).toBe(true);
    expect(await field.isVisible()).toBe(true);
    await page.keyboard.type("engine");
    expect(await field.inputValue()).toBe("engine");
  });

  test("/ goes to the filter, and a key that is typed there stays there", async () => {
    const page = await bench.open("/r/demo");
    await page.locator(".matrix").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("jk?/");
    expect(await page.getByLabel("filter tests").inputValue()).toBe("jk?/");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
  });

  test("j and k move through rows, Enter opens one, and back comes back", async () => {
    const page = await bench.open("/");
    await page.locator("tr[data-row]").first().waitFor();
    for (const key of ["j", "j", "j", "k"]) await page.keyboard.press(key);
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toBe("odd names/ü&?#%");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.locator(".matrix").waitFor();
    expect(new URL(page.url()).pathname).toBe("/r/demo");
    await page.goBack();
    await page.getByRole("heading", { name: "Repositories" }).waitFor();
  });

  test("the whole way from the bar to a page's end is reached by Tab", async () => {
    const page = await bench.open("/engine");
    await page.locator("h1").waitFor();
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      seen.add(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
    }
    for (const stop of ["Skip to the page", "TestLooper", "Engine", "read config"]) {
      expect(seen).toContain(stop);
    }
  });
});

describe("the stream of changes", () => {
  test("brings a push of somebody else", async () => {
    const page = await bench.open("/r/fresh");
    await page.getByText("Keep the order of entries").first().waitFor();
    const repo = bench.world.repo("fresh");
    const first = repo?.commits[0];
    if (!repo || !first) throw new Error("no commit");
    bench.world.pushed(repo, { ...first, id: 7777, sha: "a".repeat(40), subject: "Brand new" });
    await page.getByText("Brand new").first().waitFor();
  });

  test("says that it is broken, comes back, and brings what was missed", async () => {
    const page = await bench.open("/engine");
    const live = page.locator(".live");
    await expect.poll(() => live.textContent()).toBe("live");
    bench.server.down = true;
    bench.server.breakStreams();
    await expect.poll(() => live.textContent()).toBe("reconnecting…");
    bench.world.executor_error = "docker cannot be reached: connection refused";
    bench.world.changed();
    bench.server.down = false;
    await page.getByText("docker cannot be reached").waitFor({ timeout: 20_000 });
    await expect.poll(() => live.textContent()).toBe("live");
    expect(await axe(page)).toEqual([]);
    bench.world.executor_error = "";
    bench.world.changed();
    await page.getByText("docker 20.10.24").waitFor();
    bench.takeErrors();
  });

  test("a page that cannot be fetched says so, and is there when the server is back", async () => {
    bench.server.down = true;
    const page = await bench.open("/engine");
    await page.getByText("This page cannot be shown now").waitFor();
    await page.getByText("the store cannot be read now").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: "Try now" }).click();
    bench.server.down = false;
    await page.getByRole("heading", { name: "Running" }).waitFor();
    bench.takeErrors();
  });

  test("a tab that is hidden for long gives its connection back, and looks again when it is seen", async () => {
    const page = await bench.open("/");
    await page.close();
    await expect.poll(() => bench.server.streams).toBe(0);
    const tab = await bench.open("/engine");
    await tab.clock.install();
    await tab.reload();
    await expect.poll(() => bench.server.streams).toBe(1);
    const hide = (hidden: boolean) =>
      tab.evaluate((value) => {
        Object.defineProperty(document, "hidden", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await hide(true);
    await tab.clock.fastForward(20_000);
    await expect.poll(() => bench.server.streams).toBe(0);
    await hide(false);
    await expect.poll(() => bench.server.streams).toBe(1);
    await tab.close();
  });
});
