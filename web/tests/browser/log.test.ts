import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { longLog } from "../mock/logs.ts";
import { axe, Bench, mainThread } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.closePages());
afterAll(async () => {
  expect(bench.takeErrors()).toEqual([]);
  await bench.stop();
});

const scroller = (page: Page) => page.locator(".log-scroller");
const line = (page: Page, number: number) =>
  page.locator(".line").filter({ has: page.getByLabel(`line ${number}`, { exact: true }) });
const searchBox = (page: Page) =>
  page.locator(".log-search").filter({ has: page.getByLabel("search the log") });
const found = (page: Page) => searchBox(page).locator(".found").textContent();
const atEnd = (page: Page) =>
  scroller(page).evaluate((box) => box.scrollTop + box.clientHeight >= box.scrollHeight - 4);

test("a task and its log's beginning are asked for before the pages' code is there, and once", async () => {
  const page = await bench.open("/engine");
  await expect.poll(() => page.locator(".live").textContent()).toBe("live"); // somebody is let in here
  const asked: string[] = [];
  page.on("request", (request) => {
    const path = new URL(request.url()).pathname;
    if (path.startsWith("/api/v1/tasks/1")) asked.push(path);
  });
  let go = () => {};
  const code = new Promise<void>((done) => {
    go = done;
  });
  await page.route(/assets\/index-.*\.js/, (route) => code.then(() => route.continue()));
  await page.goto(`${bench.url}/tasks/1`, { waitUntil: "commit" });
  const both = ["/api/v1/tasks/1", "/api/v1/tasks/1/attempts/1/log"];
  await expect.poll(() => asked).toEqual(both);
  go();
  await page.getByText("the very last line").or(line(page, 9)).first().waitFor();
  expect(asked.filter((path) => both.includes(path))).toEqual(both);
});

describe("the text", () => {
  test("has its colours and weights, and no markup", async () => {
    const page = await bench.open("/tasks/1");
    await line(page, 9).waitFor();
    expect(await line(page, 9).locator(".fg1").first().textContent()).toBe("FAILED");
    expect(await line(page, 1).locator(".bold").count()).toBe(1);
    await page.getByRole("button", { name: "End" }).click();
    await page.getByText("<img src=x onerror=alert(1)> is text").waitFor();
    await page.getByText("        indented by a tab").waitFor();
    expect(await page.getByText("100% done").textContent()).toBe("100% done");
    expect(await page.locator(".log .bg4").count()).toBe(1);
    expect(await page.locator(".log-lines img").count()).toBe(0);
    expect(await page.locator(".log-lines").textContent()).not.toContain("[2J");
  });

  test("colours have contrast in light and dark", async () => {
    for (const dark of [false, true]) {
      const page = await bench.open("/tasks/1", { dark });
      await line(page, 9).waitFor();
      await page.getByRole("button", { name: "End" }).click();
      await page.getByText("a filled heading").waitFor();
      expect(await axe(page)).toEqual([]);
    }
  });

  test("wraps when asked, and every line stays in its place", async () => {
    const { world } = bench;
    const text = `first\n${"long ".repeat(200)}\n${"日本語".repeat(80)}\nlast\n`;
    const { id } = world.addTask({ kind: "run_tests", repo: "demo", sha: shaOf() });
    world.logs.set(`${id}.1`, { text: Buffer.from(text), complete: true, dropped: 0 });
    const page = await bench.open(`/tasks/${id}`);
    await line(page, 4).waitFor();
    const bottoms = () =>
      page.locator(".line").evaluateAll((lines) =>
        lines.map((l) => {
          const text_box = l.querySelector(".line-text")?.getBoundingClientRect();
          const next = l.nextElementSibling?.getBoundingClientRect();
          return text_box && next ? Math.round(next.top - text_box.bottom) : 0;
        }),
      );
    await page.getByRole("button", { name: "Wrap" }).click();
    await expect.poll(() => line(page, 2).evaluate((l) => l.clientHeight)).toBeGreaterThan(50);
    expect(await bottoms()).toEqual([0, 0, 0, 0]);
    const over = await scroller(page).evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(over).toBe(0);
    await page.getByRole("button", { name: "Wrap" }).click();
    await expect.poll(() => line(page, 2).evaluate((l) => l.clientHeight)).toBe(18);
  });

  test("raw and download lead to all of it", async () => {
    const page = await bench.open("/tasks/1");
    const raw = page.getByRole("link", { name: "Raw" });
    expect(await raw.getAttribute("href")).toBe("/api/v1/tasks/1/attempts/1/log");
    const [tab] = await Promise.all([page.waitForEvent("popup"), raw.click()]);
    await tab.waitForLoadState();
    expect(await tab.locator("body").textContent()).toContain("test session starts");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("task-1-attempt-1.log");
  });

  test("says how much the cap left out", async () => {
    const page = await bench.open("/tasks/10");
    await page.getByText("7.0 MB left out in the middle").waitFor();
  });

  test("an empty log and a missing one say so", async () => {
    const { world } = bench;
    const empty = world.addTask({ kind: "read_config", repo: "demo", sha: shaOf() });
    world.logs.set(`${empty.id}.1`, { text: Buffer.from(""), complete: true, dropped: 0 });
    const page = await bench.open(`/tasks/${empty.id}`);
    await page.getByText("The log is empty.").waitFor();
    const missing = world.addTask({ kind: "read_config", repo: "demo", sha: shaOf() });
    const other = await bench.open(`/tasks/${missing.id}`);
    await other.getByText(`there is no log of attempt ${missing.id}.1`).waitFor();
    bench.takeErrors();
  });
});

