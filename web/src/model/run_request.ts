// From what a person chose on the commit page to the tests of a request or an order.
import type { Selection, TestSummary } from "../api/shapes.ts";
import { testId } from "./filter.ts";
import { parseWhole } from "./numbers.ts";

export type Scope = "all" | "failed" | "flaky" | "new" | "selected";
export const scopes: Scope[] = ["all", "failed", "flaky", "new", "selected"];

export const scopeWords: Record<Scope, string> = {
  all: "All",
  failed: "Failed",
  flaky: "Flaky",
  new: "New",
  selected: "Selected",
};

export const scopeSentences: Record<Scope, string> = {
  all: "all tests",
  failed: "the failed tests",
  flaky: "the flaky tests",
  new: "the new tests",
  selected: "the selected tests",
};

export const minTimes = 1;
export const maxTimes = 100_000;

// How many tests each button would act upon now.
export function scopeCounts(
  tests: TestSummary[],
  selected: ReadonlySet<number>,
): Record<Scope, number> {
  const with_verdict = (verdict: string) => tests.filter((t) => t.verdict === verdict).length;
  return {
    all: tests.length,
    failed: with_verdict("failed"),
    flaky: with_verdict("flaky"),
    new: tests.filter((t) => t.parent_verdict === "absent").length,
    selected: tests.filter((t) => selected.has(t.test)).length,
  };
}

export function selectionOf(
  scope: Scope,
  tests: TestSummary[],
  selected: ReadonlySet<number>,
): Selection {
  if (scope === "all") return {};
  if (scope === "selected") return { filter: selectionFilter(tests, selected) };
  return { only: scope };
}

// Whole suites are named by the suite: ten thousand test ids would not fit into a request.
function selectionFilter(tests: TestSummary[], selected: ReadonlySet<number>) {
  const chosen = tests.filter((t) => selected.has(t.test));
  const suites = [...new Set(chosen.map((t) => t.suite))];
  const in_suites = tests.filter((t) => suites.includes(t.suite)).length;
  if (in_suites === chosen.length) return { suites };
  return { tests: chosen.map((t) => `${t.suite}/${testId(t)}`) };
}

// What was typed into the field, or undefined where it is no such number.
export const parseTimes = (text: string): number | undefined =>
  parseWhole(text, minTimes, maxTimes);
