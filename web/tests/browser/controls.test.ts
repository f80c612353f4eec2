// Controls that the tests of their pages do not use: what each does to the address, to what is shown, or to the store.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
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

const parameter = (page: Page, name: string) => () => new URL(page.url()).searchParams.get(name);
const rows = (page: Page) => page.locator("main tr[data-row]");

test("the buttons of a test's page lead to each question, and it is asked as it was filled in", async () => {
  const page = await bench.open("/r/demo/t/103");
  const form = page.getByRole("form", { name: "experiment" });
  const ask = page.getByRole("group", { name: "what to do about it" });
  for (const [button, kind] of [
    ["Hunt…", "hunt"],
    ["Diagnose…", "diagnose"],
    ["Find the commit…", "bisect"],
    ["Prove it fixed…", "prove"],
  ] as const) {
    await ask.getByRole("button", { name: button }).click();
    await expect.poll(parameter(page, "ask")).toBe(kind);
    await form.getByRole("button", { name: "Start" }).waitFor();
  }
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("SUMMARY");
  expect(await axe(page)).toEqual([]);
  await form.getByLabel("at commit").fill("fix");
  await form.getByLabel("against").fill("5%");
  await form.getByLabel("risk").fill("2");
  expect(await form.getByRole("button", { name: "Start" }).isDisabled()).toBe(true);
  await form.getByLabel("risk").fill("0.01");
  await form.getByLabel("under the condition").fill("cpus=0.5 TZ=Asia/Tokyo");
  await form.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Hunt 2" }).waitFor();
  expect(bench.world.calls.at(-1)?.body).toMatchObject({
    ...{ kind: "prove", commit: "fix", against: "5%", risk: 0.01 },
    condition: ["cpus=0.5", "TZ=Asia/Tokyo"],
  });
});

test("a kind is chosen in the form too, and a hunt ends at as many failures as one says", async () => {
  const page = await bench.open("/r/demo/t/103?ask=prove");
  const form = page.getByRole("form", { name: "experiment" });
  for (const [button, field] of [
    ["Bisect", "good"],
    ["Prove fixed", "against"],
    ["Hunt", "until failures"],
  ] as const) {
    await form.getByRole("button", { name: button, exact: true }).click();
    await form.getByLabel(field, { exact: false }).first().waitFor();
  }
  await form.getByLabel("until failures").fill("3");
  await form.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Hunt 2" }).waitFor();
  expect(bench.world.calls.at(-1)?.body).toMatchObject({ kind: "hunt", until_failures: 3 });
});

test("why a test flakes, since when and how it fails stands in its page's head, with the ways on", async () => {
  const page = await bench.open("/r/demo/flaky");
  const listed = await rows(page).first().locator("[data-row-link]").getAttribute("href");
  const why = await rows(page).first().locator("p").textContent();
  await page.goto(bench.url + listed);
  const line = page.locator(".flaky-line");
  await line.getByText(why ?? "").waitFor();
  await line.getByText("since").waitFor();
  await line.getByText("cause").waitFor();
  await page.getByText("Hunt it, prove it fixed").click();
  await page.getByRole("link", { name: "Experiments with this test" }).click();
  await page.getByRole("heading", { level: 1, name: "Experiments" }).waitFor();
  expect(parameter(page, "test")()).toBe(listed?.split("/").at(-1));
});

test("runs of a test are narrowed to those that passed and to those that say nothing", async () => {
  const page = await bench.open("/r/demo/t/103");
  const runs = page.getByRole("group", { name: "runs that ended" });
  for (const [button, value] of [["Passed", "passed"], ["Skipped, machine's fault", "other"], ["All", null]] as const) {
    await runs.getByRole("button", { name: button }).click();
    await expect.poll(parameter(page, "outcomes")).toBe(value);
  }
});

