// From what a person chose on the commit page to the body of a request for runs.
import type { RunRequest, TestSummary } from "../api/shapes.ts";
import { testId } from "./filter.ts";

export type Scope = "all" | "failed" | "flaky" | "selected";
export const scopes: Scope[] = ["all", "failed", "flaky", "selected"];

export const minTimes = 1;
export const maxTimes = 100_000;

// How many tests each button would run now.
export function scopeCounts(
  tests: TestSummary[],
  selected: ReadonlySet<number>,
): Record<Scope, number> {
  const with_verdict = (verdict: string) => tests.filter((t) => t.verdict === verdict).length;
  return {
    all: tests.length,
    failed: with_verdict("failed"),
    flaky: with_verdict("flaky"),
    selected: tests.filter((t) => selected.has(t.test)).length,
  };
}

export function runRequest(
  scope: Scope,
  times: number,
  tests: TestSummary[],
  selected: ReadonlySet<number>,
): RunRequest {
  const base: RunRequest = { times };
  const requests: Record<Scope, () => RunRequest> = {
    all: () => base,
    failed: () => ({ ...base, only: "failed" }),
    flaky: () => ({ ...base, only: "flaky" }),
    selected: () => ({ ...base, filter: selectionFilter(tests, selected) }),
  };
  return requests[scope]();
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
export function parseTimes(text: string): number | undefined {
  if (!/^\d{1,6}$/.test(text.trim())) return undefined;
  const times = Number(text);
  return times >= minTimes && times <= maxTimes ? times : undefined;
}
