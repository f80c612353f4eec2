import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { axe, Bench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.closePages());
afterAll(async () => {
  expect(bench.takeErrors()).toEqual([]);
  await bench.stop();
});

const testRows = (page: Page) => page.locator(".matrix tr[data-row]");
// How many rows are put into the page while the matrix is scrolled down, a frame at a time.
const rowsDrawnWhileScrolling = (page: Page, frames: number, pixels: number) =>
  page.locator(".matrix").evaluate(
    async (box, wanted) => {
      let drawn = 0;
      const observer = new MutationObserver((changes) => {
        for (const change of changes) drawn += change.addedNodes.length;
      });
      observer.observe(box.querySelector("tbody") as Element, { childList: true });
      for (let i = 0; i < wanted.frames; i++) {
        box.scrollTop += wanted.pixels;
        await new Promise(requestAnimationFrame);
      }
      observer.disconnect();
      return drawn;
    },
    { frames, pixels },
  );
const search = (page: Page) => new URL(page.url()).searchParams;

test("a repository leads to its matrix", async () => {
  const page = await bench.open("/");
  await page.getByRole("link", { name: "demo", exact: true }).click();
  await page.locator(".matrix").waitFor();
  expect(await page.locator(".matrix thead th a").count()).toBe(30);
  expect(await page.locator(".corner").textContent()).toBe("54 tests flake rate");
});

test("the filter and the choice narrow the rows, live in the URL, and come back from it", async () => {
  const page = await bench.open("/r/demo");
  await testRows(page).first().waitFor();
  await page.getByLabel("filter tests").fill("clock deadline");
  await expect.poll(() => testRows(page).count()).toBe(9);
  await page.getByRole("button", { name: /^Flaky/ }).click();
  await expect.poll(() => testRows(page).count()).toBe(1);
  await expect.poll(() => search(page).get("show")).toBe("flaky");
  expect(search(page).get("q")).toBe("clock deadline");
  await page.reload();
  await expect.poll(() => testRows(page).count()).toBe(1);
  expect(await page.getByLabel("filter tests").inputValue()).toBe("clock deadline");
  await page.getByRole("button", { name: /^Failing/ }).click();
  await page.getByLabel("filter tests").fill("no such test");
  await page.getByText("No test matches.").waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(() => page.locator(".corner").textContent()).toBe("54 tests flake rate");
  await expect.poll(() => search(page).size).toBe(0);
});

test("a cell tells what it is by a glyph and words, on hover and on focus, and leads to its test", async () => {
  const page = await bench.open("/r/demo");
  const row = testRows(page).filter({ hasText: "test_entry_survives_04" });
  const cell = row.locator("a.cell").first();
  await cell.hover();
  const card = page.locator(".matrix-card");
  await expect.poll(() => card.textContent()).toMatch(/flaky: \d+ of 4 runs failed/);
  expect(await cell.getAttribute("aria-label")).toMatch(
    /^flaky: \d+ of 4 runs failed, Keep the order/,
  );
  expect(await cell.textContent()).toBe("~");
  await page.mouse.move(5, 5);
  await card.waitFor({ state: "hidden" });
  await row.locator("[data-row-link]").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => card.textContent()).toMatch(/Merge branch/);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => card.textContent()).toMatch(/Keep the order/);
  await page.keyboard.press("Enter");
  await page.locator("table.tests").waitFor();
  expect(await page.getByLabel("filter tests").inputValue()).toBe(
    "tests/test_cache.py::test_entry_survives_04",
  );
});

test("the card tells the rate with its runs, and the first line of the error", async () => {
  const page = await bench.open("/r/demo");
  const row = testRows(page).filter({ hasText: "test_entry_survives_04" });
  await row.locator("a.cell").first().hover();
  const card = page.locator(".matrix-card");
  await expect.poll(() => card.textContent()).toMatch(/failed: \d+ %, with 95 % confidence/);
  await card.locator(".card-error").waitFor();
  await page.keyboard.press("Escape");
  await row.locator("a.cell").first().focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => card.textContent()).toMatch(/test_entry_survives_05/);
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => card.textContent()).toMatch(/test_entry_survives_04/);
});

test("tests are grouped, and narrowed by label and by what the branch changed", async () => {
  const page = await bench.open("/r/demo");
  await testRows(page).first().waitFor();
  const titles = () => page.locator(".group-title > .name").allTextContents();
  expect((await titles()).length).toBeGreaterThan(2);
  await page.getByLabel("group").selectOption("suite");
  await expect.poll(async () => (await titles()).length).toBeLessThan(3);
  await page.getByLabel("group").selectOption("cluster");
  await expect.poll(async () => (await titles()).at(-1)).toBe("in no cluster of failures");
  await expect.poll(() => search(page).get("group")).toBe("cluster");
  await page.getByLabel("only tests with the label").fill("slow");
  await expect.poll(() => page.locator(".corner").textContent()).not.toBe("54 tests flake rate");
  await expect.poll(() => search(page).get("label")).toBe("slow");
  expect(await axe(page)).toEqual([]);
  const branch = await bench.open(`/r/demo/b/${encodeURIComponent("fix/a&b=c?d#e%f")}`);
  await branch.getByRole("button", { name: "Changed by this branch" }).click();
  await expect.poll(() => branch.locator(".corner").textContent()).not.toBe("54 tests flake rate");
  await expect.poll(() => search(branch).get("changed")).toBe("1");
});

