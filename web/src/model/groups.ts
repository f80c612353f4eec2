// A commit's tests in the groups that a person asks for: what did I break, what flakes anyway, what
// was broken before, what did I fix. Decided from the verdict here and at the first parent.
import type { ParentVerdict, TestSummary, Verdict } from "../api/shapes.ts";
import { type Tone, verdictLooks } from "./looks.ts";

export type Group = "newly_failing" | "flaky" | "still_broken" | "fixed" | "passed" | "not_run";

export const groupOrder: Group[] = [
  "newly_failing",
  "flaky",
  "still_broken",
  "fixed",
  "passed",
  "not_run",
];

export const groupTitles: Record<Group, { title: string; hint: string; tone: Tone }> = {
  newly_failing: {
    title: "Newly failing",
    hint: "failing here, and not at the parent",
    tone: "bad",
  },
  flaky: { title: "Flaky", hint: "failed and passed, here or at the parent", tone: "flaky" },
  still_broken: { title: "Still broken", hint: "failing at the parent too", tone: "bad" },
  fixed: { title: "Fixed", hint: "failing at the parent, passing here", tone: "good" },
  passed: { title: "Passed", hint: "", tone: "good" },
  not_run: { title: "Not run", hint: "skipped, or without a run yet", tone: "none" },
};

const whenFailed: Record<ParentVerdict, Group> = {
  passed: "newly_failing",
  skipped: "newly_failing",
  none: "newly_failing",
  absent: "newly_failing",
  flaky: "flaky",
  failed: "still_broken",
};
const whenPassed: Record<ParentVerdict, Group> = {
  failed: "fixed",
  passed: "passed",
  flaky: "passed",
  skipped: "passed",
  none: "passed",
  absent: "passed",
};

// A test that failed every run here and flaked at the parent is put with the flaky ones: one red
// run of a known flake does not blame the commit.
export function groupOf(verdict: Verdict, parent: ParentVerdict): Group {
  const groups: Record<Verdict, Group> = {
    failed: whenFailed[parent],
    passed: whenPassed[parent],
    flaky: "flaky",
    skipped: "not_run",
    none: "not_run",
  };
  return groups[verdict];
}

export function groupTests(tests: TestSummary[]): Map<Group, TestSummary[]> {
  const groups = new Map<Group, TestSummary[]>(groupOrder.map((group) => [group, []]));
  for (const test of tests) groups.get(groupOf(test.verdict, test.parent_verdict))?.push(test);
  return groups;
}

const parentWords: Record<ParentVerdict, string> = {
  passed: "passed at the parent",
  failed: "failed at the parent",
  flaky: "flaky at the parent",
  skipped: "skipped at the parent",
  none: "not run at the parent",
  absent: "new here",
};

export const verdictText = (test: Pick<TestSummary, "verdict" | "parent_verdict">): string =>
  `${verdictLooks[test.verdict].word}, ${parentWords[test.parent_verdict]}`;

// A line of the commit's table as it is drawn.
export type TestLine =
  | { kind: "group"; group: Group; tests: TestSummary[] }
  | { kind: "test"; group: Group; test: TestSummary };

export function testLines(tests: TestSummary[], closed: ReadonlySet<Group>): TestLine[] {
  const lines: TestLine[] = [];
  for (const [group, members] of groupTests(tests)) {
    if (members.length === 0) continue;
    lines.push({ kind: "group", group, tests: members });
    if (!closed.has(group)) {
      for (const test of members) lines.push({ kind: "test", group, test });
    }
  }
  return lines;
}
