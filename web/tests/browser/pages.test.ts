// The run, the task, the engine and the repositories: every link and button of them.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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

function flakyRun() {
  const repo = bench.world.repo("demo");
  const commit = repo?.commits[0];
  const flaky = repo?.tests[3];
  if (!repo || !commit || !flaky) throw new Error("the demo has no tests");
  const runs = bench.world.runsOf(repo, commit, flaky);
  return {
    repo,
    commit,
    flaky,
    runs,
    failed: runs.find((run) => run.outcome !== "passed"),
  };
}

test("a run tells its outcome, message, stages and conditions, and those beside it", async () => {
  const { runs, failed } = flakyRun();
  const page = await bench.open(`/runs/${failed?.id}`);
  await page
    .getByRole("heading", {
      name: "tests/test_cache.py::test_entry_survives_04",
    })
    .waitFor();
  await page.getByText("assert 3 == 4 <b>not bold</b>").first().waitFor();
  expect(await page.locator(".stages tr").allTextContents()).toHaveLength(3);
  expect(await page.locator(".facts").textContent()).toMatch(/attempt1.*exit code0/);
  await page.getByText("test session starts").waitFor();
  const strip = page.locator(".run-strip a");
  expect(await strip.count()).toBe(runs.length);
  await page.locator('.run-strip a:not([aria-current="page"])').first().click();
  await expect.poll(() => new URL(page.url()).pathname).not.toBe(`/runs/${failed?.id}`);
  await page.getByRole("heading", { name: "Conditions" }).waitFor();
});

test("a run with output of its own shows that, and leads to the whole log", async () => {
  const own = [...bench.world.runs.values()].find((run) => run.id % 10 === 0);
  const page = await bench.open(`/runs/${own?.id}`);
  await page.getByText(`output of run ${own?.id} alone`).waitFor();
  expect(await page.locator(".log-of").textContent()).toMatch(/as the report gives it/);
  await page.getByRole("link", { name: /The whole log of task/ }).click();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/tasks\/\d+$/);
});

test("the artifacts of a task can be saved, and what was not kept is told", async () => {
  const page = await bench.open("/tasks/1");
  const file = page.getByRole("link", { name: "screens/last page.png" });
  expect(await file.getAttribute("href")).toBe(
    "/api/v1/tasks/1/attempts/1/artifacts/screens/last%20page.png",
  );
  await page.getByText("'core': a link is not kept").waitFor();
  expect(await axe(page)).toEqual([]);
});

test("retention tells what is kept and what would go, and removes it when told to", async () => {
  const page = await bench.open("/engine");
  await page.getByRole("link", { name: "What is kept, and for how long" }).click();
  await page.getByRole("cell", { name: "logs of passing runs" }).waitFor();
  await page.getByText("it is older than 30 days").waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: "Remove it now" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove it now?" });
  expect(await axe(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("Nothing.", { exact: true }).waitFor();
  expect(bench.world.retained).toBe(false);
});

test("the engine tells what the disk has left, and what of ours takes it", async () => {
  const page = await bench.open("/engine");
  await page.locator(".figures").getByRole("link", { name: "74.5 GB" }).click();
  expect(new URL(page.url()).hash).toBe("#disk");
  const disk = page.getByRole("region", { name: "Disk" });
  await disk.getByText("74.5 GB of 232.8 GB are free; below 1.0 GB no new work is taken.").waitFor();
  const rows = await disk.locator("tbody tr").allTextContents();
  expect(rows[0]).toMatch(/^the database295\.6 MB/);
  expect(rows.some((row) => /^images858\.3 MB3no limit$/.test(row))).toBe(true);
  expect(await axe(page)).toEqual([]);
  await disk.getByRole("link", { name: "What would go now, and why" }).click();
  await page.getByRole("heading", { level: 1, name: "Retention" }).waitFor();
});

test("a repository tells how many tests are known as flaky, and how many were", async () => {
  const page = await bench.open("/");
  const trend = page.locator("tr[data-row=demo] .repo-trend");
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await trend.getByText(/^\d+ a week ago, \d+ four weeks ago$/).waitFor();
    await trend.getByRole("img", { name: /tests known as flaky now, .*: worse$/ }).waitFor();
    expect(await page.locator(".scroll-x").evaluate((box) => box.scrollWidth <= box.clientWidth)).toBe(true);
    expect(await axe(page)).toEqual([]);
  }
  await page.locator("tr[data-row=fresh]").getByText("none in four weeks").waitFor();
});

test("a run leads to its commit, its task, and to running it again; the test's id can be copied", async () => {
  const { failed, commit } = flakyRun();
  const page = await bench.open(`/runs/${failed?.id}`);
  await page.getByRole("button", { name: "copy the test's id" }).click();
  await page.getByText("copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe("tests/test_cache.py::test_entry_survives_04");
  await page.getByRole("link", { name: "Run it again" }).click();
  await expect.poll(() => page.locator("tr[data-row]").count()).toBe(1);
  expect(new URL(page.url()).pathname).toBe(`/r/demo/c/${commit.sha}`);
  await page.goBack();
  await page.getByRole("link", { name: "task 1" }).click();
  await page.getByRole("heading", { level: 1, name: "Run tests · unit" }).waitFor();
  await page.goBack();
  await page.locator(".crumbs a.sha").click();
  await page.locator("table.tests").waitFor();
});

test("a new run of the same test appears in the strip", async () => {
  const { repo, commit, runs, failed } = flakyRun();
  const page = await bench.open(`/runs/${failed?.id}`);
  const strip = page.locator(".run-strip a");
  await expect.poll(() => strip.count()).toBe(runs.length);
  const before = runs.length;
  await expect.poll(() => page.locator(".live").textContent()).toBe("live");
  bench.world.requestRuns(repo, commit, { times: 1, only: "flaky" });
  bench.world.work(100);
  await expect.poll(() => strip.count()).toBe(before + 1);
});

test("a task shows its attempts one by one, each with its log", async () => {
  const page = await bench.open("/tasks/10");
  await page.getByText("attempt 3", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^1:/ }).click();
  await page.getByText("attempt 1", { exact: true }).waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get("attempt")).toBe("1");
  await page.reload();
  await page.getByText("attempt 1", { exact: true }).waitFor();
  expect(await page.locator(".notice").textContent()).toBe("docker was restarted");
});

