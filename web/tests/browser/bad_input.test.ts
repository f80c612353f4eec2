// What repositories, tests and links may hold: shown as text, said in a sentence, and nothing breaks.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { axe, Bench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.closePages());
afterAll(async () => {
  // Only what the browser itself writes down of what is not there.
  expect(bench.takeErrors().filter((error) => !/status of 40[04]/.test(error))).toEqual([]);
  await bench.stop();
});

const repoOf = () => {
  const repo = bench.world.repo("demo");
  if (!repo) throw new Error("no demo");
  return repo;
};
const overflow = () => document.documentElement.scrollWidth - window.innerWidth;

function addLog(text: string | Buffer): number {
  const { id } = bench.world.addTask({
    kind: "run_tests",
    repo: "demo",
    sha: repoOf().commits[0]?.sha ?? "",
  });
  bench.world.logs.set(`${id}.1`, { text: Buffer.from(text as string), complete: true, dropped: 0 });
  return id;
}

test("a test's id of 10,000 characters, of markup, of both directions and of control characters is text", async () => {
  const odd = repoOf().tests[0];
  if (!odd) throw new Error("no test");
  const { path, name } = odd;
  odd.path = "tests/\u202egnp.py";
  odd.name = `<img src=x onerror=alert(1)>\u0000\u001b[31m${"x".repeat(10_000)}`;
  const commit = repoOf().commits[0]?.sha ?? "";
  for (const url of ["/r/demo", `/r/demo/c/${commit}`, `/r/demo/t/${odd.id}`, "/r/demo/flaky"]) {
    const page = await bench.open(url, { width: 390 });
    await page.locator("h1").first().waitFor();
    expect(await page.evaluate(overflow), url).toBeLessThanOrEqual(0);
    expect(await page.locator("main img[src=x]").count(), url).toBe(0);
    expect(await page.locator("main").textContent(), url).not.toMatch(/[\u0000\u001b\u202e]/);
    await page.close();
  }
  const page = await bench.open(`/r/demo/t/${odd.id}`);
  await page.locator(".rate-chart").waitFor();
  expect(await page.locator("main h1").textContent()).toContain("⟨U+202E⟩");
  expect(await axe(page)).toEqual([]);
  odd.path = path;
  odd.name = name;
});

test("a log of escape sequences alone, a line of a million characters and bytes that are no text are shown", async () => {
  const bomb = `${"\u001b[31m\u001b[1m\u001b[4m".repeat(20_000)}end of the bomb\n`;
  const bytes = Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x62, 0x0a]);
  const text = Buffer.concat([
    Buffer.from(`first\n${"long ".repeat(200_000)}\n`),
    bytes,
    Buffer.from("\u001b]8;;javascript:alert(1)\u0007a link\u001b]8;;\u0007\n\u202eback\u202c\n"),
    Buffer.from(bomb),
    Buffer.from("last line\n"),
  ]);
  const page = await bench.open(`/tasks/${addLog(text)}`);
  await page.getByText("last line").waitFor();
  await page.getByText("this line goes on; raw has all of it").first().waitFor();
  expect(await page.locator(".log-lines").textContent()).toMatch(/a\ufffd+.*b/);
  expect(await page.locator(".log-lines a[href^=javascript]").count()).toBe(0);
  expect(await page.locator(".log-lines").textContent()).not.toMatch(/[\u001b\u202e]/);
  await page.getByRole("button", { name: "Wrap" }).click();
  await page.getByLabel("search the log").fill("last line");
  const search = page.locator(".log-search").filter({ has: page.getByLabel("search the log") });
  await expect.poll(() => search.locator(".found").textContent()).toBe("1 line");
  expect(await axe(page)).toEqual([]);
});

test("a failure's message as long as one is kept, of markup and control characters, stays in its box", async () => {
  const { world } = bench;
  const [commit, flaky] = [repoOf().commits[0], repoOf().tests[3]];
  if (!commit || !flaky) throw new Error("no flaky test");
  const failed = world.runsOf(repoOf(), commit, flaky).find((run) => run.outcome === "failed");
  world.message = `<script>alert(1)</script>\u001b[2J\u202e\u0000${"m".repeat(4096)}\n${"line\n".repeat(800)}the end of it`;
  for (const width of [1280, 390]) {
    const page = await bench.open(`/runs/${failed?.id}`, { width });
    const message = page.locator(".failure");
    await message.getByText("the end of it").waitFor();
    expect(await message.textContent()).toContain("<script>");
    expect(await message.textContent()).not.toMatch(/[\u0000\u001b\u202e]/);
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    const { height = 0 } = (await message.boundingBox()) ?? {};
    expect(height, "the log below is in reach").toBeLessThan(500);
    expect(await axe(page, ["scrollable-region-focusable", "landmark-unique", "aria-allowed-role"])).toEqual([]);
    await page.close();
  }
  world.message = "";
});

test("a server that goes away in the middle of an order: that is said, nothing is lost, and it can be sent again", async () => {
  const page = await bench.open("/?add=1");
  const source = page.getByLabel("path or URL");
  await source.fill("/srv/git/patient.git");
  await page.route("**/api/v1/repos", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Add the repository" }).click();
  await page.getByText("the server cannot be reached").waitFor();
  expect(await source.inputValue()).toBe("/srv/git/patient.git");
  expect(bench.world.repo("patient")).toBeUndefined();
  expect(await axe(page)).toEqual([]);
  await page.unroute("**/api/v1/repos");
  await page.getByRole("button", { name: "Add the repository" }).click();
  await page.getByText("testlooper hook install '/srv/git/patient.git'").waitFor();
  expect(bench.world.repo("patient")?.source).toBe("/srv/git/patient.git");
  expect(bench.takeErrors().filter((error) => !/ERR_FAILED|status of 40[04]/.test(error))).toEqual([]);
});

test("links with ids that nobody has say what is not there, and lead on", async () => {
  const links = [
    ["/runs/999999999", "there is no run 999999999"],
    ["/tasks/999999999", "there is no task 999999999"],
    ["/experiments/999999999", "there is no experiment 999999999"],
    ["/r/nowhere", "nowhere"],
    ["/r/demo/b/nowhere", "nowhere"],
    [`/r/demo/t/${"y".repeat(10_000)}`, "there is no test"],
    ["/runs/1e9", "there is no page at"],
    ["/r/demo/c/zzzz", "there is no page at"],
    ["/r/%E0%A4%A", "there is no page at"],
  ];
  for (const [url = "", said = ""] of links) {
    const page = await bench.open(url);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    expect(await page.locator("main").textContent(), url.slice(0, 60)).toContain(said);
    await page.getByRole("link", { name: "All repositories" }).waitFor();
    expect(await page.evaluate(overflow), url.slice(0, 60)).toBeLessThanOrEqual(0);
    await page.close();
  }
});

test("filters that a link has wrong are left out", async () => {
  const page = await bench.open("/r/demo?show=<b>&group=nothing&commits=-7&label=%00&changed=maybe");
  await page.getByText("No test matches.").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(() => page.locator(".corner").textContent()).toBe("54 tests flake rate");
  const test_page = await bench.open("/r/demo/t/103?range=..&at=zzz&outcomes=<i>");
  await test_page.getByRole("heading", { name: /^\d+ runs/ }).waitFor();
  const run = await bench.open("/runs/14?beside=abc#L999999-L1");
  await run.getByRole("heading", { name: "Conditions" }).waitFor();
});
