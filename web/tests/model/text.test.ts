import { describe, expect, test } from "vitest";
import { countsText } from "../../src/model/counts.ts";
import { absolute, ago, bytes, count, duration, durationMs, elapsed, plural } from "../../src/model/format.ts";
import { clickLine, formatRange, parseRange } from "../../src/model/line_range.ts";
import { outcomeLooks, statusLooks, taskLook } from "../../src/model/looks.ts";
import { printable, printableName } from "../../src/model/printable.ts";
import { refreshDelay, retryDelay } from "../../src/model/refresh.ts";
import {
  branchUrl,
  commitTestUrl,
  parseRoute,
  repoUrl,
  withQuery,
} from "../../src/model/routes.ts";
import { failuresFirst, startOf, whyOf } from "../../src/model/task.ts";

describe("routes", () => {
  test.each([
    "main",
    "feature/x",
    "a//b",
    "--output=x",
    "$(id)",
    "%2F",
    "ü ß?#&=",
    "<img/src=x>",
    "\u202Ex",
    "b",
  ])("branch %j comes back from its URL", (branch) => {
    const path = new URL(branchUrl("my/repo", branch), "http://x").pathname;
    expect(parseRoute(path)).toEqual({
      page: "branch",
      repo: "my/repo",
      branch,
    });
  });

  test.each([
    ["/", { page: "repos" }],
    ["/engine", { page: "engine" }],
    ["/r/demo", { page: "branch", repo: "demo", branch: "" }],
    ["/r/demo/c/0123abcd", { page: "commit", repo: "demo", sha: "0123abcd" }],
    ["/runs/12", { page: "run", run: 12 }],
    ["/tasks/3", { page: "task", task: 3 }],
  ])("%s", (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  test.each([
    "/nowhere",
    "/r",
    "/r/demo/c/xyz",
    "/r/demo/c/012",
    "/r/demo/b",
    "/r/demo/b/a/b",
    "/runs/0",
    "/runs/-1",
    "/runs/12x",
    "/runs/99999999999999999999",
    "/r/%",
    "/tasks",
  ])("%s is no page", (path) => {
    expect(parseRoute(path)).toEqual({ page: "not_found" });
  });

  test("a link to a test at a commit keeps any name whole", () => {
    const url = new URL(commitTestUrl("r", "abcd", "a&b=c#d::e f"), "http://x");
    expect(url.searchParams.get("q")).toBe("a&b=c#d::e f");
  });
  test("a repository's name is one segment", () => {
    expect(repoUrl("a/b")).toBe("/r/a%2Fb");
  });
  test("a query part of nothing is left out", () => {
    expect(withQuery({ q: "x", show: "all" }, { show: "" })).toBe("?q=x");
    expect(withQuery({ q: "x" }, { q: "" })).toBe("");
  });
});

describe("times and numbers", () => {
  const now = Date.UTC(2024, 4, 20);
  test("a time in full is local, and says how far that is from UTC", () => {
    const at = Date.UTC(2024, 0, 2, 3, 4, 5);
    const [, day, time, zone] = /^(\S+) (\S+) UTC([+-]\d\d:\d\d)$/.exec(absolute(at)) ?? [];
    expect(Date.parse(`${day}T${time}${zone}`)).toBe(at);
  });
  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1234567, "1,234,567"],
  ])("%d is written %s", (n, text) => {
    expect(count(n)).toBe(text);
  });
  test.each([
    [0, "just now"],
    [-5000, "just now"],
    [40_000, "40 s ago"],
    [119_000, "1 min ago"],
    [3_600_000, "1 h ago"],
    [49 * 3_600_000, "2 d ago"],
    [40 * 24 * 3_600_000, "2024-04-10"],
  ])("%d ms before: %s", (past, text) => {
    expect(ago(now - past, now)).toBe(text);
  });
  test.each([
    [0, "0 s"],
    [999, "999 µs"],
    [1830, "1.83 ms"],
    [24_240, "24.2 ms"],
    [999_990, "1000 ms"],
    [1_240_000, "1.24 s"],
    [59_990_000, "60.0 s"],
    [123_000_000, "2 min 3 s"],
    [3_900_000_000, "1 h 5 min"],
  ])("%d µs: %s", (us, text) => {
    expect(duration(us)).toBe(text);
  });
  test("what goes on is counted in whole seconds", () => {
    expect(elapsed(1999)).toBe("1 s");
    expect(elapsed(60_000)).toBe("1 min 0 s");
  });
  test("a clock that jumped gives no negative time", () => {
    expect(durationMs(-5)).toBe("0 s");
    expect(elapsed(-5)).toBe("0 s");
  });
  test("sizes and counts", () => {
    expect(bytes(100)).toBe("100 B");
    expect(bytes(16 * 1024 * 1024)).toBe("16.0 MB");
    expect(plural(1, "branch", "branches")).toBe("1 branch");
    expect(plural(10_000, "test")).toBe("10,000 tests");
  });
  test("counts of runs in words", () => {
    const none = {
      passed: 0,
      failed: 0,
      error: 0,
      skipped: 0,
      xfailed: 0,
      xpassed: 0,
      timed_out: 0,
      crashed: 0,
      infra: 0,
    };
    expect(countsText(none)).toBe("no run");
    expect(countsText({ ...none, infra: 2 })).toBe("machine's fault only");
    expect(countsText({ ...none, passed: 3 })).toBe("3 passed");
    expect(countsText({ ...none, skipped: 1 })).toBe("skipped");
    expect(countsText({ ...none, passed: 3, crashed: 1, infra: 9 })).toBe("1 of 4 failed");
  });
});