test("a task lists its runs, failures first, and they lead to them", async () => {
  const page = await bench.open("/tasks/1");
  const rows = page.locator(".task-runs tr");
  await rows.first().waitFor();
  expect(await rows.first().textContent()).not.toContain("passed");
  expect(await rows.last().textContent()).toContain("passed");
  await rows.first().getByRole("link").click();
  await page.getByRole("heading", { name: "Conditions" }).waitFor();
});

test("a task that was not started yet says why it waits", async () => {
  const page = await bench.open("/tasks/8");
  await page.getByText("waits behind 3 tasks: 1 more urgent").waitFor();
  await page.getByText("It has not been started yet").waitFor();
});

test("a task that ends while one looks is seen to end, and its log is whole", async () => {
  const { world } = bench;
  const task = world.tasks.get(7);
  if (!task) throw new Error("no task 7");
  const page = await bench.open("/tasks/7");
  await expect.poll(() => page.locator(".run-head .pill").textContent()).toContain("running");
  await expect.poll(() => page.locator(".log-facts").textContent()).toContain("live");
  world.appendLog("7.1", "the very last line\n");
  world.endLog("7.1");
  Object.assign(task, {
    state: "finished",
    outcome: "timed_out",
    cause: "it took over 600 s",
  });
  task.finished_at = Date.now();
  world.changed();
  await expect.poll(() => page.locator(".run-head .pill").textContent()).toContain("timed out");
  await page.getByText("it took over 600 s").first().waitFor();
  await page.getByText("the very last line").waitFor();
  expect(await page.title()).toMatch(/timed out/);
});

test("the engine tells what runs, what waits and why, and what is wrong with it", async () => {
  const { world } = bench;
  const page = await bench.open("/engine");
  await page.getByText("waits for attempt 2 of 3, after a failure of the machine").waitFor();
  expect(await page.locator(".figures").textContent()).toMatch(/docker 20\.10\.24.*of 2/);
  await expect.poll(() => page.locator(".live").textContent()).toBe("live");
  world.executor_error = "docker cannot be reached at /var/run/docker.sock: permission denied";
  world.changed();
  await page.getByRole("alert").getByText("permission denied").waitFor();
  expect(await axe(page)).toEqual([]);
  world.executor_error = "";
  world.changed();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByLabel("Waiting, next first").getByRole("link", { name: "run tests" }).click();
  await page.getByRole("heading", { level: 1, name: "Run tests · unit" }).waitFor();
  await page.goBack();
  await page.getByLabel("Finished, newest first").locator("a.sha").first().click();
  await page.locator("table.tests").waitFor();
});

test("each task that waits says why, and about when it starts; at any width", async () => {
  const page = await bench.open("/engine");
  await page.clock.setFixedTime(bench.world.started_at + 30_000);
  const queue = page.getByLabel("Waiting, next first").locator("tr");
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await queue.first().getByText("waits behind 3 tasks: 1 more urgent").waitFor();
    await queue.first().locator("time", { hasText: /^in ~2 min$/ }).waitFor();
    expect(await queue.nth(1).getByText("no estimate").isVisible()).toBe(true);
    const room = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(room)).toBeLessThanOrEqual(0);
    expect(await axe(page)).toEqual([]);
  }
  await queue.first().getByRole("link", { name: "run tests" }).click();
  await page.getByText(/starts: in ~2 min/).waitFor();
  await page.getByText("waits behind 3 tasks: 1 more urgent").waitFor();
});

test("the bar leads to repositories and engine; a repository that cannot be read says why", async () => {
  const page = await bench.open("/engine");
  await page.getByRole("link", { name: "Repositories" }).click();
  await page
    .getByText("the repository at https://git.example.org/gone.git was not found")
    .waitFor();
  await page.getByRole("link", { name: "Engine" }).click();
  await page.getByRole("heading", { level: 1, name: "Engine" }).waitFor();
  await page.getByRole("link", { name: "TestLooper" }).click();
  await page.getByRole("link", { name: "trunk" }).click();
  await page.locator(".matrix").waitFor();
  await page.locator(".crumbs").getByRole("link", { name: "Repositories" }).click();
  await page.locator(".repos a.sha").first().click();
  await page.locator("table.tests").waitFor();
});

test("what is not there says so, and leads home", async () => {
  for (const path of [
    "/runs/999999",
    "/tasks/999999",
    "/r/nobody",
    "/r/demo/b/none",
    "/r/demo/c/ffffffff",
  ]) {
    const page = await bench.open(path);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    await page.getByRole("link", { name: "All repositories" }).click();
    await page.getByRole("heading", { name: "Repositories" }).waitFor();
    await bench.closePages();
  }
  expect(bench.takeErrors().every((error) => error.includes("404"))).toBe(true);
});
