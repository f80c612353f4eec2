// What people want of a commit, and how they change their minds on its page: by filter, raised, lowered,
// cancelled, cleared. Each control is used once, and the call that it makes is looked at.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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
  expect(bench.takeErrors().filter((error) => !/status of 40[09]/.test(error))).toEqual([]);
  await bench.stop();
});

const lastCall = () => bench.world.calls.at(-1);
const dialogOf = (page: Page) => page.locator("dialog[open]");

test("the new tests are run with a button of their own", async () => {
  const page = await bench.open(`/r/demo/c/${bench.world.repo("demo")?.commits[4]?.sha}`);
  const bar = page.getByRole("group", { name: "run tests again" });
  await bar.getByRole("button", { name: /^New 1$/ }).click();
  await expect.poll(() => lastCall()?.body).toEqual({ times: 10, only: "new", requested_by: "web" });
});

test("tests are run by a filter that shows what it matches as one types", async () => {
  const page = await bench.open(path);
  await page.getByRole("button", { name: "By filter…" }).click();
  const dialog = dialogOf(page);
  await dialog.getByText("54 of 54 tests of this commit match").waitFor();
  await dialog.getByLabel("suites", { exact: true }).first().locator("select").selectOption("these");
  await dialog.getByLabel("names, one a line").fill("unit");
  await dialog.getByText("35 of 54 tests of this commit match").waitFor();
  await dialog.getByLabel("regular expression").fill("(?=x)");
  await dialog.getByText("invalid perl operator").waitFor();
  expect(await axe(page)).toEqual([]);
  await dialog.getByLabel("regular expression").fill("deadline_0[12]");
  await dialog.getByText("2 of 54 tests of this commit match").waitFor();
  await dialog.getByText("test_deadline_02").waitFor();
  await dialog.getByLabel("labels", { exact: true }).first().locator("select").selectOption("none");
  await dialog.getByText("0 of 54 tests of this commit match").waitFor();
  await dialog.getByLabel("labels", { exact: true }).first().locator("select").selectOption("any");
  await dialog.getByLabel("runs", { exact: false }).first().fill("3");
  await dialog.getByLabel(/^if it failed/).fill("20");
  await dialog.getByLabel("where they run").selectOption("sandbox");
  expect(await axe(page)).toEqual([]);
  bench.world.refuse_next = "the queue is full";
  await dialog.getByRole("button", { name: "Run them" }).click();
  await dialog.getByText("the queue is full").waitFor();
  await dialog.getByRole("button", { name: "Run them" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(lastCall()).toEqual({
    method: "POST",
    path: `repos/demo/commits/${sha}/runs`,
    body: {
      times: 3,
      fail_runs: 20,
      filter: { suites: ["unit"], regex: "deadline_0[12]" },
      isolation: "sandbox",
      requested_by: "web",
    },
  });
});

test("a request is raised, refused with a sentence, cancelled, and taken up again", async () => {
  const { world } = bench;
  const repo = world.repo("demo");
  const commit = repo?.commits[0];
  if (!repo || !commit) throw new Error("no demo");
  const id = world.requestRuns(repo, commit, { times: 5, only: "flaky" });
  const page = await bench.open(path);
  const change = page.getByRole("button", { name: `change request ${id}` });
  await change.click();
  const form = page.getByRole("form", { name: `change request ${id}` });
  await form.getByLabel(/^runs/).fill("0");
  await form.getByText("a number from 1 to 100,000").waitFor();
  await form.getByLabel(/^runs/).fill("40");
  await form.getByLabel(/^if it flakes/).fill("80");
  expect(await axe(page)).toEqual([]);
  world.refuse_next = "it comes from a branch rule";
  await form.getByRole("button", { name: "Change" }).click();
  await form.getByText("it comes from a branch rule").waitFor();
  expect(await form.getByLabel(/^runs/).inputValue()).toBe("40");
  await form.getByRole("button", { name: "Change" }).click();
  await form.waitFor({ state: "detached" });
  expect(lastCall()).toEqual({
    method: "PATCH",
    path: `requests/${id}`,
    body: { times: 40, fail_runs: 0, flake_runs: 80, new_runs: 0, requested_by: "web" },
  });
  await page.getByText("40 runs of each, 80 if it flakes").waitFor();
  await page.getByRole("button", { name: `cancel request ${id}` }).click();
  expect(await axe(page)).toEqual([]);
  await dialogOf(page).getByRole("button", { name: "Cancel it" }).click();
  await page.getByText("· stopped").waitFor();
  expect(lastCall()).toEqual({
    method: "POST",
    path: `requests/${id}/cancel`,
    body: { requested_by: "web" },
  });
  await change.getByText("take up again").waitFor();
  // What a rule wants is changed where the rule is.
  expect(await page.locator(".desired").getByRole("link", { name: "branch rules" }).count()).toBe(1);
});

test("the request that one follows can be cancelled where it is followed", async () => {
  const page = await bench.open(path);
  await page.getByLabel("how many more times").fill("7");
  await page.getByLabel("select test_deadline_01").check();
  await page
    .getByRole("group", { name: "run tests again" })
    .getByRole("button", { name: /^Selected/ })
    .click();
  await page.getByRole("button", { name: /^cancel this request/ }).click();
  await dialogOf(page).waitFor();
  await page.keyboard.press("Escape");
  await dialogOf(page).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^cancel this request/ }).click();
  await dialogOf(page).getByRole("button", { name: "Cancel it" }).click();
  await page.locator(".request").getByText("finished").waitFor();
  expect(lastCall()?.path).toMatch(/^requests\/\d+\/cancel$/);
});

