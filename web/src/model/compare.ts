// Two commits, test by test: what a person asks first comes first.
import type { ComparedTest, ComparePage, TestChange } from "../api/shapes.ts";
import type { Tone } from "./looks.ts";

export const changeOrder: TestChange[] = [
  "newly_failing",
  "fixed",
  "still_failing",
  "flaky",
  "new",
  "gone",
  "same",
  "unknown",
];

export const changeTitles: Record<TestChange, { title: string; hint: string; tone: Tone }> = {
  newly_failing: { title: "Newly failing", hint: "passing before, failing now", tone: "bad" },
  fixed: { title: "Fixed", hint: "failing before, passing now", tone: "good" },
  still_failing: { title: "Still failing", hint: "at both", tone: "bad" },
  flaky: { title: "Flaky", hint: "failed and passed at one of the two", tone: "flaky" },
  new: { title: "New", hint: "in the newer commit's list alone", tone: "active" },
  gone: { title: "Gone", hint: "in the older commit's list alone", tone: "muted" },
  same: { title: "Same", hint: "only those with another name or place are listed", tone: "none" },
  unknown: { title: "Unknown", hint: "without a run, or not listed, at one of the two", tone: "none" },
};

export type ChangeShown = "all" | "renamed" | TestChange;

const isRenamed = (test: ComparedTest): boolean => test.continues !== "";

// What can be looked at alone, each with how many tests it has; without those that have none.
export function changeChoices(
  page: ComparePage,
): { value: ChangeShown; text: string; count: number }[] {
  const total = (change: TestChange) =>
    page.totals.find((each) => each.change === change)?.tests ?? 0;
  const all = page.totals.reduce((sum, each) => sum + each.tests, 0);
  const renamed = page.tests.filter(isRenamed).length;
  const choices: { value: ChangeShown; text: string; count: number }[] = changeOrder.map(
    (value) => ({ value, text: changeTitles[value].title, count: total(value) }),
  );
  choices.push({ value: "renamed", text: "Renamed or moved", count: renamed });
  return [
    { value: "all", text: "All", count: all },
    ...choices.filter((choice) => choice.count > 0),
  ];
}

export interface ChangeGroup {
  change: TestChange;
  tests: ComparedTest[];
}

export function changeGroups(tests: ComparedTest[], shown: string): ChangeGroup[] {
  const kept = tests.filter((test) =>
    shown === "renamed" ? isRenamed(test) : shown === "all" || test.change === shown,
  );
  return changeOrder
    .map((change) => ({ change, tests: kept.filter((test) => test.change === change) }))
    .filter((group) => group.tests.length > 0);
}

// What it was called, where it goes on under another name or at another place; else "".
export function wasText(test: ComparedTest): string {
  if (!isRenamed(test)) return "";
  const was = test.was_path === test.path ? test.was_name : `${test.was_path}::${test.was_name}`;
  return `${test.continues}, was ${was}`;
}

const as_before: ReadonlySet<string> = new Set<TestChange>(["same", "still_failing", "unknown"]);

// Tests that are not what they were: another result, another name or place, new ones.
export const changedTests = (page: Pick<ComparePage, "tests">): Set<number> =>
  new Set(
    page.tests
      .filter((test) => test.continues !== "" || !as_before.has(test.change))
      .map((test) => test.test),
  );
