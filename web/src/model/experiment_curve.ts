// What an experiment's charts show: how its failures came, run by run, beside what was asked; and a bisection's belief
// over the graph of its commits.
import type { ExperimentExport, ExperimentPage } from "../api/shapes.ts";
import { commitGraph, type CommitGraph } from "./commit_graph.ts";

const counts_for_nothing: ReadonlySet<string> = new Set(["skipped", "infra"]);
const failing: ReadonlySet<string> = new Set(["failed", "error", "timed_out", "crashed"]);
const most_points = 600;

export interface Guide {
  words: string;
  tone: "good" | "bad" | "dim";
  failures: number[]; // at each point
}

export interface FailureCurve {
  runs: number[]; // at each point, from 0 on
  failures: (number | null)[]; // that had come by then; null beyond what has run
  guides: Guide[];
  ends: number | undefined; // about so many runs in all, where that is known
}

// Failures by runs, in the order in which they came: every failure is a point, and so is the end that is expected.
export function failureCurve(page: ExperimentPage, exported: ExperimentExport["runs"]): FailureCurve {
  const runs: number[] = [0];
  const failures: (number | null)[] = [0];
  const measured = exported.filter((run) => !counts_for_nothing.has(run.outcome));
  const every = Math.max(1, Math.ceil(measured.length / most_points));
  let failed = 0;
  for (const [i, run] of measured.entries()) {
    const fails = failing.has(run.outcome);
    if (fails) failed += 1;
    if (fails || i % every === every - 1 || i === measured.length - 1) {
      runs.push(i + 1);
      failures.push(failed);
    }
  }
  const ends = page.more_runs === null ? undefined : measured.length + page.more_runs;
  if (ends !== undefined && ends > measured.length) {
    runs.push(ends);
    failures.push(null);
  }
  return { runs, failures, guides: guidesOf(page, runs), ends };
}

function guidesOf({ until_failures, old_rate, experiment }: ExperimentPage, runs: number[]): Guide[] {
  if (experiment.kind === "hunt" && until_failures > 0) {
    return [
      {
        words: `it ends at ${until_failures} failures`,
        tone: "dim",
        failures: runs.map(() => until_failures),
      },
    ];
  }
  if (experiment.kind === "prove" && old_rate > 0) {
    return [
      { words: "as often as before", tone: "bad", failures: runs.map((n) => n * old_rate) },
      { words: "a tenth of that", tone: "good", failures: runs.map((n) => (n * old_rate) / 10) },
    ];
  }
  return [];
}

export interface BeliefColumn {
  sha: string;
  probability: number;
  runs: number;
  failures: number;
  candidate: boolean;
}

export interface Belief {
  columns: BeliefColumn[]; // oldest left
  graph: CommitGraph; // of the same columns
}

export const most_columns = 400;

// The newest part of the range where it is too long to draw, but never without the likeliest.
export function beliefOf(page: ExperimentPage, range: ExperimentExport["range"]): Belief {
  const shares = new Map(page.commits.map((commit) => [commit.sha, commit.probability]));
  const kept = range.slice(-most_columns);
  const columns = kept.map(({ sha, runs, failures, candidate }) => ({
    sha,
    probability: shares.get(sha) ?? 0,
    runs,
    failures,
    candidate,
  }));
  // The graph's columns run from the newest; here they are mirrored.
  const mirrored = commitGraph(kept.toReversed());
  const last = kept.length - 1;
  return {
    columns,
    graph: {
      ...mirrored,
      lanes: mirrored.lanes.toReversed(),
      edges: mirrored.edges.map(({ from, to, lanes: [start, along, end], merge }) => ({
        from: last - to,
        to: last - from,
        lanes: [end, along, start],
        merge,
      })),
    },
  };
}
