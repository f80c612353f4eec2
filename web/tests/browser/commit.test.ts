import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { axe, Bench } from "./support.ts";

let bench: Bench;
let path: string;
let sha: string;
beforeAll(async () => {
  bench = await Bench.start();
  sha = bench.world.repo("demo")?.commits[0]?.sha ?? "";
  path = `/r/demo/c/${sha}`;
});
afterEach(() => bench.closePages());
afterAll(async () => {
  expect(bench.takeErrors()).toEqual([]);
  await bench.stop();
});

const groupNames = (page: Page) => page.locator(".group-name").allTextContents();
const lastRequest = () => bench.world.received.at(-1)?.body;
const button = (page: Page, name: RegExp) =>
  page.getByRole("group", { name: "run tests again" }).getByRole("button", { name });

test("tests come in groups, what needs a person first", async () => {
  const page = await bench.open(path);
  await page.getByRole("button", { name: /^Passed/ }).click();
  await expect
    .poll(() => groupNames(page))
    .toEqual(["Newly failing", "Flaky", "Still broken", "Fixed", "Passed", "Not run"]);
});

test("a group folds and unfolds", async () => {
  const page = await bench.open(path);
  const row = page.locator("tr[data-row]").filter({ hasText: "test_rounding_02" });
  await row.waitFor();
  const fold = page.getByRole("button", { name: /Newly failing/ });
  await fold.click();
  await row.waitFor({ state: "detached" });
  expect(await fold.getAttribute("aria-expanded")).toBe("false");
  await fold.click();
  await row.waitFor();
});

describe("choosing tests", () => {
  test("by row, by group and by filter; the button counts them", async () => {
    const page = await bench.open(path);
    await page.getByLabel("select test_rounding_02").check();
    await expect.poll(() => button(page, /^Selected/).textContent()).toContain("1");
    await page.getByLabel("select newly failing").click();
    await expect.poll(() => button(page, /^Selected/).textContent()).toContain("2");
    await page.getByLabel("select newly failing").click();
    await expect.poll(() => button(page, /^Selected/).isDisabled()).toBe(true);
    await page.getByLabel("filter tests").fill("storage");
    await expect.poll(() => page.locator("tr[data-row]").count()).toBe(8);
    await page.getByLabel("select all shown").check();
    await page.getByLabel("filter tests").fill("");
    await expect.poll(() => button(page, /^Selected/).textContent()).toContain("8");
    await page.getByLabel("select all shown").click();
    await expect.poll(() => button(page, /^Selected/).textContent()).toContain("54");
    await page.getByLabel("select all shown").click();
    await expect.poll(() => button(page, /^Selected/).isDisabled()).toBe(true);
  });

  test("by keys alone", async () => {
    const page = await bench.open(path);
    await page.locator("tr[data-row]").first().waitFor();
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await expect.poll(() => button(page, /^Selected/).textContent()).toContain("2");
    expect(await page.locator("tr.chosen").count()).toBe(2);
  });

  test("a filter that nothing matches says so", async () => {
    const page = await bench.open(`${path}?q=nothing+like+it`);
    await page.getByText("No test matches the filter.").waitFor();
  });
});

describe("run N more times", () => {
  test("all, failed, flaky and chosen tests reach the server as they were asked for", async () => {
    const page = await bench.open(path);
    const times = page.getByLabel("how many more times");
    await times.fill("3");
    await button(page, /^All/).click();
    await expect.poll(lastRequest).toEqual({ times: 3, requested_by: "web" });
    await times.fill("4");
    await button(page, /^Failed/).click();
    await expect.poll(lastRequest).toEqual({ times: 4, requested_by: "web", only: "failed" });
    await times.fill("5");
    await button(page, /^Flaky/).click();
    await expect.poll(lastRequest).toEqual({ times: 5, requested_by: "web", only: "flaky" });
    await times.fill("6");
    await page.getByLabel("select test_rounding_02").check();
    await button(page, /^Selected/).click();
    await expect.poll(lastRequest).toMatchObject({
      times: 6,
      filter: { tests: ["unit/tests/test_totals.py::test_rounding_02"] },
    });
    bench.world.work(10_000);
  });

  test("the request is shown as it goes on, also to who opens its link", async () => {
    const page = await bench.open(path);
    await page.getByLabel("how many more times").fill("2");
    await page.getByLabel("select test_deadline_01").check();
    await button(page, /^Selected/).click();
    const request = page.locator(".request");
    await expect.poll(() => request.textContent()).toMatch(/0 of 2 runs/);
    await expect.poll(() => new URL(page.url()).searchParams.get("request")).toMatch(/^\d+$/);
    bench.world.work(1);
    await expect.poll(() => request.textContent()).toMatch(/1 of 2 runs.*1 under way/);
    expect(await axe(page)).toEqual([]);
    const other = await bench.open(new URL(page.url()).pathname + new URL(page.url()).search);
    await expect.poll(() => other.locator(".request").textContent()).toMatch(/1 of 2 runs/);
    bench.world.work(1);
    for (const tab of [page, other]) {
      await expect.poll(() => tab.locator(".request").textContent()).toMatch(/2 of 2.*finished/);
    }
    await other.getByRole("button", { name: "hide" }).click();
    await other.locator(".request").waitFor({ state: "detached" });
    await expect.poll(() => new URL(other.url()).search).toBe("");
  });

  test("a number that is none disables the buttons and says which are taken", async () => {
    const page = await bench.open(path);
    for (const text of ["0", "abc", "", "100001"]) {
      await page.getByLabel("how many more times").fill(text);
      await page.getByText("a number from 1 to 100,000").waitFor();
      expect(await button(page, /^All/).isDisabled()).toBe(true);
    }
    expect(await axe(page)).toEqual([]);
  });

  test("what the server refuses is said in its words", async () => {
    const page = await bench.open(path);
    await page.getByLabel("how many more times").fill("60000");
    await button(page, /^All/).click();
    await page.getByText("times: at most 50,000 here").waitFor();
    expect(bench.takeErrors().every((error) => error.includes("400"))).toBe(true);
  });
});

