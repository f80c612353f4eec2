// Tests by columns, as the real server sends them where a page asks for that.
import type { TestColumns, TestSummary } from "../../src/api/shapes.ts";

const letters: Record<string, string> = {
  passed: "P",
  failed: "F",
  flaky: "~",
  skipped: "S",
  none: ".",
  absent: "-",
};

const differences = (numbers: number[]) => numbers.map((n, i) => n - (numbers[i - 1] ?? 0));

function places(values: string[]): [number[], string[]] {
  const list = [...new Set(values)];
  const at = new Map(list.map((value, i) => [value, i]));
  return [values.map((value) => at.get(value) ?? 0), list];
}

export function packTests(tests: TestSummary[]): TestColumns {
  const [suite, suites] = places(tests.map((t) => t.suite));
  const [path, paths] = places(tests.map((t) => t.path));
  const [labels, sets] = places(tests.map((t) => JSON.stringify(t.labels)));
  const others = tests.map(({ counts: c, last_failure }, i) => [
    i,
    ...[c.failed, c.error, c.skipped, c.xfailed, c.xpassed, c.timed_out, c.crashed, c.infra],
    last_failure ?? 0,
  ]);
  return {
    test: differences(tests.map((t) => t.test)),
    suite,
    suites,
    path,
    paths,
    name: tests.map((t) => t.name),
    labels,
    label_sets: sets.map((set) => JSON.parse(set) as string[]),
    verdict: tests.map((t) => letters[t.verdict]).join(""),
    parent_verdict: tests.map((t) => letters[t.parent_verdict]).join(""),
    passed: tests.map((t) => t.counts.passed),
    others: others.filter((numbers) => numbers.slice(1).some((n) => n > 0)),
    in_flight: tests.map((t) => t.in_flight),
    mean_us: tests.map((t) => t.mean_us),
    last_run: differences(tests.map((t) => t.last_run ?? 0)),
  };
}
