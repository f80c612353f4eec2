// The tests of a commit as the API sends them, by columns, back to one object a test.
import type { Counts, ParentVerdict, TestColumns, TestSummary, Verdict } from "../api/shapes.ts";

const verdicts: Record<string, Verdict> = {
  P: "passed",
  F: "failed",
  "~": "flaky",
  S: "skipped",
  ".": "none",
};

const noCounts: Counts = {
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

// Each as the difference from the one before, back to numbers.
function sums(differences: number[]): number[] {
  let sum = 0;
  return differences.map((difference) => (sum += difference));
}

function otherCounts(columns: TestColumns): Map<number, [Counts, number | null]> {
  const others = new Map<number, [Counts, number | null]>();
  for (const [place = 0, ...numbers] of columns.others) {
    const [failed = 0, error = 0, skipped = 0, xfailed = 0, xpassed = 0] = numbers;
    const [timed_out = 0, crashed = 0, infra = 0, last_failure = 0] = numbers.slice(5);
    const counts = { failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra };
    others.set(place, [{ passed: 0, ...counts }, last_failure || null]);
  }
  return others;
}

export function unpackTests(columns: TestColumns): TestSummary[] {
  const ids = sums(columns.test);
  const last_runs = sums(columns.last_run);
  const others = otherCounts(columns);
  return ids.map((test, i) => {
    const [counts, last_failure] = others.get(i) ?? [noCounts, null];
    const parent = columns.parent_verdict[i] ?? "-";
    const parent_verdict: ParentVerdict = parent === "-" ? "absent" : (verdicts[parent] ?? "none");
    return {
      test,
      suite: columns.suites[columns.suite[i] ?? 0] ?? "",
      path: columns.paths[columns.path[i] ?? 0] ?? "",
      name: columns.name[i] ?? "",
      labels: columns.label_sets[columns.labels[i] ?? 0] ?? [],
      counts: { ...counts, passed: columns.passed[i] ?? 0 },
      verdict: verdicts[columns.verdict[i] ?? "."] ?? "none",
      parent_verdict,
      in_flight: columns.in_flight[i] ?? 0,
      mean_us: columns.mean_us[i] ?? 0,
      last_run: last_runs[i] || null,
      last_failure,
    };
  });
}
