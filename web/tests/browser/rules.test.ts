// Branch rules, the audit and the engine's orders: each control is used, and its call looked at.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { axe, Bench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.closePages());
afterAll(async () => {
  expect(bench.takeErrors().filter((error) => !/status of 40[09]/.test(error))).toEqual([]);
  await bench.stop();
});

const lastCall = () => bench.world.calls.at(-1);
const dialogOf = (page: Page) => page.locator("dialog[open]");
const patterns = (page: Page) => page.locator(".rules strong").allTextContents();

test("a rule is added with all it can say, refused with a sentence, and stands in front", async () => {
  const page = await bench.open("/r/demo");
  await page.getByRole("link", { name: "Branch rules" }).click();
  await page.getByRole("button", { name: "Add a rule" }).click();
  const form = page.getByRole("form", { name: "a new rule" });
  await expect.poll(() => new URL(page.url()).searchParams.get("rule")).toBe("new");
  const save = form.getByRole("button", { name: "Add the rule" });
  expect(await save.isDisabled()).toBe(true);
  await form.getByLabel(/^branches/).fill("release/*");
  await form.getByText("54 of 54 tests match at the newest commit of main").waitFor();
  await form.getByLabel("paths", { exact: true }).first().locator("select").selectOption("these");
  await form.getByLabel("how they begin, one a line").fill("tests/it");
  await form.getByText("19 of 54 tests match").waitFor();
  await form.getByLabel(/^runs/).fill("2");
  await form.getByLabel(/^if it failed/).fill("10");
  await form.getByLabel(/no longer a branch's newest/).uncheck();
  await form.getByLabel(/^schedule/).fill("0 3 * *");
  await form.getByText("a number from 1 to 100,000").waitFor();
  await form.getByLabel("more runs each time").fill("50");
  await form.locator("select").last().selectOption("flaky");
  await form.getByLabel("at most, of each test").fill("40");
  expect(await axe(page)).toEqual([]);
  await save.click();
  await form.getByText("schedule: must have five fields").waitFor();
  await form.getByLabel(/^schedule/).fill("0 3 * * *");
  await save.click();
  await form.waitFor({ state: "detached" });
  expect(lastCall()).toEqual({
    method: "POST",
    path: "repos/demo/rules",
    body: {
      branches: "release/*",
      filter: { paths: ["tests/it"] },
      runs: 2,
      fail_runs: 10,
      flake_runs: 0,
      new_runs: 0,
      superseded: false,
      schedule: "0 3 * * *",
      schedule_runs: 50,
      schedule_only: "flaky",
      idle_runs: 40,
      requested_by: "web",
    },
  });
  await expect.poll(() => patterns(page)).toEqual(["release/*", "*"]);
  await page.getByText("at 0 3 * * * (UTC): 50 more runs of known flakes").waitFor();
});

test("rules are moved, changed and removed; the last one stays", async () => {
  const page = await bench.open("/r/demo/rules");
  await page.getByRole("button", { name: "later: release/*" }).click();
  await expect.poll(() => patterns(page)).toEqual(["*", "release/*"]);
  expect(lastCall()).toMatchObject({
    method: "PUT",
    path: "repos/demo/rules/2",
    body: { branches: "release/*", filter: { paths: ["tests/it"] }, schedule_runs: 50, position: 2 },
  });
  await page.getByRole("button", { name: "earlier: release/*" }).click();
  await expect.poll(() => patterns(page)).toEqual(["release/*", "*"]);

  await page.getByRole("button", { name: "change release/*" }).click();
  const form = page.getByRole("form", { name: "rule 2" });
  expect(await form.getByLabel("how they begin, one a line").inputValue()).toBe("tests/it");
  await form.getByLabel(/^runs/).fill("0");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  expect(lastCall()).toMatchObject({ method: "PUT", body: { runs: 0, fail_runs: 10 } });

  const remove = async (name: string) => {
    await page.getByRole("button", { name: `remove ${name}` }).click();
    await dialogOf(page).getByRole("button", { name: "Remove it" }).click();
  };
  await remove("release/*");
  await expect.poll(() => patterns(page)).toEqual(["*"]);
  expect(lastCall()).toMatchObject({ method: "DELETE", path: "repos/demo/rules/2" });
  await remove("*");
  await dialogOf(page).getByText("a repository keeps at least one rule").waitFor();
  expect(await axe(page)).toEqual([]);
});

test("the audit is read to its end and back", async () => {
  const page = await bench.open("/");
  await page.getByRole("link", { name: "Audit" }).click();
  const rows = page.locator("tr[data-row]");
  await expect.poll(() => rows.count()).toBe(50);
  await page.getByText("<b>release/*</b>").first().waitFor();
  await page.getByRole("button", { name: "Older" }).click();
  await expect.poll(() => rows.count()).toBe(20);
  await page.getByRole("button", { name: "Newest" }).click();
  await expect.poll(() => rows.count()).toBe(50);
  await page.getByRole("link", { name: "demo" }).first().click();
  await page.locator(".matrix").waitFor();
});

test("the engine is drained after a question, resumed, and reads its configuration again", async () => {
  const page = await bench.open("/engine");
  await page.getByRole("button", { name: "Drain…" }).click();
  await dialogOf(page).getByText("no task is started until somebody resumes").waitFor();
  await page.keyboard.press("Escape");
  await dialogOf(page).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Drain…" }).click();
  await dialogOf(page).getByRole("button", { name: "Drain it" }).click();
  await page.getByText("Draining: what runs ends").waitFor();
  expect(lastCall()).toEqual({ method: "POST", path: "drain", body: { requested_by: "web" } });
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("Draining: what runs ends").waitFor({ state: "detached" });
  expect(lastCall()?.path).toBe("resume");
  await page.getByRole("button", { name: "Read the configuration again" }).click();
  await page.getByText("added: shop; `port` can't change while the server runs").waitFor();
});