test("the list of flaky tests has each order and standing; experiments have each state", async () => {
  const page = await bench.open("/r/demo/flaky");
  for (const [button, name, value] of [
    ["seen last", "order", "newest"],
    ["name", "order", "name"],
    ["impact", "order", null],
    ["proven fixed", "standing", "fixed"],
    ["flaky now", "standing", null],
  ] as const) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await expect.poll(parameter(page, name)).toBe(value);
    await page.locator("main :is(tr[data-row], .empty)").first().waitFor();
  }
  await page.goto(`${bench.url}/experiments`);
  for (const state of ["Running", "Paused", "Stopped", "Decided"]) {
    await page.getByRole("button", { name: state, exact: true }).click();
    await expect.poll(parameter(page, "standing")).toBe(state.toLowerCase());
  }
  await page.getByRole("button", { name: "All", exact: true }).click();
  await expect.poll(parameter(page, "standing")).toBe(null);
});

test("the matrix is grouped by folder, tells how often tests flake, and the list leads from the repositories", async () => {
  const page = await bench.open("/r/demo");
  await page.getByLabel("group").selectOption("folder");
  await expect.poll(parameter(page, "group")).toBe("folder");
  await page.locator(".matrix tr.group", { hasText: /^tests/ }).first().waitFor();
  const flake = page.locator(".matrix .flake").first();
  expect(await flake.textContent()).toMatch(/^\d.* %$/);
  expect(await flake.getAttribute("title")).toMatch(/of \d+ runs failed at \d+ commits? where it passed too$/);
  await page.goto(bench.url);
  await page.getByRole("link", { name: /flaky tests of demo$/ }).click();
  await rows(page).first().waitFor();
  expect(new URL(page.url()).pathname).toBe("/r/demo/flaky");
});

test("what was asked before something is cancelled can be answered with no, and nothing happens", async () => {
  const page = await bench.open("/tasks/7");
  const calls = bench.world.calls.length;
  await page.getByRole("button", { name: /^cancel/i }).first().click();
  await page.getByRole("button", { name: "Keep it as it is" }).click();
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  expect(bench.world.calls.length).toBe(calls);
  expect(bench.world.tasks.get(7)?.state).toBe("running");
});

test("errors of a log are gone through by their buttons, and another run is chosen to stand beside one", async () => {
  const page = await bench.open("/tasks/1");
  await page.getByLabel("next error").click();
  await page.locator(".line.current").waitFor();
  const repo = bench.world.repo("demo");
  const [commit, flaky] = [repo?.commits[0], repo?.tests[3]];
  if (!repo || !commit || !flaky) throw new Error("no flaky test");
  const runs = bench.world.runsOf(repo, commit, flaky);
  const failed = runs.find((each) => each.outcome === "failed");
  const passed = runs.filter((each) => each.outcome === "passed");
  await page.goto(`${bench.url}/runs/${failed?.id}?beside=${passed.at(-1)?.id}`);
  await page.getByRole("region", { name: "both logs" }).waitFor();
  await page.getByLabel("which run").selectOption(String(passed[0]?.id));
  await expect.poll(parameter(page, "beside")).toBe(String(passed[0]?.id));
  await page.getByLabel("next difference").click();
  await page.getByLabel("previous difference").click();
  await expect.poll(() => page.locator(".beside .found").textContent()).toMatch(/of/);
});

test("on a phone the bar leads to every page, and each flaky test has all its figures", async () => {
  const page = await bench.open("/r/demo/flaky", { width: 390 });
  const first = rows(page).first();
  for (const of of ["rate", "trend", "since", "impact", "fails as", "cause", "quarantine"]) {
    const cell = await first.locator(`td[data-of="${of}"]`).boundingBox();
    expect((cell?.x ?? 400) + (cell?.width ?? 0), of).toBeLessThanOrEqual(390);
  }
  for (const name of ["Experiments", "Engine", "Audit", "Repositories"]) {
    const link = page.getByRole("navigation", { name: "pages" }).getByRole("link", { name });
    const { x = 400, width = 0 } = (await link.boundingBox()) ?? {};
    expect(x + width, name).toBeLessThanOrEqual(390);
    await link.click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }
});