test("a commit's head tells its status, author and numbers, and leads to it", async () => {
  const page = await bench.open("/r/demo");
  const head = page.locator(".matrix thead th a").nth(5);
  await head.hover();
  const card = page.locator(".matrix-card");
  await expect.poll(() => card.textContent()).toMatch(/Speed up parsing.*Dana Wexler/);
  expect(await card.textContent()).toMatch(/error.*53 tests.*could not be listed/);
  await head.click();
  await page.getByRole("heading", { level: 1, name: "Speed up parsing of long lines" }).waitFor();
});

test("older commits are added, and a link keeps them", async () => {
  const page = await bench.open("/r/demo");
  const known = () => page.getByRole("table").getAttribute("aria-colcount").then(Number);
  await expect.poll(known).toBe(31);
  await page.getByRole("button", { name: "older commits" }).click();
  await expect.poll(known).toBe(61);
  await page.getByRole("button", { name: "older commits" }).click();
  await expect.poll(known).toBe(76);
  await page.getByRole("button", { name: "older commits" }).waitFor({ state: "detached" });
  await expect.poll(() => search(page).get("commits")).toBe("90");
  await page.reload();
  await expect.poll(known).toBe(76);
});

describe("branches", () => {
  test("are found by typing, whatever their names", async () => {
    const page = await bench.open("/r/demo");
    await page.getByRole("button", { name: "switch branch" }).click();
    const list = page.locator(".branches");
    await expect.poll(() => list.getByRole("link").count()).toBe(5);
    expect(await axe(page)).toEqual([]);
    await list.getByLabel("find a branch").fill("FIX");
    await expect.poll(() => list.getByRole("link").count()).toBe(1);
    await list.getByRole("link").click();
    await list.waitFor({ state: "hidden" });
    expect(decodeURIComponent(new URL(page.url()).pathname)).toBe("/r/demo/b/fix/a&b=c?d#e%f");
    await expect.poll(() => page.locator(".switch").textContent()).toContain("fix/a&b=c?d#e%f");
    await page.getByRole("button", { name: "switch branch" }).click();
    await list.getByLabel("find a branch").fill("nothing like it");
    await list.getByText("no such branch").waitFor();
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
  });

  test("with markup for a name are text", async () => {
    const page = await bench.open(`/r/${encodeURIComponent("odd names/ü&?#%")}`);
    await page.locator(".matrix").waitFor();
    expect(await page.locator("main b, main u, main i, main img, main script").count()).toBe(0);
    expect(await page.locator(".switch").textContent()).toContain("<b>main</b>⟨U+202E⟩");
    for (const name of ["$(id)", "--output=x", "a//b", "%2F%00"]) {
      await page.getByRole("button", { name: "switch branch" }).click();
      await page.locator(".branches").getByRole("link", { name, exact: false }).click();
      await expect.poll(() => page.locator(".switch").textContent()).toContain(name);
    }
  });
});

test("ten thousand tests are there at once, and scrolling draws what comes into view", async () => {
  const page = await bench.open("/r/large?commits=200");
  await testRows(page).first().waitFor();
  expect(await page.locator(".corner").textContent()).toBe("10,000 tests flake rate");
  expect(await testRows(page).count()).toBeLessThan(120);
  expect(await page.locator(".matrix td a.cell").count()).toBeLessThan(9000);
  const drawn = await rowsDrawnWhileScrolling(page, 100, 120);
  console.log(`web matrix of 10,000 × 200: ${drawn} rows drawn for 500 rows scrolled`);
  expect(drawn).toBeGreaterThan(400); // what came into view is there,
  expect(drawn).toBeLessThan(600); // and nothing was drawn twice
  await page.locator(".matrix").evaluate((box) => {
    box.scrollTop = box.scrollHeight;
    box.scrollLeft = box.scrollWidth;
  });
  await page.getByText("TestCase099").last().waitFor();
  const last = testRows(page).last();
  await expect.poll(() => last.textContent()).toContain("TestCase099");
  await expect.poll(() => last.locator("a.cell").count()).toBeGreaterThan(10);
});

test("runs that end are seen without the rest being drawn anew", async () => {
  const page = await bench.open("/r/demo");
  const { world } = bench;
  const repo = world.repo("demo");
  const commit = repo?.commits[0];
  if (!repo || !commit) throw new Error("no commit");
  const cell = testRows(page)
    .filter({ hasText: "test_entry_survives_01" })
    .locator("a.cell")
    .first();
  await cell.evaluate((element) => element.setAttribute("data-mine", "kept"));
  await expect.poll(() => page.locator(".live").textContent()).toBe("live");
  world.requestRuns(repo, commit, { times: 1 });
  await expect.poll(() => page.locator(".branch-head .pill").textContent()).toContain("running");
  world.work(1000);
  await expect.poll(() => page.locator(".branch-head .pill").textContent()).toContain("failed");
  expect(await cell.getAttribute("data-mine")).toBe("kept");
});