const shaOf = () => bench.world.repo("demo")?.commits[0]?.sha ?? "";

describe("lines in the URL", () => {
  const chosen = (page: Page) => page.locator(".line.chosen .line-number").allTextContents();

  test("a click and a click with shift choose lines, which the URL keeps", async () => {
    const page = await bench.open("/tasks/1");
    await page.getByLabel("line 10", { exact: true }).click();
    expect(new URL(page.url()).hash).toBe("#L10");
    await page.getByLabel("line 13", { exact: true }).click({ modifiers: ["Shift"] });
    expect(new URL(page.url()).hash).toBe("#L10-L13");
    expect(await chosen(page)).toEqual(["10", "11", "12", "13"]);
    await page.getByLabel("line 5", { exact: true }).click();
    await page.getByLabel("line 5", { exact: true }).click();
    expect(new URL(page.url()).hash).toBe("");
  });

  test("a link goes to its lines, and they stay when the log grows", async () => {
    const page = await bench.open("/tasks/7#L20-L22");
    await expect.poll(() => chosen(page)).toEqual(["20", "21", "22"]);
    const top = () => line(page, 20).evaluate((l) => l.getBoundingClientRect().top);
    const before = await top();
    bench.world.appendLog("7.1", "one line more\n");
    await expect.poll(() => page.locator(".log-facts").textContent()).toMatch(/79 lines · live/);
    expect(await top()).toBe(before);
    expect(await page.getByRole("button", { name: "Follow" }).getAttribute("aria-pressed")).toBe(
      "false",
    );
  });

  test("a link changed by hand is followed", async () => {
    const page = await bench.open("/tasks/1");
    await line(page, 1).waitFor();
    await page.evaluate(() => {
      location.hash = "#L300";
    });
    await expect.poll(() => chosen(page)).toEqual(["300"]);
  });
});

describe("a log that is still written", () => {
  test("follows, yields to who scrolls up, and goes on from the end", async () => {
    const { world } = bench;
    const { id } = world.addTask({
      kind: "run_tests",
      repo: "demo",
      sha: shaOf(),
      state: "running",
      outcome: "",
      finished_at: null,
    });
    const key = `${id}.1`;
    const many = (from: number) =>
      Array.from({ length: 100 }, (_, i) => `step ${from + i} — übrig\n`).join("");
    world.logs.set(key, { text: Buffer.from(many(0)), complete: false, dropped: 0 });
    const page = await bench.open(`/tasks/${id}`);
    const follow = page.getByRole("button", { name: "Follow" });
    await page.getByText("step 99 ").waitFor();
    world.appendLog(key, many(100));
    await page.getByText("step 199 ").waitFor();
    expect(await atEnd(page)).toBe(true);
    await scroller(page).hover();
    await page.mouse.wheel(0, -600);
    await expect.poll(() => follow.getAttribute("aria-pressed")).toBe("false");
    const top = await scroller(page).evaluate((box) => box.scrollTop);
    world.appendLog(key, many(200));
    await expect.poll(() => page.locator(".log-facts").textContent()).toContain("300 lines");
    expect(await scroller(page).evaluate((box) => box.scrollTop)).toBe(top);
    await follow.click();
    await page.getByText("step 299 ").waitFor();
    bench.server.breakStreams();
    world.appendLog(key, many(300));
    await page.getByText("step 399 ").waitFor();
    world.endLog(key);
    await expect.poll(() => page.locator(".log-facts").textContent()).toBe("400 lines");
    const text = await page.locator(".log-lines").textContent();
    expect(text).toContain("step 398 — übrig");
    expect(bench.takeErrors().every((error) => error.includes("INCOMPLETE_CHUNKED"))).toBe(true);
  });
});

