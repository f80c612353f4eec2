// Flaky tests, clusters and quarantine: what is shown, and each control with the call that it makes.
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

const rows = (page: Page) => page.locator("tr[data-row]");
const lastCall = () => bench.world.calls.at(-1);

test("the list is reached from a repository, says why, and is sorted and narrowed by the URL", async () => {
  const page = await bench.open("/r/demo");
  await page.getByRole("link", { name: "Flaky tests" }).click();
  await rows(page).first().waitFor();
  const all = await rows(page).count();
  await page.getByText("38 more passes in a row").first().waitFor();
  await page.getByText("3 of 60 runs").first().waitFor();
  expect(await page.title()).toMatch(/flaky tests? · demo/);
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: "rate", exact: true }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("order")).toBe("rate");
  await page.getByRole("button", { name: "both" }).click();
  await expect.poll(() => rows(page).count()).toBeGreaterThan(all - 1);
  const name = await rows(page).first().locator(".test-name").textContent();
  await page.getByLabel("filter tests").fill(name ?? "");
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.getByLabel("filter tests").fill("nothing has this");
  await page.getByText("No listed test fits.").waitFor();
});

test("a cluster shows its tests, its runs, and who fails with them", async () => {
  const page = await bench.open("/r/demo/clusters");
  await page.getByRole("heading", { name: "Flaky tests that fail together" }).waitFor();
  await page.getByRole("link", { name: /lost <b>connection<\/b> 12/ }).click();
  await page.getByRole("heading", { name: "Newest runs" }).waitFor();
  await page.getByText("ConnectionError: lost <b>connection</b> % after % ms in %").waitFor();
  expect(await page.locator(".cluster-message b").count()).toBe(0);
  expect(await axe(page)).toEqual([]);
  await page.getByRole("link", { name: "All clusters" }).click();
  await expect.poll(() => rows(page).count()).toBe(2);
});

test("a cluster's fix is proven for each of its tests", async () => {
  const page = await bench.open("/r/demo/clusters");
  await page.getByRole("link", { name: /lost <b>connection<\/b> 12/ }).click();
  await page.getByText("Prove its tests").click();
  const form = page.getByRole("form", { name: "proof" });
  await form.getByLabel("at commit").fill("fix");
  await form.getByLabel("risk").fill("0.1");
  const before = bench.world.calls.length;
  const opened = page.url();
  await form.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Experiments" }).waitFor();
  const calls = bench.world.calls.slice(before);
  expect(calls.map((call) => call.path)).toEqual(["experiments"]);
  expect(calls[0]?.body).toMatchObject({
    ...{ kind: "prove", repo: "demo", commit: "fix", risk: 0.1 },
    cluster: new URL(opened).pathname.split("/").at(-1),
  });
});

test("a test is put into quarantine from the list, told of, and taken out", async () => {
  const page = await bench.open("/r/demo/flaky?standing=all");
  const put = page.getByRole("link", { name: /^put in quarantine/ }).first();
  await put.click();
  const form = page.getByRole("form", { name: "a test for quarantine" });
  const save = form.getByRole("button", { name: "Put it in" });
  const test_id = await form.getByLabel(/^test/).inputValue();
  expect(test_id).toMatch(/^\w+\/.+::/);
  expect(await save.isDisabled()).toBe(true);
  await form.getByLabel(/^owner/).fill("cleo");
  await form.getByLabel(/^reason/).fill("needs the network");
  await form.getByLabel(/^days/).fill("0");
  await form.getByText("a whole number from 1 to 366").waitFor();
  expect(await save.isDisabled()).toBe(true);
  await form.getByLabel(/^days/).fill("14");
  await save.click();
  await page.getByText("needs the network").waitFor();
  expect(lastCall()).toEqual({
    method: "POST",
    path: "repos/demo/quarantine",
    body: { test: test_id, owner: "cleo", reason: "needs the network", days: 14, requested_by: "web" },
  });
  await page.getByText(/expired on/).waitFor();
  expect(await axe(page)).toEqual([]);
  expect(await page.getByRole("link", { name: "pytest" }).getAttribute("href")).toBe(
    "/api/v1/repos/demo/quarantine?format=pytest",
  );
  const entry = page.locator(".lines li", { hasText: "needs the network" });
  await entry.getByRole("button", { name: /^take out/ }).click();
  await page.locator("dialog[open]").getByRole("button", { name: "Take it out" }).click();
  await entry.waitFor({ state: "detached" });
  expect(lastCall()).toMatchObject({ method: "DELETE", body: { requested_by: "web" } });
});

test("what the server refuses is said, and what was typed stays", async () => {
  const page = await bench.open("/r/demo/quarantine?test=unit%2Fnowhere%3A%3Anothing");
  const form = page.getByRole("form", { name: "a test for quarantine" });
  await form.getByLabel(/^owner/).fill("ada");
  await form.getByLabel(/^reason/).fill("why not");
  await form.getByRole("button", { name: "Put it in" }).click();
  await form.getByText("there is no test 'unit/nowhere::nothing' in demo").waitFor();
  expect(await form.getByLabel(/^reason/).inputValue()).toBe("why not");
});
