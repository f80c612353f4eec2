// The cells of the matrix: one character a commit, as MatrixRow::cells of the API has them.
import type { BranchPage, CommitSummary, MatrixRow } from "../api/shapes.ts";
import { type Look, outcomeLooks, verdictLooks } from "./looks.ts";

export type CellChar = "." | "P" | "F" | "E" | "S" | "x" | "X" | "T" | "C" | "I" | "~" | "-";

export const cellLooks: Record<CellChar, Look> = {
  ".": { tone: "none", glyph: "·", word: "no run yet" },
  P: outcomeLooks.passed,
  F: outcomeLooks.failed,
  E: outcomeLooks.error,
  S: outcomeLooks.skipped,
  x: outcomeLooks.xfailed,
  X: outcomeLooks.xpassed,
  T: outcomeLooks.timed_out,
  C: outcomeLooks.crashed,
  I: outcomeLooks.infra,
  "~": verdictLooks.flaky,
  "-": { tone: "none", glyph: "", word: "not in this commit's list" },
};

const failures = new Set<string>(["F", "E", "T", "C"]);
const unmeasured = new Set<string>([".", "I", "-"]);

export const measuredCell = (c: CellChar): boolean => !unmeasured.has(c);

export const isCellChar = (c: string): c is CellChar => c in cellLooks;

export function cellAt(row: MatrixRow, column: number): CellChar {
  const c = row.cells[column] ?? "-";
  return isCellChar(c) ? c : ".";
}

// "3 of 10 runs failed" for a mixed cell, else what the character means.
export function cellText(row: MatrixRow, column: number): string {
  const c = cellAt(row, column);
  const mixed = c === "~" ? row.mixed.find((m) => m.commit === column) : undefined;
  return mixed ? `flaky: ${mixed.failures} of ${mixed.runs} runs failed` : cellLooks[c].word;
}

// How often it failed at the commits where it passed too; undefined where there are none.
export function flakeRate(row: MatrixRow): { failures: number; runs: number } | undefined {
  if (row.mixed.length === 0) return undefined;
  const sum = { failures: 0, runs: 0 };
  for (const { failures, runs } of row.mixed) {
    sum.failures += failures;
    sum.runs += runs;
  }
  return sum;
}

// True where the newest commit that measured the test saw only failures.
export function isFailing(row: MatrixRow): boolean {
  for (const c of row.cells) {
    if (!unmeasured.has(c)) return failures.has(c);
  }
  return false;
}

// True where the test had failures and successes at one commit.
export const isFlaky = (row: MatrixRow): boolean => row.cells.includes("~");

// True where both rows draw the same, so that a refreshed page keeps what it has drawn.
export function sameCells(a: MatrixRow, b: MatrixRow): boolean {
  if (a === b) return true;
  if (a.test !== b.test || a.cells !== b.cells || a.mixed.length !== b.mixed.length) return false;
  return a.mixed.every((m, i) => {
    const n = b.mixed[i];
    return n?.commit === m.commit && n.failures === m.failures && n.runs === m.runs;
  });
}

// One page of the matrix, and the page of older commits that follows it, as one.
export function joinPages(newer: BranchPage, older: BranchPage): BranchPage {
  const shift = newer.commits.length;
  const absentAbove = "-".repeat(shift);
  const absentBelow = "-".repeat(older.commits.length);
  const olderRows = new Map(older.rows.map((row) => [row.test, row]));
  const rows = newer.rows.map((row) => {
    const below = olderRows.get(row.test);
    olderRows.delete(row.test);
    return below ? joinRows(row, below, shift) : { ...row, cells: row.cells + absentBelow };
  });
  for (const row of olderRows.values()) {
    rows.push(joinRows({ ...row, cells: absentAbove, mixed: [] }, row, shift));
  }
  return {
    ...newer,
    commits: [...newer.commits, ...older.commits],
    more_commits: older.more_commits,
    rows: rows.sort(byName),
  };
}

function joinRows(row: MatrixRow, below: MatrixRow, shift: number): MatrixRow {
  return {
    ...row,
    cells: row.cells + below.cells,
    mixed: [...row.mixed, ...below.mixed.map((m) => ({ ...m, commit: m.commit + shift }))],
  };
}

function byName(a: MatrixRow, b: MatrixRow): number {
  return compare(a.suite, b.suite) || compare(a.path, b.path) || compare(a.name, b.name);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// True where the newest commit that measured the test saw only successes.
export function isPassing(row: MatrixRow): boolean {
  for (const c of row.cells) {
    if (!unmeasured.has(c)) return c === "P" || c === "x" || c === "X";
  }
  return false;
}

// True where none of the commits measured it.
export const isUnmeasured = (row: MatrixRow): boolean =>
  [...row.cells].every((c) => unmeasured.has(c) || c === "S");

export const shows = ["all", "failing", "flaky", "passing", "unmeasured"] as const;
export type Show = (typeof shows)[number];
export const isShow = (s: string | undefined): s is Show => shows.some((show) => show === s);

const shown: Record<Show, (row: MatrixRow) => boolean> = {
  all: () => true,
  failing: isFailing,
  flaky: isFlaky,
  passing: isPassing,
  unmeasured: isUnmeasured,
};
export const isShown = (row: MatrixRow, show: Show): boolean => shown[show](row);
export const countShown = (rows: MatrixRow[], show: Show): number =>
  show === "all" ? rows.length : rows.filter(shown[show]).length;

export const commitIds = (commits: CommitSummary[]): Set<number> =>
  new Set(commits.map((commit) => commit.id));