test("a commit that could not be prepared says why, shows the log, and is tried again", async () => {
  const bad = bench.world.repo("demo")?.commits[5]?.sha;
  const page = await bench.open(`/r/demo/c/${bad}`);
  const notice = page.getByRole("alert").first();
  await expect
    .poll(() => notice.textContent())
    .toMatch(/suite perf could not be listed: exit code 2/);
  await notice.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => bench.world.retried).toEqual([bad]);
  await notice.getByText("trying again").waitFor();
  await notice.getByRole("link", { name: "its log" }).click();
  await page.getByText("ImportError: no module named 'bench'").waitFor();
});

test("preparation, warnings, wishes and tasks are beside the tests, each with its log", async () => {
  const page = await bench.open(path);
  await page.getByText("an `aws-ami` cannot be used here").waitFor();
  await page.getByText("`min_ram_gb` is spelt `min-ram-gb`").waitFor();
  await page.getByText("branch rule 1").waitFor();
  await page.getByText("waits behind 3 tasks: 1 more urgent").waitFor();
  await page.locator(".steps").getByRole("link", { name: "log" }).first().click();
  await page.getByText("plan written: 2 environments, 2 suites").waitFor();
});

test("a commit leads to its parents, its branch, its tests' logs; its id can be copied", async () => {
  const page = await bench.open(path);
  await page.getByRole("button", { name: "copy the commit's id" }).click();
  await page.getByText("copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sha);
  await page.getByText("message", { exact: true }).click();
  await page.getByText("noticed in production").waitFor();
  await page.locator("tr[data-row]").first().getByRole("link", { name: "failure" }).click();
  await page.getByRole("heading", { name: "Message" }).waitFor();
  await page.goBack();
  await page.locator("tr[data-row]").first().getByRole("link", { name: "last" }).click();
  await page.getByRole("heading", { name: "Conditions" }).waitFor();
  await page.goBack();
  await page.locator("table.tests").waitFor();
  await page.locator(".commit-facts a.sha").click();
  await page.getByRole("heading", { level: 1, name: "Merge branch 'feature/retry'" }).waitFor();
  expect(await page.locator(".commit-facts a.sha").count()).toBe(2);
  await page.goBack();
  await page.locator(".crumbs").getByRole("link", { name: "main" }).click();
  await page.locator(".matrix").waitFor();
});

test("names with markup are text everywhere", async () => {
  const repo = bench.world.repos[1];
  for (const commit of repo?.commits ?? []) {
    const page = await bench.open(`/r/${encodeURIComponent(repo?.name ?? "")}/c/${commit.sha}`);
    await page.locator("table.tests").waitFor();
    expect(await page.locator("main img, main script, main b, main u, main i").count()).toBe(0);
    await bench.closePages();
  }
});

test("ten thousand tests do not hold up the page", async () => {
  const large = bench.world.repo("large")?.commits[0]?.sha;
  const page = await bench.open(`/r/large/c/${large}`);
  await page.locator("tr[data-row]").first().waitFor();
  expect(await page.locator("tr[data-row]").count()).toBeLessThan(120);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  const rows = await page.locator("table.tests").getAttribute("aria-rowcount");
  await page.locator(`tr[aria-rowindex="${rows}"]`).waitFor();
  await page.getByLabel("filter tests").fill("pkg42 case007");
  await expect.poll(() => page.locator("tr[data-row]").count()).toBe(1);
  await page.getByLabel("filter tests").fill("");
  await page.getByLabel("select all shown").click();
  await button(page, /^Selected/).click();
  await expect.poll(lastRequest).toMatchObject({ times: 10, filter: { suites: ["unit"] } });
});
