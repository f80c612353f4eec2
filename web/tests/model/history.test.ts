// The history of a test, two commits compared, rules: what the pages decide before they draw.
import { describe, expect, test } from "vitest";
import type { ComparedTest, ComparePage, RuleSummary, TestCommit } from "../../src/api/shapes.ts";
import { doneText } from "../../src/model/audit.ts";
import { changeChoices, changeGroups, wasText } from "../../src/model/compare.ts";
import { brushed, changeLines, chosenCommits, rateColumns } from "../../src/model/rate_chart.ts";
import { reloadSentence } from "../../src/model/reload.ts";
import { compareUrl, parseRoute, testUrl } from "../../src/model/routes.ts";
import {
  idleError,
  ruleDraft,
  ruleRequest,
  scheduleError,
  scheduleSentence,
} from "../../src/model/rule_form.ts";
import {
  historySentence,
  isOutcomes,
  namesSentence,
  percent,
  rateSentence,
  rateText,
  unpackRuns,
} from "../../src/model/test_history.ts";
import { noCounts } from "../mock/data.ts";
import { firstRule } from "../mock/lab_pages.ts";

const commit = (runs: number, failures: number, skipped = 0): TestCommit => ({
  id: 1,
  sha: "a".repeat(40),
  subject: "",
  committed_at: 0,
  counts: { ...noCounts(), failed: failures, skipped, passed: runs - failures - skipped },
  verdict: "flaky",
  runs,
  failures,
  mean_us: 0,
  named: 0,
  rate_low: 0.1,
  rate_high: 0.4,
});

describe("a test's history", () => {
  test("runs come back from columns", () => {
    const runs = unpackRuns({
      id: [10, -3, 5],
      commit: [0, 0, 1],
      outcome: "PFT",
      started_at: [1000, -10, 0],
      duration_us: [5, 6, 7],
    });
    expect(runs.map((run) => [run.id, run.commit, run.outcome, run.started_at])).toEqual([
      [10, 0, "passed", 1000],
      [7, 0, "failed", 990],
      [12, 1, "timed_out", 990],
    ]);
  });
  test.each([
    [0, "0 %"],
    [0.004, "0.4 %"],
    [0.0995, "10 %"],
    [0.25, "25 %"],
    [1, "100 %"],
  ])("%d is %j", (rate, text) => {
    expect(percent(rate)).toBe(text);
  });
  test("skipped runs tell nothing of the rate", () => {
    expect(rateText(commit(12, 2, 2))).toBe("20 %");
    expect(rateText(commit(2, 0, 2))).toBe("no run");
    expect(rateSentence(commit(12, 2, 2))).toBe(
      "2 of 10 runs failed: 20 %, with 95 % confidence from 10 % to 40 %",
    );
    expect(historySentence([commit(12, 2, 2), commit(2, 0, 2)])).toBe(
      "2 of 10 runs failed (20 %) at 1 commit that measured it.",
    );
    expect(historySentence([])).toBe("It has not been run at these commits.");
  });
  test("only known filters of outcomes are taken from a link", () => {
    expect(isOutcomes("failures")).toBe(true);
    expect(isOutcomes("x")).toBe(false);
    expect(isOutcomes(undefined)).toBe(false);
  });
});

describe("the charts of a test", () => {
  const line = ["c", "b", "a"].map((sha, i) => ({ ...commit(i === 1 ? 0 : 10, 5 - i), sha }));
  test("the oldest stands left, and a commit without a run leaves a gap", () => {
    const { places, rate, low, high } = rateColumns(line);
    expect(places).toEqual([0, 1, 2]);
    expect(rate).toEqual([30, null, 50]);
    expect(low[1]).toBe(null);
    expect(high[2]).toBeGreaterThan(low[2] ?? 0);
  });
  test("more runs make a larger point", () => {
    const { radius } = rateColumns([commit(1000, 0), commit(1, 0)]);
    expect(radius[1]).toBeGreaterThan(radius[0] ?? 0);
  });
  test("a change of the rate stands at its first commit, and one elsewhere nowhere", () => {
    const rate = (failures: number) => ({ failures, runs: 100, low: 0, high: 1 });
    const change = (sha: string) => ({ sha, earliest: sha, latest: sha, before: rate(3), after: rate(30) });
    expect(changeLines([change("b"), change("x")], line)).toEqual([{ place: 1, text: "3.0 % → 30 %" }]);
  });
  test("a brush chooses commits, a click one, and the URL brings them back", () => {
    expect(brushed(line, 0.6, 2.4)).toEqual({ at: "", range: "b..c" });
    expect(brushed(line, 0.8, 1.2)).toEqual({ at: "b", range: "" });
    expect(brushed(line, -0.5, 9)).toEqual({ at: "", range: "a..c" });
    expect(chosenCommits(line, "", "b..c")).toEqual([0, 1]);
    expect(chosenCommits(line, "a", "")).toEqual([2, 2]);
    expect(chosenCommits(line, "", "b..gone")).toBe(undefined);
  });
});

describe("a test's names", () => {
  const names = [
    { test: 7, path: "b.py", name: "new" },
    { test: 3, path: "a.py", name: "old" },
  ];
  const at = (named: number, letter: string) => ({
    ...commit(1, 0),
    named,
    sha: letter.repeat(40),
  });
  const page = { test: 7, names, commits: [at(0, "b"), at(1, "a"), at(1, "9")] };

  test("earlier ones are said with the newest commit that has them", () => {
    expect(namesSentence(page)).toBe("It was called a.py::old until aaaaaaaa.");
  });
  test("asked for by an earlier name, it says what it is called now", () => {
    expect(namesSentence({ ...page, test: 3 })).toBe("It is called b.py::new now.");
  });
  test("one that never changed says nothing", () => {
    expect(namesSentence({ ...page, names: names.slice(0, 1) })).toBe("");
  });
});

