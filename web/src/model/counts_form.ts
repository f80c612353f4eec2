// How often tests are to be run, as people type it: of each, and more of those that fail, flake or are new.
import { count } from "./format.ts";
import { parseWhole } from "./numbers.ts";

export const countNames = ["runs", "fail_runs", "flake_runs", "new_runs"] as const;
export type CountName = (typeof countNames)[number];
export type CountsDraft = Record<CountName, string>;
export type RunCounts = Record<CountName, number>;

export const most_runs = 100_000;

export const countWords: Record<CountName, { label: string; hint: string }> = {
  runs: { label: "runs", hint: "of each test" },
  fail_runs: { label: "if it failed", hint: "of tests that failed at the commit" },
  flake_runs: { label: "if it flakes", hint: "of known flakes" },
  new_runs: { label: "if it is new", hint: "of tests that no parent has" },
};

const empty_is_zero = (name: CountName, text: string): string =>
  text.trim() === "" && name !== "runs" ? "0" : text;

export const countsDraft = (counts: RunCounts): CountsDraft => {
  const text = (name: CountName) =>
    counts[name] === 0 && name !== "runs" ? "" : String(counts[name]);
  return {
    runs: text("runs"),
    fail_runs: text("fail_runs"),
    flake_runs: text("flake_runs"),
    new_runs: text("new_runs"),
  };
};

// What is wrong with one of them; "" where nothing is. `least` is of `runs`: a rule may want none.
export function countError(draft: CountsDraft, name: CountName, least: number): string {
  const from = name === "runs" ? least : 0;
  const number = parseWhole(empty_is_zero(name, draft[name]), from, most_runs);
  return number === undefined ? `a number from ${from} to ${count(most_runs)}` : "";
}

// Undefined where one of them is no number.
export function countsOf(draft: CountsDraft, least: number): RunCounts | undefined {
  if (countNames.some((name) => countError(draft, name, least) !== "")) return undefined;
  const number = (name: CountName) => Number(empty_is_zero(name, draft[name]));
  return {
    runs: number("runs"),
    fail_runs: number("fail_runs"),
    flake_runs: number("flake_runs"),
    new_runs: number("new_runs"),
  };
}

// "3 runs of each test, 10 of failed ones"
export function countsSentence(counts: RunCounts): string {
  const parts = [`${count(counts.runs)} ${counts.runs === 1 ? "run" : "runs"} of each`];
  if (counts.fail_runs > 0) parts.push(`${count(counts.fail_runs)} if it failed`);
  if (counts.flake_runs > 0) parts.push(`${count(counts.flake_runs)} if it flakes`);
  if (counts.new_runs > 0) parts.push(`${count(counts.new_runs)} if it is new`);
  return parts.join(", ");
}
