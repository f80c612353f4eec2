import { describe, expect, test } from "vitest";
import type { ParentVerdict, TestSummary, Verdict } from "../../src/api/shapes.ts";
import { failures, measured } from "../../src/model/counts.ts";
import { matcher, testId } from "../../src/model/filter.ts";
import { type Group, groupOf, testLines, verdictText } from "../../src/model/groups.ts";
import { failedStep } from "../../src/model/preparation.ts";
import { parseTimes, selectionOf, scopeCounts } from "../../src/model/run_request.ts";

const summary = (id: number, more: Partial<TestSummary> = {}): TestSummary => ({
  test: id,
  suite: "unit",
  path: "tests/a.py",
  name: `test_${id}`,
  labels: [],
  counts: {
    passed: 0,
    failed: 0,
    error: 0,
    skipped: 0,
    xfailed: 0,
    xpassed: 0,
    timed_out: 0,
    crashed: 0,
    infra: 0,
  },
  verdict: "passed",
  parent_verdict: "passed",
  in_flight: 0,
  mean_us: 0,
  last_run: null,
  last_failure: null,
  ...more,
});

describe("groups", () => {
  test.each<[Verdict, ParentVerdict, Group]>([
    ["failed", "passed", "newly_failing"],
    ["failed", "absent", "newly_failing"],
    ["failed", "none", "newly_failing"],
    ["failed", "skipped", "newly_failing"],
    ["failed", "failed", "still_broken"],
    ["failed", "flaky", "flaky"],
    ["flaky", "passed", "flaky"],
    ["flaky", "failed", "flaky"],
    ["passed", "failed", "fixed"],
    ["passed", "flaky", "passed"],
    ["passed", "absent", "passed"],
    ["skipped", "failed", "not_run"],
    ["none", "passed", "not_run"],
  ])("%s here, %s at the parent: %s", (verdict, parent, group) => {
    expect(groupOf(verdict, parent)).toBe(group);
  });

  const tests = [
    summary(1),
    summary(2, { verdict: "failed" }),
    summary(3, { verdict: "failed", parent_verdict: "failed" }),
  ];
  const drawn = (closed: Group[]) =>
    testLines(tests, new Set(closed)).map((line) =>
      line.kind === "group" ? line.group : line.test.test,
    );

  test("what needs a person comes first; groups without tests are left out", () => {
    expect(drawn([])).toEqual(["newly_failing", 2, "still_broken", 3, "passed", 1]);
  });
  test("a closed group keeps its heading", () => {
    expect(drawn(["still_broken"])).toEqual(["newly_failing", 2, "still_broken", "passed", 1]);
  });
  test("the verdict says what it was at the parent", () => {
    expect(verdictText({ verdict: "failed", parent_verdict: "absent" })).toBe("failed, new here");
  });
});

describe("the text filter", () => {
  const subject = summary(1, { labels: ["slow"], name: "test_Rounds_Half" });
  test.each([
    ["", true],
    ["round", true],
    ["half ROUNDS", true],
    ["a.py::test_rounds", true],
    ["slow unit", true],
    ["fast", false],
    ["rounds fast", false],
  ])("%j", (text, found) => {
    expect(matcher(text)(subject)).toBe(found);
  });
  test("a test without a path is named by its name", () => {
    expect(testId({ path: "", name: "Suite.Test" })).toBe("Suite.Test");
  });
});

describe("asking for runs", () => {
  const tests = [
    summary(1, { verdict: "failed" }),
    summary(2, { verdict: "flaky" }),
    summary(3, { suite: "it", parent_verdict: "absent" }),
  ];

  test("each button says how many tests it would run", () => {
    expect(scopeCounts(tests, new Set([1, 3, 99]))).toEqual({
      all: 3,
      failed: 1,
      flaky: 1,
      new: 1,
      selected: 2,
    });
  });
  test("all is a request without a filter", () => {
    expect(selectionOf("all", tests, new Set())).toEqual({});
  });
  test("failed, flaky and new are left to the server to tell, at the moment it takes the request", () => {
    expect(selectionOf("failed", tests, new Set())).toEqual({ only: "failed" });
    expect(selectionOf("flaky", tests, new Set())).toEqual({ only: "flaky" });
    expect(selectionOf("new", tests, new Set())).toEqual({ only: "new" });
  });
  test("chosen tests are named with their suite", () => {
    expect(selectionOf("selected", tests, new Set([2])).filter).toEqual({
      tests: ["unit/tests/a.py::test_2"],
    });
  });
  test("whole suites are named by the suite alone", () => {
    expect(selectionOf("selected", tests, new Set([1, 2])).filter).toEqual({ suites: ["unit"] });
  });
  test.each([
    ["1", 1],
    [" 20 ", 20],
    ["100000", 100_000],
    ["0", undefined],
    ["100001", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["", undefined],
  ])("%j times", (text, times) => {
    expect(parseTimes(text)).toBe(times);
  });
});

test("the first step that failed is the one to point at", () => {
  const ok = { state: "ok" as const, error: "", task: 1 };
  const bad = { state: "failed" as const, error: "exit code 2", task: 7 };
  const page = { config: ok, plan: ok, environments: [], builds: [], suites: [] };
  const suite = { name: "s", kind: "", environment: "", tests: 0, timeout_s: null };
  expect(failedStep(page)).toBeUndefined();
  expect(failedStep({ ...page, suites: [{ ...suite, step: bad }] })).toBe(bad);
  const build = { name: "b", environment: "", artifact: "", bytes: 0, reused_from: "" };
  expect(failedStep({ ...page, builds: [{ ...build, step: bad }] })).toBe(bad);
  const environment = { name: "e", image: "", unsupported: "", step: ok, set_up: bad };
  expect(failedStep({ ...page, environments: [environment] })).toBe(bad);
  expect(failedStep({ ...page, plan: bad, config: bad })?.task).toBe(7);
});

test("runs that the machine failed measure nothing", () => {
  const counts = { ...summary(1).counts, passed: 2, timed_out: 1, crashed: 1, infra: 5 };
  expect(failures(counts)).toBe(2);
  expect(measured(counts)).toBe(4);
});