describe("the search", () => {
  test("counts, goes to the next and the previous, by keys and by buttons", async () => {
    const page = await bench.open("/tasks/1");
    await line(page, 1).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("failed");
    await expect.poll(() => found(page)).toBe("24 lines");
    await page.keyboard.press("Enter");
    await expect.poll(() => found(page)).toBe("1 of 24");
    expect(await page.locator(".line.current mark").textContent()).toBe("FAILED");
    await page.keyboard.press("Enter");
    await expect.poll(() => found(page)).toBe("2 of 24");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");
    await expect.poll(() => found(page)).toBe("24 of 24");
    await expect.poll(() => page.locator(".line.current").isVisible()).toBe(true);
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    await expect.poll(() => found(page)).toBe("1 of 24");
    await page.keyboard.press("N");
    await expect.poll(() => found(page)).toBe("24 of 24");
    await page.getByRole("button", { name: "previous find" }).click();
    await expect.poll(() => found(page)).toBe("23 of 24");
    await page.getByRole("button", { name: "next find" }).click();
    await expect.poll(() => found(page)).toBe("24 of 24");
    await page.getByLabel("search the log").fill("no such text");
    await expect.poll(() => found(page)).toBe("nothing");
    expect(await page.getByRole("button", { name: "next find" }).isDisabled()).toBe(true);
  });

  test("finds what was added since", async () => {
    const page = await bench.open("/tasks/7");
    await page.getByLabel("search the log").fill("brand new");
    await expect.poll(() => found(page)).toBe("nothing");
    bench.world.appendLog("7.1", "a brand new line\n");
    await expect.poll(() => found(page)).toBe("1 line");
  });
});

test("errors are marked, and the next and previous one are a key away", async () => {
  const page = await bench.open("/tasks/1");
  await line(page, 9).waitFor();
  expect(await page.locator(".line.told").count()).toBeGreaterThan(1);
  await page.keyboard.press("e");
  await expect.poll(() => page.locator(".line.current").textContent()).toMatch(/FAILED/);
  await page.keyboard.press("e");
  await expect.poll(() => page.locator(".line.current").textContent()).toMatch(/AssertionError/);
  await page.getByLabel("previous error").click();
  await expect.poll(() => page.locator(".line.current").textContent()).toMatch(/FAILED/);
});

test("a failing run stands beside a passing one, with the differences marked", async () => {
  const { world } = bench;
  const repo = world.repo("demo");
  const [commit, flaky] = [repo?.commits[0], repo?.tests[3]];
  if (!repo || !commit || !flaky) throw new Error("no flaky test");
  const run = world.runsOf(repo, commit, flaky).find((each) => each.outcome === "failed");
  const page = await bench.open(`/runs/${run?.id}`);
  await page.getByRole("button", { name: "Beside a passing run" }).click();
  const both = page.getByRole("region", { name: "both logs" });
  await both.waitFor();
  await expect.poll(() => page.locator(".beside .found").textContent()).toMatch(/difference/);
  expect(await page.locator(".beside-row.differs").count()).toBeGreaterThan(0);
  await page.getByLabel("next difference").click();
  await expect.poll(() => page.locator(".beside .found").textContent()).toMatch(/^1 of/);
  await expect.poll(() => new URL(page.url()).searchParams.get("beside")).toMatch(/^\d+$/);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axe(page)).toEqual([]);
  }
  await page.getByRole("button", { name: "Beside a passing run" }).click();
  await both.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "copy the command" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^testlooper run demo .* --wait$/);
});

test("16 MB are read, scrolled and searched without a freeze", async () => {
  const { world } = bench;
  const { id } = world.addTask({ kind: "run_tests", repo: "demo", sha: shaOf() });
  const text = Buffer.from(longLog(16 << 20));
  world.logs.set(`${id}.1`, { text, complete: true, dropped: 0 });
  const lines = text.toString().split("\n").length - 1;
  const page = await bench.open("/engine");
  const loading = await mainThread(page);
  const start = performance.now();
  await page.goto(`${bench.url}/tasks/${id}`);
  await line(page, 1).waitFor();
  const first = performance.now() - start;
  const facts = page.locator(".log-facts");
  await expect.poll(() => facts.textContent()).toBe(`${lines.toLocaleString("en-US")} lines`);
  const loaded = await loading();
  const searching = await mainThread(page);
  await page.getByLabel("search the log").fill("needle");
  const hits = Math.floor(lines / 1000).toLocaleString("en-US");
  await expect.poll(() => found(page)).toBe(`${hits} lines`);
  const searched = await searching();
  await page.getByRole("button", { name: "previous find" }).click();
  await expect.poll(() => page.locator(".line.current").textContent()).toContain("needle");
  expect(await page.locator(".line").count()).toBeLessThan(150);
  console.log(
    `web log of 16 MB, ${lines} lines: first lines after ${first.toFixed(0)} ms, ` +
      `CPU of reading ${loaded.toFixed(2)} s, of searching ${searched.toFixed(2)} s`,
  );
});

test("four million lines can be scrolled through", async () => {
  const { world } = bench;
  const { id } = world.addTask({ kind: "run_tests", repo: "demo", sha: shaOf() });
  const text = Buffer.from(`${"y\n".repeat(4_000_000)}the last line\n`);
  world.logs.set(`${id}.1`, { text, complete: true, dropped: 0 });
  const page = await bench.open(`/tasks/${id}#L2000000`);
  await expect.poll(() => page.locator(".line.chosen").count()).toBe(1);
  await page.getByRole("button", { name: "End" }).click();
  await page.getByText("the last line").waitFor();
});
