// The history of one test: its runs back from columns, and its rates in words.
import type { Outcome, RunColumns, TestCommit, TestPage } from "../api/shapes.ts";
import { testId } from "./filter.ts";
import { plural, shortSha } from "./format.ts";

const outcomes: Record<string, Outcome> = {
  P: "passed",
  F: "failed",
  E: "error",
  S: "skipped",
  x: "xfailed",
  X: "xpassed",
  T: "timed_out",
  C: "crashed",
  I: "infra",
};

export interface HistoryRun {
  id: number;
  commit: number; // its place among the commits
  outcome: Outcome;
  started_at: number;
  duration_us: number;
}

export function unpackRuns(columns: RunColumns): HistoryRun[] {
  let id = 0;
  let started_at = 0;
  return columns.id.map((difference, i) => {
    id += difference;
    started_at += columns.started_at[i] ?? 0;
    return {
      id,
      commit: columns.commit[i] ?? 0,
      outcome: outcomes[columns.outcome[i] ?? ""] ?? "error",
      started_at,
      duration_us: columns.duration_us[i] ?? 0,
    };
  });
}

// Runs that tell whether it fails: skipped ones do not.
export const trials = (commit: TestCommit): number => commit.runs - commit.counts.skipped;

// "0 %", "0.4 %", "12 %"
export function percent(rate: number): string {
  const value = rate * 100;
  if (value === 0 || value >= 9.95) return `${Math.round(value)} %`;
  return `${value.toFixed(1)} %`;
}

export function rateText(commit: TestCommit): string {
  const n = trials(commit);
  return n === 0 ? "no run" : percent(commit.failures / n);
}

// "2 of 10 failed: 20 %, with 95 % confidence from 4.6 % to 52 %"
export function rateSentence(commit: TestCommit): string {
  const n = trials(commit);
  if (n === 0) return "no run";
  return (
    `${commit.failures} of ${plural(n, "run")} failed: ${rateText(commit)}, with 95 % confidence ` +
    `from ${percent(commit.rate_low)} to ${percent(commit.rate_high)}`
  );
}

// One sentence for the whole chart.
export function historySentence(commits: TestCommit[]): string {
  const measured = commits.filter((commit) => trials(commit) > 0);
  const runs = measured.reduce((sum, commit) => sum + trials(commit), 0);
  const failures = measured.reduce((sum, commit) => sum + commit.failures, 0);
  if (runs === 0) return "It has not been run at these commits.";
  return (
    `${failures} of ${plural(runs, "run")} failed (${percent(failures / runs)}) at ` +
    `${plural(measured.length, "commit")} that measured it.`
  );
}

// "" where it has had one name only, as far as the page goes back.
export function namesSentence({
  test,
  names,
  commits,
}: Pick<TestPage, "test" | "names" | "commits">): string {
  const said = names.flatMap((called, place) => {
    if (called.test === test) return [];
    const newest = commits.findIndex((commit) => commit.named === place);
    if (newest < 0) return [];
    return newest === 0
      ? [`It is called ${testId(called)} now.`]
      : [`It was called ${testId(called)} until ${shortSha(commits[newest]?.sha ?? "")}.`];
  });
  return said.join(" ");
}

export type Outcomes = "" | "failures" | "passed" | "other";

// What the API is asked for.
export const outcomeQueries: Record<Outcomes, string> = {
  "": "",
  failures: "failed,error,timed_out,crashed",
  passed: "passed,xfailed,xpassed",
  other: "skipped,infra",
};
export const isOutcomes = (text: string | undefined): text is Outcomes =>
  text !== undefined && text in outcomeQueries;