describe("two commits", () => {
  const compared = (change: ComparedTest["change"], more: Partial<ComparedTest> = {}) =>
    ({ change, continues: "", path: "a.py", name: "new", ...more }) as ComparedTest;
  const renamed = { continues: "renamed", was_path: "a.py", was_name: "old" } as const;
  const tests = [compared("fixed"), compared("newly_failing"), compared("same", renamed)];

  test("what fails newly comes first, and a filter leaves its own", () => {
    const changes = (shown: string) => changeGroups(tests, shown).map((group) => group.change);
    expect(changes("all")).toEqual(["newly_failing", "fixed", "same"]);
    expect(changes("fixed")).toEqual(["fixed"]);
    expect(changes("renamed")).toEqual(["same"]);
    expect(changes("gone")).toEqual([]);
  });
  test("choices count all, not only what is listed, and leave out what there is none of", () => {
    const page = {
      tests,
      totals: [
        { change: "newly_failing", tests: 1 },
        { change: "fixed", tests: 1 },
        { change: "same", tests: 40 },
      ],
    } as ComparePage;
    expect(changeChoices(page).map(({ value, count }) => [value, count])).toEqual([
      ["all", 42],
      ["newly_failing", 1],
      ["fixed", 1],
      ["same", 40],
      ["renamed", 1],
    ]);
  });
  test("what a test was called is said with its path only where that differs", () => {
    expect(wasText(compared("same", renamed))).toBe("renamed, was old");
    expect(wasText(compared("same", { ...renamed, continues: "moved", was_path: "b.py" }))).toBe(
      "moved, was b.py::old",
    );
    expect(wasText(compared("new"))).toBe("");
  });
});

describe("a branch rule", () => {
  const rule: RuleSummary = { ...firstRule, id: 7, branches: "main", fail_runs: 5 };
  test("there and back, without what is not typed", () => {
    const { id: _, filter_text: __, ...rest } = rule;
    expect(ruleRequest(ruleDraft(rule), rule)).toEqual(rest);
  });
  test("what a later server adds to a rule stays as it is", () => {
    const later = { ...rule, later: 3 } as RuleSummary;
    expect(ruleRequest(ruleDraft(later), later)).toMatchObject({ later: 3 });
  });
  test("a new one needs branches; one that is not run is one", () => {
    const draft = ruleDraft();
    expect(ruleRequest(draft)).toBeUndefined();
    const none = { ...draft, branches: " wip/** ", counts: { ...draft.counts, runs: "0" } };
    expect(ruleRequest(none)).toMatchObject({ branches: "wip/**", runs: 0 });
  });
  test("a schedule needs a number", () => {
    const draft = { ...ruleDraft(rule), schedule: "0 3 * * *" };
    expect(scheduleError(draft)).toBe("a number from 1 to 100,000");
    expect(scheduleError({ ...draft, schedule_runs: "50" })).toBe("");
    expect(scheduleError({ ...draft, schedule: "" })).toBe("");
  });
  test("idle room is for a number of runs, or for none", () => {
    const draft = { ...ruleDraft({ ...rule, idle_runs: 40 }) };
    expect(draft.idle_runs).toBe("40");
    expect(ruleRequest({ ...draft, idle_runs: "" })).toMatchObject({ idle_runs: 0 });
    expect(idleError({ ...draft, idle_runs: "-1" })).toBe("a number from 0 to 100,000");
    expect(ruleRequest({ ...draft, idle_runs: "-1" })).toBeUndefined();
  });
  test("its schedule as a sentence", () => {
    const nightly = { ...rule, schedule: "0 3 * * *", schedule_runs: 50 };
    expect(scheduleSentence({ ...nightly, schedule_only: "flaky" })).toBe(
      "at 0 3 * * * (UTC): 50 more runs of known flakes",
    );
    expect(scheduleSentence(rule)).toBe("");
  });
});

test.each([
  ["change_request", "request 12", "change request 12"],
  ["rule", "rule 3", "rule 3"],
  ["cancel", "commit 0a1b", "cancel commit 0a1b"],
  ["drain", "", "drain"],
])("%s of %j is %j", (action, subject, text) => {
  expect(doneText({ action, subject })).toBe(text);
});

test("what a reload led to", () => {
  const nothing = { added: [], changed: [], removed: [], warnings: [] };
  expect(reloadSentence(nothing)).toBe("nothing has changed");
  expect(reloadSentence({ ...nothing, added: ["a", "b"], warnings: ["port stays"] })).toBe(
    "added: a, b; port stays",
  );
});

describe("the URLs of these pages", () => {
  test.each([
    ["/r/a%2Fb/compare", { page: "compare", repo: "a/b" }],
    ["/r/a/rules", { page: "rules", repo: "a" }],
    ["/r/a/settings", { page: "settings", repo: "a" }],
    ["/r/a/t/12", { page: "test", repo: "a", test: "12" }],
    ["/r/a/t/x.py%3A%3Aab", { page: "test", repo: "a", test: "x.py::ab" }],
    ["/audit", { page: "audit" }],
    ["/retention", { page: "retention" }],
    ["/r/a/t", { page: "not_found" }],
    ["/r/a/nothing", { page: "not_found" }],
    ["/r/a/c/main", { page: "not_found" }],
  ])("%s", (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });
  test("are written as they are read", () => {
    expect(parseRoute(testUrl("a", "p/x.py::ü"))).toMatchObject({ test: "p/x.py::ü" });
    expect(compareUrl("a", "main", "b/c")).toBe("/r/a/compare?head=main&base=b%2Fc");
    expect(compareUrl("a")).toBe("/r/a/compare");
  });
});
