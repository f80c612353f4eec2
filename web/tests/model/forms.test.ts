// From what people type to what the server is told, and back.
import { describe, expect, test } from "vitest";
import { countError, countsDraft, countsOf, countsSentence } from "../../src/model/counts_form.ts";
import { filterDraft, filterOf } from "../../src/model/filter_form.ts";
import { parseWhole } from "../../src/model/numbers.ts";
import {
  emptyRepo,
  isSound,
  nameOf,
  numberError,
  repoRequest,
  repoSettings,
} from "../../src/model/repo_form.ts";

describe("a repository", () => {
  test.each([
    ["/srv/git/shop.git", "shop"],
    ["/srv/git/shop/", "shop"],
    ["https://example.org/a/b.git", "b"],
    ["git@example.org:b.git", "b"],
    ["", ""],
  ])("%j is named %j", (source, name) => {
    expect(nameOf(source)).toBe(name);
  });
  test("only what was typed is said when it is added", () => {
    expect(repoRequest({ ...emptyRepo, source: " /a.git ", fetch_period_s: "60" })).toEqual({
      source: "/a.git",
      fetch_period_s: 60,
    });
  });
  test("a setting that was emptied goes back to its default", () => {
    expect(repoSettings(emptyRepo)).toMatchObject({ primary_branch: "", fetch_period_s: 0 });
  });
  test("a number that is none is said", () => {
    const draft = { ...emptyRepo, source: "/a", scan_depth: "-1" };
    expect(numberError(draft, "scan_depth")).toBe("a number from 0 to 1,000,000");
    expect(isSound(draft)).toBe(false);
    expect(isSound({ ...draft, scan_depth: "" })).toBe(true);
    expect(isSound(emptyRepo)).toBe(false);
  });
});

describe("a filter", () => {
  test("any, these and none are told apart, there and back", () => {
    const filter = { suites: ["a", "b"], labels: [], regex: "x+" };
    expect(filterOf(filterDraft(filter))).toEqual(filter);
    expect(filterOf(filterDraft({}))).toEqual({});
    expect(filterOf(filterDraft({ tests: null }))).toEqual({});
  });
  test("blank lines name nothing", () => {
    const draft = filterDraft();
    draft.parts.paths = { choice: "these", text: "\n  tests/a \n\n" };
    draft.parts.suites = { choice: "these", text: " \n" };
    expect(filterOf(draft)).toEqual({ paths: ["tests/a"] });
  });
});

describe("counts", () => {
  const counts = { runs: 3, fail_runs: 0, flake_runs: 20, new_runs: 0 };
  test("there and back; nothing is 0", () => {
    expect(countsDraft(counts)).toEqual({ runs: "3", fail_runs: "", flake_runs: "20", new_runs: "" });
    expect(countsOf(countsDraft(counts), 1)).toEqual(counts);
  });
  test("a rule may want no runs, a request may not", () => {
    const none = countsDraft({ ...counts, runs: 0 });
    expect(countsOf(none, 0)?.runs).toBe(0);
    expect(countsOf(none, 1)).toBeUndefined();
    expect(countError(none, "runs", 1)).toBe("a number from 1 to 100,000");
  });
  test("as a sentence", () => {
    expect(countsSentence(counts)).toBe("3 runs of each, 20 if it flakes");
    expect(countsSentence({ ...counts, runs: 1, flake_runs: 0, new_runs: 5 })).toBe(
      "1 run of each, 5 if it is new",
    );
  });
});

test.each([
  ["0", 0],
  [" 7 ", 7],
  ["10", 10],
  ["11", undefined],
  ["1e1", undefined],
  ["", undefined],
  ["-1", undefined],
])("%j as a number to 10", (text, number) => {
  expect(parseWhole(text, 0, 10)).toBe(number);
});