describe("names from data", () => {
  test("what turns the text around it, or draws nothing, is shown as what it is", () => {
    expect(printable("\u202Egnp.exe")).toBe("⟨U+202E⟩gnp.exe");
    expect(printable("a\u0007b\u001b[31m")).toBe("a␇b␛[31m");
    expect(printable("a\u200bb\ufeff")).toBe("a⟨U+200B⟩b⟨U+FEFF⟩");
  });
  test("letters and joined emoji stay", () => {
    expect(printable("zürich 日本語 👩‍👩‍👧 عربى <b>")).toBe("zürich 日本語 👩‍👩‍👧 عربى <b>");
  });
  test("a name is one line, and not endless", () => {
    expect(printableName("a\nb\tc")).toBe("a␊b␉c");
    expect(printableName("x".repeat(10_000))).toHaveLength(301);
  });
});

describe("lines in a URL", () => {
  test.each([
    ["#L10", { first: 10, last: 10 }],
    ["#L10-L20", { first: 10, last: 20 }],
    ["#L20-L10", { first: 10, last: 20 }],
    ["#L0", undefined],
    ["#main", undefined],
    ["#L10-20", undefined],
    ["", undefined],
  ])("%j", (hash, range) => {
    expect(parseRange(hash)).toEqual(range);
    if (range) expect(parseRange(formatRange(range))).toEqual(range);
  });
  test("a click chooses, a click with shift stretches either way, a second click lets go", () => {
    const one = clickLine(undefined, 10, false);
    expect(one).toEqual({ first: 10, last: 10 });
    expect(clickLine(one, 20, true)).toEqual({ first: 10, last: 20 });
    expect(clickLine(one, 5, true)).toEqual({ first: 5, last: 10 });
    expect(clickLine(one, 10, false)).toBeUndefined();
    expect(clickLine({ first: 5, last: 10 }, 7, false)).toEqual({
      first: 7,
      last: 7,
    });
    expect(clickLine(undefined, 7, true)).toEqual({ first: 7, last: 7 });
  });
});

test("a task shows where it is until it is finished, then how it ended", () => {
  expect(taskLook("running", "").word).toBe("running");
  expect(taskLook("finished", "infra")).toBe(outcomeLooks.infra);
});

test("a task says what it waits for, and when it has ended why it ended so", () => {
  const waits_for = { reason: "slot", text: "waits for a free slot", ahead: 0, task: null } as const;
  const task = { cause: "docker was restarted", waits_for };
  expect(whyOf({ ...task, state: "ready" })).toBe("waits for a free slot");
  expect(whyOf({ ...task, state: "finished" })).toBe("docker was restarted");
  expect(whyOf({ ...task, state: "running", waits_for: null })).toBe("docker was restarted");
});

test("a task that waits says about when it starts, and no more exactly than that is known", () => {
  const at = (ms: number | null) => startOf({ state: "ready", starts_at: ms }, 1_000_000);
  expect(at(null)).toBe("no estimate");
  expect(at(990_000)).toBe("soon");
  expect(at(1_041_200)).toBe("in ~42 s");
  expect(at(1_130_000)).toBe("in ~2 min");
  expect(at(4_900_000)).toBe("in ~1 h 5 min");
  expect(startOf({ state: "running", starts_at: null }, 0)).toBe("");
});

test("an untested commit is never shown as passed", () => {
  expect(statusLooks.untested.tone).not.toBe(statusLooks.passed.tone);
  expect(statusLooks.untested.glyph).not.toBe(statusLooks.passed.glyph);
});

describe("refreshing", () => {
  test("at once where it is quiet, then not more often than twice a second", () => {
    expect(refreshDelay(10_000, Number.NEGATIVE_INFINITY, 0)).toBe(0);
    expect(refreshDelay(10_000, 9_900, 10)).toBe(400);
  });
  test("a page that is slow to fetch is fetched less often", () => {
    expect(refreshDelay(10_000, 9_900, 1_000)).toBe(4_900);
  });
  test("a server that went away is asked less and less often, but asked", () => {
    expect([1, 2, 3, 10, 1000].map(retryDelay)).toEqual([500, 1000, 2000, 15_000, 15_000]);
  });
});

test("a task's failures come before what passed, each in the order in which they ran", () => {
  const runs = [
    { id: 1, outcome: "passed" },
    { id: 2, outcome: "failed" },
    { id: 3, outcome: "skipped" },
    { id: 4, outcome: "timed_out" },
  ] as const;
  expect(failuresFirst([...runs]).map((run) => run.id)).toEqual([2, 4, 1, 3]);
});
