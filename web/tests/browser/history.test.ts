// The page of a test and the comparison of two commits.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { axe, Bench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.closePages());
afterAll(async () => {
  expect(bench.takeErrors().filter((error) => !/status of 40[49]/.test(error))).toEqual([]);
  await bench.stop();
});

const shaOf = (age: number) => bench.world.repo("demo")?.commits[age]?.sha ?? "";
const lastCall = () => bench.world.calls.at(-1);
const param = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

test("a test shows its rate at each commit, with interval and n, as a picture and in words", async () => {
  const page = await bench.open("/r/demo/t/103");
  const chart = page.getByRole("img", { name: /Rate of failures over 60 commits/ });
  expect(await chart.getAttribute("aria-label")).toMatch(/\d+ of 240 runs failed/);
  const row = page.locator(".history tbody tr").first();
  expect(await row.textContent()).toMatch(/25 %.*\d.* % – \d+ %.*1 of 4/);
  await expect.poll(() => page.title()).toMatch(/test_entry_survives_04 · demo: flaky/);
});

test("a commit's runs are chosen by its point or its row, and their outcome by a filter", async () => {
  const page = await bench.open("/r/demo/t/103");
  await page.getByRole("heading", { name: "240 runs" }).waitFor();
  await page.getByRole("button", { name: `only runs at ${shaOf(0).slice(0, 8)}` }).click();
  await page.getByRole("heading", { name: /^4 runs at/ }).waitFor();
  await expect.poll(() => param(page, "at")).toBe(shaOf(0));
  await page.getByRole("button", { name: "Failures" }).click();
  await page.getByRole("heading", { name: /^1 run at/ }).waitFor();
  await expect.poll(() => param(page, "outcomes")).toBe("failures");
  await page.reload();
  await page.getByRole("heading", { name: /^1 run at/ }).waitFor();
  await page.getByRole("button", { name: "at all commits" }).click();
  await page.getByRole("heading", { name: /^12 runs/ }).waitFor();
  const over = page.locator(".plot .u-over").first();
  const box = await over.boundingBox();
  if (!box) throw new Error("no chart");
  await over.click({ position: { x: box.width - 5, y: 40 } });
  await expect.poll(() => param(page, "at")).toBe(shaOf(0));
  await page.getByRole("heading", { name: /^1 run at/ }).waitFor();
  await page.mouse.move(box.x + box.width * 0.95, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("heading", { name: /^\d+ runs at \d+ commits/ }).waitFor();
  await expect.poll(() => param(page, "range")).toMatch(/^[0-9a-f]{40}\.\.[0-9a-f]{40}$/);
  await page.locator("section[aria-labelledby=runs]").getByRole("link", { name: /^run \d+/ }).first().click();
  await page.getByRole("heading", { name: "Conditions" }).waitFor();
  await page.getByRole("link", { name: "Its history" }).click();
  await page.getByRole("heading", { name: "Rate of failures" }).waitFor();
});

test("it is run more often at a commit, and what the server refuses is said", async () => {
  const page = await bench.open("/r/demo/t/103");
  const times = page.getByLabel("how many more times");
  await times.fill("0");
  await page.getByText("a number from 1 to 100,000").waitFor();
  await times.fill("25");
  const run = page.getByRole("button", { name: `run 25 more at ${shaOf(2).slice(0, 8)}` });
  bench.world.refuse_next = "the commit has no plan";
  await run.click();
  await page.getByText("the commit has no plan").waitFor();
  expect(await axe(page)).toEqual([]);
  await run.click();
  await page.getByRole("link", { name: /^request \d+ at/ }).waitFor();
  expect(lastCall()).toEqual({
    method: "POST",
    path: `repos/demo/commits/${shaOf(2)}/runs`,
    body: {
      times: 25,
      filter: { tests: ["unit/tests/test_cache.py::test_entry_survives_04"] },
      requested_by: "web",
    },
  });
  await page.getByRole("link", { name: /^request \d+ at/ }).click();
  await page.locator(".request").getByText("0 of 25 runs").waitFor();
});

test("older commits of a test, by its name, and back", async () => {
  const page = await bench.open(`/r/demo/t/${encodeURIComponent("tests/test_cache.py::test_entry_survives_04")}`);
  await page.getByRole("button", { name: "Older commits" }).click();
  await page.getByRole("heading", { name: "15 commits" }).waitFor();
  await expect.poll(() => param(page, "before")).toBe(shaOf(59));
  await page.getByRole("button", { name: "Newest" }).click();
  await page.getByRole("heading", { name: "60 commits" }).waitFor();
});

test("a commit is compared with its parent from its page, in groups, with those that have another name", async () => {
  const page = await bench.open(`/r/demo/c/${shaOf(0)}`);
  await page.locator("table.tests").waitFor();
  await page.locator(".commit-facts").getByRole("link", { name: "compare" }).click();
  const failing = page.getByRole("region", { name: "Newly failing" });
  await failing.getByText("test_rounding_02").waitFor();
  expect(await failing.textContent()).toContain("4 of 4 failed");
  await expect.poll(() => page.title()).toMatch(/: 2 newly failing/);
  await page.getByText("renamed, was test_entry_of_old").waitFor();
  const show = page.getByRole("group", { name: "show" });
  await show.getByRole("button", { name: /^Renamed or moved/ }).click();
  await failing.waitFor({ state: "detached" });
  await page.getByText("renamed, was test_entry_of_old").waitFor();
  await show.getByRole("button", { name: /^Fixed/ }).click();
  await expect.poll(() => param(page, "show")).toBe("fixed");
  await page.getByRole("region", { name: "Fixed" }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "Rate of failures" }).waitFor();
});

test("any two commits are compared, a merge with each parent", async () => {
  const page = await bench.open("/r/demo");
  await page.getByRole("link", { name: "Compare" }).click();
  await page.getByText("Name a commit").waitFor();
  await page.getByLabel("commit", { exact: true }).fill(shaOf(1));
  await page.getByLabel("with").fill("release/2.1");
  await page.getByRole("button", { name: "Compare" }).click();
  await expect.poll(() => param(page, "base")).toBe("release/2.1");
  const parents = page.getByText("compare with its parents:").locator("..").getByRole("link");
  expect(await parents.count()).toBe(2);
  await parents.last().click();
  await expect.poll(() => param(page, "base")).toBe(shaOf(4));
  expect(await page.getByLabel("with").inputValue()).toBe(shaOf(4));
  await page.getByLabel("with").fill("nowhere");
  await page.keyboard.press("Enter");
  await page.getByText("there is no commit, branch or tag 'nowhere' in demo").waitFor();
  expect(await page.getByLabel("with").inputValue()).toBe("nowhere");
});

test("the palette asks about the test that is shown", async () => {
  const page = await bench.open("/r/demo/t/103");
  await page.getByRole("img", { name: /Rate of failures/ }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("diagnose");
  await page.keyboard.press("Enter");
  await page.getByText("Compares its runs under other conditions").waitFor();
  await expect.poll(() => param(page, "ask")).toBe("diagnose");
  expect(await axe(page)).toEqual([]);
});
