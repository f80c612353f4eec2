// Repositories by hand: added, changed, looked at, removed, deleted; and what the server refuses is said
// beside what was typed.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { World } from "../mock/world.ts";
import { axe, Bench } from "./support.ts";

let bench: Bench;
let empty: Bench;
beforeAll(async () => {
  bench = await Bench.start();
  empty = await Bench.start(new World(Date.now(), { empty: true }));
});
afterEach(async () => {
  await bench.closePages();
  await empty.closePages();
});
afterAll(async () => {
  // What a test has refused is on the browser's own console.
  const errors = bench.takeErrors().filter((error) => !/status of 40[49]/.test(error));
  expect([...errors, ...empty.takeErrors()]).toEqual([]);
  await bench.stop();
  await empty.stop();
});

const lastCall = () => bench.world.calls.at(-1);

test("the first repository is added from the page of a new server, and the hook's command is there to copy", async () => {
  const page = await empty.open("/");
  await page.getByRole("heading", { name: "No repository yet" }).waitFor();
  const add = page.getByRole("button", { name: "Add the repository" });
  expect(await add.isDisabled()).toBe(true);
  await page.getByLabel("path or URL").fill("/srv/git/first.git");
  expect(await page.getByLabel("name", { exact: true }).getAttribute("placeholder")).toBe("first");
  expect(await axe(page)).toEqual([]);
  await add.click();
  await page.getByRole("link", { name: "first", exact: true }).waitFor();
  await page.getByText("testlooper hook install '/srv/git/first.git'").waitFor();
  await page.getByText("being read…").waitFor();
  expect(empty.world.calls).toEqual([
    { method: "POST", path: "repos", body: { source: "/srv/git/first.git" } },
  ]);
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: "copy the command" }).click();
  await page.getByText("copied").waitFor();
  await page.getByRole("button", { name: "hide" }).click();
  await page.getByText("testlooper hook install").waitFor({ state: "detached" });
});

test("another one with all its settings, by keys alone", async () => {
  const page = await bench.open("/");
  await page.getByRole("button", { name: "Add a repository" }).press("Enter");
  await expect.poll(() => new URL(page.url()).searchParams.get("add")).toBe("1");
  const fields: [string, string][] = [
    ["path or URL", "https://git.example.org/more.git"],
    ["name", "more"],
    ["primary branch", "trunk"],
    ["fetch period, seconds", "120"],
  ];
  await page.getByLabel("path or URL").focus();
  for (const [label, value] of fields) {
    expect(await page.evaluate(() => document.activeElement?.closest("label")?.textContent)).toContain(label);
    await page.keyboard.type(value);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter"); // opens the rest
  await page.getByLabel("config file").fill("ci/config.yaml");
  await page.getByLabel("branch prefix").fill("release/");
  await page.getByLabel("scan depth, commits").fill("50");
  await page.keyboard.press("Enter");
  await page.getByText("more is added").waitFor();
  expect(lastCall()).toEqual({
    method: "POST",
    path: "repos",
    body: {
      source: "https://git.example.org/more.git",
      name: "more",
      primary_branch: "trunk",
      fetch_period_s: 120,
      config_path: "ci/config.yaml",
      branch_prefix: "release/",
      scan_depth: 50,
    },
  });
  await expect.poll(() => new URL(page.url()).search).toBe("");
});

test("what the server refuses is said beside the form, and nothing that was typed is lost", async () => {
  const page = await bench.open("/?add=1");
  await page.getByLabel("path or URL").fill("/srv/git/demo.git");
  await page.getByLabel("fetch period, seconds").fill("often");
  await page.getByText("a number from 0 to 2,592,000").waitFor();
  expect(await page.getByRole("button", { name: "Add the repository" }).isDisabled()).toBe(true);
  expect(await axe(page)).toEqual([]);
  await page.getByLabel("fetch period, seconds").fill("60");
  await page.getByRole("button", { name: "Add the repository" }).click();
  await page.getByText("there is a repository 'demo' already").waitFor();
  expect(await page.getByLabel("path or URL").inputValue()).toBe("/srv/git/demo.git");
  bench.world.changed();
  expect(await page.getByLabel("fetch period, seconds").inputValue()).toBe("60");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByLabel("path or URL").waitFor({ state: "detached" });
});

test("settings are changed, and the repository is looked at when one asks", async () => {
  const page = await bench.open("/");
  await page.getByRole("link", { name: "settings of fresh" }).click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  expect(await page.getByLabel("fetch period, seconds").inputValue()).toBe("300");
  await page.getByLabel("primary branch").fill("develop");
  await page.getByLabel("fetch period, seconds").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("saved").waitFor();
  expect(lastCall()).toMatchObject({
    method: "PATCH",
    path: "repos/fresh",
    body: { primary_branch: "develop", fetch_period_s: 0 },
  });
  await page.getByRole("button", { name: "Look at it now" }).click();
  await page.getByText("it is being looked at").waitFor();
  expect(lastCall()?.path).toBe("repos/fresh/scan");
});

test("a repository of the server's configuration says where it is changed", async () => {
  const page = await bench.open("/r/demo");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByText("The server's configuration or command line names this repository").waitFor();
  expect(await page.getByRole("button", { name: "Remove the repository" }).count()).toBe(0);
});

test("removing asks first, keeps the data, and can be taken back; deleting wants the name typed", async () => {
  const page = await bench.open("/r/fresh/settings");
  const dialog = page.getByRole("dialog");
  const remove = page.getByRole("button", { name: "Remove the repository" });
  await remove.click();
  await dialog.getByText("Its data are kept").waitFor();
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axe(page)).toEqual([]);
  }
  const before = bench.world.calls.length;
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(bench.world.calls.length).toBe(before);
  await remove.click();
  bench.world.refuse_next = "the store is busy";
  await dialog.getByRole("button", { name: "Remove it" }).click();
  await dialog.getByText("the store is busy").waitFor();
  await dialog.getByRole("button", { name: "Remove it" }).click();
  await page.getByRole("heading", { level: 1, name: "Repositories" }).waitFor();
  expect(lastCall()).toMatchObject({ method: "DELETE", path: "repos/fresh" });

  const removed = page.getByRole("region", { name: "Removed" });
  await removed.getByRole("button", { name: "Test it again" }).click();
  await removed.waitFor({ state: "detached" });
  expect(lastCall()).toEqual({
    method: "POST",
    path: "repos",
    body: { name: "fresh", source: "/srv/git/fresh.git", config_path: ".testlooper/config.yaml" },
  });

  await page.goto(`${bench.url}/r/fresh/settings`);
  await page.getByRole("button", { name: "Remove it and delete its data" }).click();
  const destroy = dialog.getByRole("button", { name: "Delete for ever" });
  expect(await destroy.isDisabled()).toBe(true);
  await dialog.getByRole("textbox").fill("fresh");
  await destroy.click();
  await removed.getByText("its data are being deleted").waitFor();
  expect(lastCall()).toMatchObject({ method: "DELETE", path: "repos/fresh?purge=1" });
});
