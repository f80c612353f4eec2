import { describe, expect, test } from "vitest";
import type { ExperimentExport, ExperimentPage } from "../../src/api/shapes.ts";
import { beliefOf, failureCurve } from "../../src/model/experiment_curve.ts";

const page = (more: object): ExperimentPage =>
  ({ more_runs: null, until_failures: 0, old_rate: 0, commits: [], experiment: { kind: "hunt" }, ...more }) as unknown as ExperimentPage;
const runs = (outcomes: string): ExperimentExport["runs"] =>
  [...outcomes].map((c) => ({ outcome: { F: "failed", S: "skipped", I: "infra" }[c] ?? "passed" })) as ExperimentExport["runs"];

describe("the curve of failures", () => {
  test("rises with each failure; what was skipped or the machine's fault is no run", () => {
    const curve = failureCurve(page({}), runs("PSFIPF"));
    expect(curve.runs).toEqual([0, 1, 2, 3, 4]);
    expect(curve.failures).toEqual([0, 0, 1, 1, 2]);
  });
  test("goes on to where it is expected to end, and shows what ends a hunt", () => {
    const curve = failureCurve(page({ until_failures: 10, more_runs: 96 }), runs("PPFP"));
    expect(curve.ends).toBe(100);
    expect([curve.runs.at(-1), curve.failures.at(-1)]).toEqual([100, null]);
    expect(curve.guides).toMatchObject([{ words: "it ends at 10 failures" }]);
  });
  test("of a proof stands between what was and what counts as fixed", () => {
    const curve = failureCurve(page({ experiment: { kind: "prove" }, old_rate: 0.2 }), runs("PPPPP"));
    expect(curve.guides.map((guide) => guide.failures.at(-1))).toEqual([1, 0.1]);
  });
  test("of many runs keeps every failure and few of the rest", () => {
    const curve = failureCurve(page({}), runs("P".repeat(9_999) + "F"));
    expect(curve.runs.length).toBeLessThan(700);
    expect([curve.runs.at(-1), curve.failures.at(-1)]).toEqual([10_000, 1]);
  });
});

test("a belief has a column for each commit of the range, oldest first, with the graph below", () => {
  const range = ["a", "b", "c"].map((sha, i) => ({
    sha,
    parents: i === 0 ? [] : [["a", "b"][i - 1] ?? ""],
    candidate: i > 0,
    runs: 10,
    failures: i,
  }));
  const { columns, graph } = beliefOf(page({ commits: [{ sha: "c", probability: 0.9 }] }), range);
  expect(columns.map(({ sha, probability }) => [sha, probability])).toEqual([["a", 0], ["b", 0], ["c", 0.9]]);
  expect(graph.edges.map(({ from, to }) => [from, to])).toEqual([[1, 2], [0, 1]]);
});
