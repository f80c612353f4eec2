// What the charts of a test show: a place for each commit, the oldest left. And which commits somebody chose in them.
import type { FlakyTest, TestCommit } from "../api/shapes.ts";
import { percent, trials } from "./test_history.ts";

type Column = (number | null)[];
export interface RateColumns {
  places: number[];
  rate: Column; // in percent, as all that follows
  low: Column;
  high: Column;
  mean_ms: Column;
  radius: number[]; // of the point: more runs, a larger one
}

// `commits` come newest first. One without a run leaves a gap.
export function rateColumns(commits: TestCommit[]): RateColumns {
  const oldest_first = commits.toReversed();
  const where = (value: (commit: TestCommit, n: number) => number): Column =>
    oldest_first.map((commit) => {
      const n = trials(commit);
      return n === 0 ? null : value(commit, n);
    });
  return {
    places: oldest_first.map((_, place) => place),
    rate: where((commit, n) => (100 * commit.failures) / n),
    low: where((commit) => 100 * commit.rate_low),
    high: where((commit) => 100 * commit.rate_high),
    mean_ms: where((commit) => commit.mean_us / 1000),
    radius: oldest_first.map((commit) => Math.min(7, 2.5 + Math.log10(Math.max(1, trials(commit))) * 1.5)),
  };
}

export interface ChangeLine {
  place: number; // in the chart, the first at the new rate
  text: string; // "3 % → 30 %"
}

// Change points among these commits.
export function changeLines(changes: FlakyTest["changes"], commits: TestCommit[]): ChangeLine[] {
  return changes.flatMap(({ sha, before, after }) => {
    const place = commits.findIndex((commit) => commit.sha === sha);
    if (place < 0) return [];
    const rate = ({ failures, runs }: { failures: number; runs: number }) =>
      runs === 0 ? "?" : percent(failures / runs);
    return [{ place: commits.length - 1 - place, text: `${rate(before)} → ${rate(after)}` }];
  });
}

// Among the commits, newest first, both ends included.
export type Chosen = readonly [newest: number, oldest: number];

// One commit, or those of a range "oldest..newest"; undefined for all.
export function chosenCommits(commits: TestCommit[], at: string, range: string): Chosen | undefined {
  const placeOf = (sha: string) => commits.findIndex((commit) => commit.sha === sha);
  if (at !== "") {
    const place = placeOf(at);
    return place < 0 ? undefined : [place, place];
  }
  const [oldest = "", newest = ""] = range.split("..");
  const ends = [placeOf(oldest), placeOf(newest)];
  if (ends.some((place) => place < 0)) return undefined;
  return [Math.min(...ends), Math.max(...ends)];
}

// What a brush over places of the chart chose, for the URL.
export function brushed(commits: TestCommit[], from: number, to: number): { at: string; range: string } {
  const sha = (place: number) =>
    commits[commits.length - 1 - Math.max(0, Math.min(commits.length - 1, place))]?.sha ?? "";
  const [first, last] = [sha(Math.ceil(from)), sha(Math.floor(to))];
  return Math.ceil(from) >= Math.floor(to) ? { at: sha(Math.round(from)), range: "" } : { at: "", range: `${first}..${last}` };
}
