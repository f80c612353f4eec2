import { expect, test } from "vitest";
import type { TestSummary } from "../../src/api/shapes.ts";
import { unpackTests } from "../../src/model/test_columns.ts";
import { packTests } from "../mock/columns.ts";

const counts = {
  passed: 3,
  failed: 0,
  error: 0,
  skipped: 0,
  xfailed: 0,
  xpassed: 0,
  timed_out: 0,
  crashed: 0,
  infra: 0,
};

const tests: TestSummary[] = [
  {
    test: 9,
    suite: "unit",
    path: "a.py",
    name: "one",
    labels: ["slow", "net"],
    counts,
    verdict: "passed",
    parent_verdict: "absent",
    in_flight: 0,
    mean_us: 1500,
    last_run: 41,
    last_failure: null,
  },
  {
    test: 4,
    suite: "perf",
    path: "a.py",
    name: "two",
    labels: [],
    counts: { ...counts, failed: 1, error: 2, timed_out: 3, crashed: 4, infra: 5 },
    verdict: "flaky",
    parent_verdict: "failed",
    in_flight: 2,
    mean_us: 7,
    last_run: 40,
    last_failure: 39,
  },
  {
    test: 11,
    suite: "unit",
    path: "",
    name: "three",
    labels: ["slow", "net"],
    counts: { ...counts, passed: 0 },
    verdict: "none",
    parent_verdict: "none",
    in_flight: 1,
    mean_us: 0,
    last_run: null,
    last_failure: null,
  },
];

test("tests by columns are the same tests", () => {
  expect(unpackTests(packTests(tests))).toEqual(tests);
});

test("no tests are no tests", () => {
  expect(unpackTests(packTests([]))).toEqual([]);
});

test("columns as the server writes them", () => {
  const [first] = unpackTests({
    test: [9],
    suite: [0],
    suites: ["unit"],
    path: [0],
    paths: ["a.py"],
    name: ["one"],
    labels: [0],
    label_sets: [["slow"]],
    verdict: "~",
    parent_verdict: "-",
    passed: [2],
    others: [[0, 1, 0, 0, 0, 0, 0, 0, 0, 41]],
    in_flight: [0],
    mean_us: [5],
    last_run: [42],
  });
  expect(first?.verdict).toBe("flaky");
  expect(first?.counts.passed).toBe(2);
  expect(first?.counts.failed).toBe(1);
  expect(first?.last_failure).toBe(41);
  expect(first?.last_run).toBe(42);
});
