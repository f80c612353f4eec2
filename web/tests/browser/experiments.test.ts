// Experiments: begun on a test's page, listed, paused, continued and stopped.
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

test("a test's page begins a hunt, says what is refused, and leads to it", async () => {
  const page = await bench.open("/r/demo/t/103");
  await page.getByText("Hunt it, prove it fixed").click();
  const form = page.getByRole("form", { name: "experiment" });
  const start = form.getByRole("button", { name: "Start" });
  await form.getByLabel("runs at most").fill("none");
  expect(await start.isDisabled()).toBe(true);
  await form.getByLabel("runs at most").fill("100000");
  await start.click();
  await form.getByText("repeat it with yes").waitFor();
  await form.getByLabel("however many runs it takes").check();
  await start.click();
  await page.getByRole("heading", { name: "Hunt 2" }).waitFor();
  expect(lastCall()?.path).toBe("experiments");
  expect(lastCall()?.body).toMatchObject({
    kind: "hunt",
    repo: "demo",
    test: "103",
    until_failures: 10,
    runs: 100_000,
    yes: true,
    requested_by: "web",
  });
});

test("a running one shows its rate and is paused, continued and stopped", async () => {
  const page = await bench.open("/experiments");
  await page.getByRole("link", { name: "Hunt 2" }).click();
  await page.getByText("3 failures in 57 runs at").waitFor();
  await page.getByText("57 of at most 1,000, 8 under way, about 943 more").waitFor();
  await page.getByText(/1 min 1 s, about 16 min .* more/).waitFor();
  await page.getByRole("img", { name: "3 failures in 57 runs, as they came" }).waitFor();
  await page.getByText("it ends at 10 failures").waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  expect(bench.world.calls.at(-2)?.path).toBe("experiments/2/pause");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  expect(lastCall()).toEqual({
    method: "POST",
    path: "experiments/2/stop",
    body: { requested_by: "web" },
  });
});

test("a bisection shows how likely each commit is the culprit", async () => {
  const page = await bench.open("/experiments?standing=decided");
  await page.getByRole("link", { name: "Bisection 1" }).click();
  await page.getByText("culprit found").waitFor();
  const row = page.locator("section", { hasText: "Which commit did it" }).locator("tr", {
    hasText: "97 %",
  });
  expect(await row.getByRole("link").count()).toBe(1);
  await page.getByText("cannot be run").waitFor();
  await page.getByRole("img", { name: "The likeliest of 5 commits did it with 97 %" }).waitFor();
  expect(await page.locator(".belief-bar").count()).toBe(5);
  expect(await page.locator("code.command").textContent()).toMatch(/^testlooper run demo [0-9a-f]{10} --test /);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await axe(page)).toEqual([]);
  await page.getByText("config.yaml:3: no image").waitFor();
});

test("a diagnosis shows what was compared, and how to see it again", async () => {
  const page = await bench.open("/experiments?standing=decided");
  await page.getByRole("link", { name: "Diagnosis 3" }).click();
  await page.getByText("victim of other tests").waitFor();
  const order = page.locator("tr[data-row=order]");
  await order.getByText("differs, confirmed").waitFor();
  await order.getByText("8 of 8 after=tests/a.py::test_x").waitFor();
  await page.locator("tr[data-row=clock]").getByText("the image has no <libfaketime>").waitFor();
  await page.getByText("testlooper run demo 1a2b3c4d5e --test").waitFor();
  await page.getByText("docker run --rm -i image").waitFor();
  await page.getByText("Or, in a checkout of the commit, without this server:").waitFor();
});

test("the list of flaky tests has the cause of what was diagnosed", async () => {
  const page = await bench.open("/r/demo/flaky");
  await page.getByRole("link", { name: "victim of other tests" }).waitFor();
  await page.getByText("not diagnosed").first().waitFor();
});