test("results of a selection are cleared, after a question", async () => {
  const page = await bench.open(path);
  await page.getByLabel("select test_deadline_02").check();
  await page.getByRole("button", { name: "Clear results…" }).click();
  const dialog = dialogOf(page);
  await dialog.getByText("The runs stay stored").waitFor();
  expect(await dialog.getByLabel("tests").inputValue()).toBe("selected");
  expect(await axe(page)).toEqual([]);
  bench.world.refuse_next = "no test of this commit matches, so nothing was cleared";
  await dialog.getByRole("button", { name: "Clear them" }).click();
  await dialog.getByText("nothing was cleared").waitFor();
  await dialog.getByRole("button", { name: "Clear them" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(lastCall()).toEqual({
    method: "POST",
    path: `repos/demo/commits/${sha}/clear`,
    body: { filter: { tests: ["unit/tests/test_clock.py::test_deadline_02"] }, requested_by: "web" },
  });
  await page.getByRole("button", { name: "Clear results…" }).click();
  await dialog.getByLabel("tests").selectOption("flaky");
  await dialog.getByRole("button", { name: "Clear them" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(lastCall()?.body).toEqual({ only: "flaky", requested_by: "web" });
});

test("a commit, a branch and a task are cancelled where one looks for it", async () => {
  const { world } = bench;
  const repo = world.repo("demo");
  const commit = repo?.commits[0];
  if (!repo || !commit) throw new Error("no demo");
  world.requestRuns(repo, commit, { times: 5, only: "flaky" });
  const page = await bench.open(path);
  const confirm = async (button: string) => {
    await page.getByRole("button", { name: button }).click();
    await dialogOf(page).getByRole("button", { name: "Cancel it" }).click();
    await dialogOf(page).waitFor({ state: "hidden" });
    return lastCall()?.path;
  };
  expect(await confirm("cancel all testing of this commit")).toBe(`repos/demo/commits/${sha}/cancel`);
  expect(await confirm("cancel run tests, task 8")).toBe("tasks/8/cancel");
  await page.getByRole("button", { name: "cancel run tests, task 8" }).waitFor({ state: "detached" });
  await page.goto(`${bench.url}/tasks/7`);
  expect(await confirm("cancel run tests, task 7")).toBe("tasks/7/cancel");
  await page.getByText("cancelled").first().waitFor();
  await page.goto(`${bench.url}/engine`);
  expect(await confirm("cancel build image, task 9")).toBe("tasks/9/cancel");
  await page.goto(`${bench.url}/r/demo/b/${encodeURIComponent("fix/a&b=c?d#e%f")}`);
  expect(await confirm("cancel the testing of this branch")).toBe(
    `repos/demo/branches/${encodeURIComponent("fix/a&b=c?d#e%f")}/cancel`,
  );
});

test("what the page can do is in the palette, by its words", async () => {
  const page = await bench.open(path);
  await page.getByRole("group", { name: "run tests again" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("run all");
  await page.getByRole("option", { name: /^Run all tests 10 more times.*action/ }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => lastCall()?.path).toBe(`repos/demo/commits/${sha}/runs`);
  expect(lastCall()?.body).toEqual({ times: 10, requested_by: "web" });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("clear");
  await page.keyboard.press("Enter");
  await dialogOf(page).getByRole("heading", { name: "Clear results?" }).waitFor();
});
