// Signing in and out, tokens, what a viewer may not, and a session that ends in the middle of something.
import { afterAll, afterEach, beforeEach, beforeAll, expect, test } from "vitest";
import { good_code, good_token, Logins } from "../mock/logins.ts";
import { axe, Bench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
beforeEach(() => {
  bench.world.logins = new Logins(Date.now());
});
afterEach(() => bench.closePages());
afterAll(async () => {
  // A refusal, and a stream that breaks, is an error on the console of Chromium, whatever the page makes of it.
  expect(bench.takeErrors().filter((text) => !/status of 40[13]|INCOMPLETE_CHUNKED/.test(text))).toEqual([]);
  await bench.stop();
});

const calls = () => bench.world.calls.splice(0).map(({ method, path }) => `${method} ${path}`);

test("whoever is not signed in is asked to, wherever they were going, and then is there", async () => {
  bench.world.logins.signed_in = false;
  await bench.forget();
  bench.takeErrors();
  const page = await bench.open("/engine");
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  expect(bench.takeErrors()).toEqual([]);
  await page.getByText("testlooper login").waitFor();
  expect(await axe(page)).toEqual([]);
  const button = page.getByRole("button", { name: "Sign in" });
  expect(await button.isDisabled()).toBe(true);
  await page.getByLabel("Token").fill("tl_no");
  await button.click();
  await page.getByText("this token is not known here").waitFor();
  expect(await page.getByLabel("Token").inputValue()).toBe("tl_no");
  await page.getByLabel("Token").fill(` ${good_token}\n`);
  await page.getByLabel("Token").press("Enter");
  await page.getByRole("heading", { level: 1, name: "Engine" }).waitFor();
  await page.locator(".who").getByText("ada").waitFor();
  expect(new URL(page.url()).pathname).toBe("/engine");
});

test("a one-click address signs in once, and nothing of it stays in the address bar or the history", async () => {
  bench.world.logins.signed_in = false;
  const page = await bench.open(`/login#code=${good_code}`);
  await page.getByRole("heading", { level: 1, name: "Repositories" }).waitFor();
  expect(page.url()).not.toContain(good_code);
  await page.goBack().catch(() => {});
  expect(page.url()).not.toContain(good_code);
  bench.world.logins.signed_in = false;
  const again = await bench.open(`/login#code=${good_code}`);
  await again.getByRole("alert").first().waitFor();
  await again.getByLabel("Token").waitFor();
  expect(again.url()).not.toContain(good_code);
  expect(await axe(again)).toEqual([]);
});

test("the bar says who one is, and signs out", async () => {
  const page = await bench.open("/engine");
  await page.locator(".who").getByText("ada").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  expect(calls()).toContain("POST logout");
});

test("a session that ends in the middle of something costs nothing that was typed", async () => {
  const page = await bench.open("/?add=1");
  await page.getByLabel(/path|source|URL/i).first().fill("/srv/git/precious.git");
  bench.world.logins.signed_in = false;
  await page.getByRole("button", { name: "Add" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await dialog.waitFor();
  await dialog.getByText("still there").waitFor();
  expect(await axe(page)).toEqual([]);
  await dialog.getByLabel("Token").fill(good_token);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(await page.getByLabel(/path|source|URL/i).first().inputValue()).toBe("/srv/git/precious.git");
});

test("a page that nobody touches tells, too, that its session has ended", async () => {
  const page = await bench.open("/engine");
  await expect.poll(() => page.locator(".live").textContent()).toBe("live");
  bench.world.logins.signed_in = false;
  bench.server.breakStreams();
  await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
});

test("a viewer's buttons that change something are off, and say why", async () => {
  bench.world.logins.me = { ...bench.world.logins.me, name: "vera", role: "viewer" };
  const sha = bench.world.repo("demo")?.commits[0]?.sha;
  const page = await bench.open(`/r/demo/c/${sha}`);
  const run = page.getByRole("button", { name: /^All/ }).first();
  await run.waitFor();
  await expect.poll(() => run.isDisabled()).toBe(true);
  expect(await run.getAttribute("title")).toBe("this needs the role runner, and you are a viewer");
  await page.goto(`${bench.url}/engine`);
  const drain = page.getByRole("button", { name: "Drain…" });
  await drain.waitFor();
  await expect.poll(() => drain.isDisabled()).toBe(true);
  expect(await drain.getAttribute("title")).toBe("this needs the role admin, and you are a viewer");
  await page.goto(`${bench.url}/r/demo/rules`);
  await expect.poll(() => page.getByRole("button", { name: /^remove/ }).first().isDisabled()).toBe(true);
  await page.goto(`${bench.url}/tokens`);
  await page.getByText("Tokens are an admin's to make").waitFor();
  await page.getByRole("heading", { name: "Signed in" }).waitFor();
  expect(await axe(page)).toEqual([]);
});

test("a runner has tests run, and does not drain", async () => {
  bench.world.logins.me = { ...bench.world.logins.me, name: "rob", role: "runner" };
  const sha = bench.world.repo("demo")?.commits[0]?.sha;
  const page = await bench.open(`/r/demo/c/${sha}`);
  const run = page.getByRole("button", { name: /^All/ }).first();
  await page.locator(".who").getByText("rob").waitFor();
  expect(await run.isDisabled()).toBe(false);
  await page.goto(`${bench.url}/engine`);
  await expect.poll(() => page.getByRole("button", { name: "Drain…" }).isDisabled()).toBe(true);
});

test("a token is made, shown once, copied, and revoked", async () => {
  const page = await bench.open("/tokens");
  await page.getByLabel("For whom").fill("nightly");
  await page.getByLabel("Role").selectOption("runner");
  await page.getByLabel("Expires").selectOption("30");
  await page.getByRole("button", { name: "Make a token" }).click();
  const secret = page.locator(".secret");
  await secret.waitFor();
  expect(await axe(page)).toEqual([]);
  const text = await secret.textContent();
  expect(text).toMatch(/^tl_[0-9a-f]{64}$/);
  await page.getByRole("button", { name: "copy the token" }).click();
  await page.getByText("copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  expect(bench.world.logins.tokens[0]).toMatchObject({ name: "nightly", role: "runner" });
  await page.getByRole("button", { name: "I have it" }).click();
  await secret.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "revoke token 4 of nightly" }).click();
  await page.getByRole("button", { name: "Revoke it" }).click();
  await expect.poll(() => bench.world.logins.tokens[0]?.revoked_at).not.toBe(null);
  await page.getByRole("button", { name: "revoke token 4 of nightly" }).waitFor({ state: "detached" });
  await page.getByText("<b>ci</b>").waitFor();
});

test("a session is ended from the list", async () => {
  const page = await bench.open("/tokens");
  await page.getByRole("button", { name: "end session 7 of ada" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
  await page.getByText("No browser is.").waitFor();
  expect(calls()).toContain("DELETE sessions/7");
});

test("the audit is filtered by person and by action, in the address", async () => {
  const page = await bench.open("/audit");
  await page.getByLabel("Who").selectOption("web");
  await expect.poll(() => new URL(page.url()).searchParams.get("who")).toBe("web");
  await page.getByLabel("What").selectOption("rule");
  await expect.poll(() => page.locator("tbody tr").count()).toBe(23);
  await page.getByLabel("What").selectOption("change_request");
  await page.getByText("There is no such entry.").waitFor();
  expect(await axe(page)).toEqual([]);
});

test("a server that asks nobody says so on each page", async () => {
  bench.world.logins.me = { ...bench.world.logins.me, auth: "off", name: "", session: false };
  const page = await bench.open("/");
  await page.getByText("no login: everybody here is admin").waitFor();
  expect(await axe(page)).toEqual([]);
});
