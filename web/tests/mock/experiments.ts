// Experiments of the demo: a hunt that runs, a bisection that has found its culprit.
import type {
  ExperimentCommit,
  ExperimentExport,
  ExperimentPage,
  ExperimentRequest,
  ExperimentSummary,
  ExperimentsPage,
} from "../../src/api/shapes.ts";
import { diagnosis, victimAnswer } from "./diagnosis.ts";
import { type Answer, missing, Refused } from "./refused.ts";
import type { World } from "./world.ts";

function summary(world: World, kind: ExperimentSummary["kind"]): ExperimentSummary {
  const hunt = kind === "hunt";
  return {
    id: hunt ? 2 : 1,
    kind,
    standing: hunt ? world.hunt : "decided",
    verdict: hunt ? "" : "culprit",
    answer: hunt
      ? "3 failures in 57 runs at 1a2b3c4d5e: 5.3 %, between 1.5 % and 13 % (95 %)"
      : "1a2b3c4d5e made it fail more often: from almost none to 20 % of its runs; 97 % sure, and verified at it and its parents",
    watched: false,
    repo: "demo",
    test: 103,
    suite: "unit",
    path: "tests/test_shop.py",
    name: "test_<b>sum</b>",
    question: hunt ? "how often does it fail at 1a2b3c4d5e, until 1,000 runs" : "which commit did it",
    runs: hunt ? 57 : 140,
    failures: hunt ? 3 : 21,
    max_runs: hunt ? 1000 : 20_000,
    requested_by: "web",
    created_at: world.started_at - 60_000,
    ended_at: hunt ? null : world.started_at,
  };
}

const diagnosed = (world: World): ExperimentSummary => ({
  ...summary(world, "bisect"),
  id: 3,
  kind: "diagnose",
  verdict: "order_victim",
  answer: victimAnswer,
  question: "why does it flake at 1a2b3c4d5e",
});

function commits(world: World): ExperimentCommit[] {
  const states = ["good", "candidate", "candidate", "skipped", "candidate"] as const;
  const shares = [0, 0.01, 0.97, 0, 0.01];
  return (world.repo("demo")?.commits ?? []).slice(0, 5).map((commit, i) => ({
    sha: commit.sha,
    subject: commit.subject,
    probability: shares[i] ?? 0,
    runs: i === 3 ? 0 : 20 * i,
    failures: i > 1 ? 3 * i : 0,
    state: states[i] ?? "candidate",
  }));
}

function page(world: World, experiment: ExperimentSummary): ExperimentPage {
  const bisects = experiment.kind === "bisect";
  const all = commits(world);
  const head = all[0];
  return {
    revision: world.revision,
    experiment,
    sha: bisects ? "" : (head?.sha ?? ""),
    against_sha: "",
    good: bisects ? (all.at(-1)?.sha ?? "") : "",
    bad: bisects ? (head?.sha ?? "") : "",
    method: "",
    until_failures: bisects ? 0 : 10,
    for_s: 0,
    old_rate: 0,
    risk: 0,
    confidence: bisects ? 0.95 : 0,
    in_flight_most: 8,
    background: false,
    condition: [],
    passed: experiment.runs - experiment.failures,
    diagnosis: experiment.kind === "diagnose" ? diagnosis() : null,
    skipped: 0,
    given_up: 1,
    in_flight: experiment.standing === "running" ? 8 : 0,
    rate: experiment.failures / experiment.runs,
    rate_low: 0.015,
    rate_high: 0.13,
    more_runs: experiment.standing === "running" ? 943 : null,
    ran_ms: 61_000,
    runs_per_minute: 57,
    test_us: 5_700_000,
    arms: all.slice(0, bisects ? 4 : 1).map((commit, i) => ({
      desired: 40 + i,
      arm: i === 1 ? "cpus 0.1" : "",
      sha: commit.sha,
      subject: commit.subject,
      wanted: 57,
      done: 50,
      in_flight: i,
      given_up: 0,
      skipped: 0,
      runs: commit.runs,
      failures: commit.failures,
      rate_low: 0,
      rate_high: 0.2,
      obstacle: commit.state === "skipped" ? "config.yaml:3: no image" : "",
    })),
    range: bisects ? 4 : 0,
    commits_run: bisects ? 4 : 0,
    none: bisects ? 0.01 : 1,
    rate_before: 0,
    rate_after: 0.2,
    commits: bisects ? all : [],
    failures: [
      {
        id: 41,
        sha: head?.sha ?? "",
        outcome: "failed",
        started_at: world.started_at,
        duration_us: 1500,
      },
    ],
  };
}

function exported(world: World, page: ExperimentPage): ExperimentExport {
  const { runs, failures, kind } = page.experiment;
  const every = Math.max(1, Math.floor(runs / Math.max(1, failures)));
  const all = [...(world.repo("demo")?.commits ?? [])].slice(0, 5).reverse();
  return {
    server_version: "0.1.0",
    experiment: page,
    runs: Array.from({ length: runs }, (_, i) => ({
      id: 500 + i,
      sha: page.sha,
      arm: "",
      outcome: i % every === every - 1 ? "failed" : "passed",
      started_at: world.started_at + 1000 * i,
      duration_us: 90_000,
      task: 1,
      attempt: 1,
    })),
    more_runs: false,
    arms: [],
    listed: [],
    cores: 2,
    range:
      kind === "bisect"
        ? all.map((commit) => {
            const known = page.commits.find((each) => each.sha === commit.sha);
            return {
              sha: commit.sha,
              parents: commit.parents,
              candidate: known?.state === "candidate",
              runs: known?.runs ?? 0,
              failures: known?.failures ?? 0,
            };
          })
        : [],
  };
}

export function experiments(world: World): Record<string, Answer> {
  const known = world.repos.length === 0 ? [] : [diagnosed(world), summary(world, "hunt"), summary(world, "bisect")];
  const find = (id: number) =>
    known.find((each) => each.id === id) ?? missing(`experiment ${id}`);
  const done = (id: number) => {
    world.revision += 1;
    return { revision: world.revision, id, tests: 0, experiments: [] };
  };
  const move = (id: number, standing: ExperimentSummary["standing"]) => {
    if (find(id).kind === "hunt") world.hunt = standing;
    world.changedExperiments(id);
    return done(id);
  };
  return {
    "GET experiments/*/export": ({ parts }) => exported(world, page(world, find(Number(parts[1])))),
    "GET experiments": ({ params }): ExperimentsPage => ({
      revision: world.revision,
      experiments: known.filter(
        (each) => !params.get("standing") || params.get("standing") === each.standing,
      ),
      more: false,
    }),
    "POST experiments": ({ body }) => {
      const request = JSON.parse(body) as ExperimentRequest;
      if ((request.runs ?? 0) > 50_000 && !request.yes) {
        throw new Refused("conflict", "this may take 100,000 runs: repeat it with yes");
      }
      return done(2);
    },
    "GET experiments/*": ({ parts }) => page(world, find(Number(parts[1]))),
    "POST experiments/*/pause": ({ parts }) => move(Number(parts[1]), "paused"),
    "POST experiments/*/continue": ({ parts }) => move(Number(parts[1]), "running"),
    "POST experiments/*/stop": ({ parts }) => move(Number(parts[1]), "stopped"),
  };
}
