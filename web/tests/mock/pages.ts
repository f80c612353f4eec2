// The pages of the mock API, from the world's state. Their types are those generated from the API's
// document, so that a change of the API is seen here first.
import type {
  ArtifactsPage,
  AttemptSummary,
  BranchPage,
  BranchSummary,
  CommitPage,
  CommitSummary,
  Counts,
  DesiredSummary,
  EnginePage,
  MatrixRow,
  RepoSummary,
  ReposPage,
  RetentionPage,
  RequestPage,
  RunPage,
  RunSummary,
  Status,
  StepSummary,
  TaskPage,
  TaskRun,
  TestSummary,
} from "../../src/api/shapes.ts";
import { failures as failuresOf, measured } from "../../src/model/counts.ts";
import { type MockCommit, type MockRepo, type MockTest, noCounts } from "./data.ts";
import { flakyOf } from "./flaky_pages.ts";
import type { MockRun, World } from "./world.ts";

export function countRuns(runs: MockRun[]): Counts {
  const counts = noCounts();
  for (const run of runs) if (run.outcome !== "cancelled") counts[run.outcome] += 1;
  return counts;
}

const chars: Record<string, string> = {
  passed: "P",
  failed: "F",
  error: "E",
  skipped: "S",
  timed_out: "T",
  crashed: "C",
  infra: "I",
};

function statusOf(world: World, repo: MockRepo, commit: MockCommit): Status {
  if (repo.name === "fresh") return "waiting";
  if (repo.tests.length === 0) return "untested";
  const open = [...world.requests.values()].some((r) => r.commit === commit && r.left.length > 0);
  if (open) return "running";
  const age = repo.commits.indexOf(commit);
  if (age === 5) return "error";
  const sample = repo.tests.slice(0, 300);
  const bad = sample.some((test) => world.verdict(repo, commit, test) === "failed");
  return bad ? "failed" : "passed";
}

export function commitSummary(world: World, repo: MockRepo, commit: MockCommit): CommitSummary {
  const tests = world.testsAt(repo, commit);
  const small = repo.name !== "large";
  const with_verdict = (verdict: string) =>
    small ? tests.filter((t) => world.verdict(repo, commit, t) === verdict).length : 0;
  const asked = [...world.requests.values()].filter((r) => r.commit === commit);
  const wanted = tests.length * repo.runs;
  const status = statusOf(world, repo, commit);
  return {
    id: commit.id,
    sha: commit.sha,
    parents: commit.parents,
    subject: commit.subject,
    author: commit.author,
    committed_at: commit.committed_at,
    status,
    error: status === "error" ? "the tests of suite perf could not be listed: exit code 2" : "",
    tests: tests.length,
    failing: with_verdict("failed"),
    flaky: with_verdict("flaky"),
    runs_done: wanted + asked.reduce((sum, r) => sum + r.desired.done, 0),
    runs_wanted: wanted + asked.reduce((sum, r) => sum + r.desired.wanted, 0),
  };
}

// Every branch but the primary begins some commits back.
const commitsOf = (repo: MockRepo, branch: string): MockCommit[] =>
  repo.commits.slice(Math.max(0, repo.branches.indexOf(branch)));

const branchSummary = (world: World, repo: MockRepo, name: string): BranchSummary => {
  const head = commitsOf(repo, name)[0];
  return {
    name,
    head: head ? commitSummary(world, repo, head) : null,
    primary: name === repo.primary,
  };
};

// They became more, two of them in the last week.
const flakyDays = (now: number): number[] =>
  Array.from({ length: 29 }, (_, day) => Math.max(0, now - (day < 24 ? 2 : 0) - (day < 9 ? 1 : 0)));

export const settingsOf = (repo: MockRepo | undefined) => ({
  config_path: repo?.settings?.config_path || ".testlooper/config.yaml",
  branch_prefix: repo?.settings?.branch_prefix ?? "",
  primary_branch: repo?.settings?.primary_branch ?? "",
  scan_depth: repo?.settings?.scan_depth ?? 0,
  fetch_period_s: repo?.settings?.fetch_period_s ?? 0,
});

export function reposPage(world: World): ReposPage {
  const tasks = [...world.tasks.values()];
  const repos = world.repos.map((repo): RepoSummary => {
    const in_state = (...states: string[]) =>
      tasks.filter((t) => t.repo === repo.name && states.includes(t.state)).length;
    return {
      name: repo.name,
      source: repo.source,
      origin: repo.settings ? "api" : "config",
      state: repo.error !== "" ? "error" : repo.primary === "" ? "cloning" : "ready",
      error: repo.error,
      ...settingsOf(repo),
      primary: repo.primary === "" ? null : branchSummary(world, repo, repo.primary),
      branches: repo.branches.length,
      runs_today: repo.tests.length * repo.runs * 3,
      tasks_running: in_state("running", "starting"),
      tasks_waiting: in_state("ready", "waiting"),
      flaky_days: flakyDays(flakyOf(repo).length),
    };
  });
  return { revision: world.revision, repos, removed: world.removed };
}

export function branchPage(
  world: World,
  repo: MockRepo,
  branch: string,
  limit: number,
  before: string,
): BranchPage {
  const all = commitsOf(repo, branch);
  const start = before === "" ? 0 : all.findIndex((commit) => commit.sha === before) + 1;
  const commits = all.slice(start, start + limit);
  return {
    revision: world.revision,
    repo: repo.name,
    branch,
    branches: repo.branches.map((name) => branchSummary(world, repo, name)),
    commits: commits.map((commit) => commitSummary(world, repo, commit)),
    more_commits: start + limit < all.length,
    rows: repo.tests.map((test) => matrixRow(world, repo, commits, test)),
  };
}

function matrixRow(world: World, repo: MockRepo, commits: MockCommit[], test: MockTest): MatrixRow {
  const mixed: MatrixRow["mixed"] = [];
  const cells = commits.map((commit, index) => {
    const age = repo.commits.indexOf(commit);
    if (!test.listed(age)) return "-";
    if (repo.runs === 1) return chars[world.outcomeOf(commit, test, age, 0)] ?? ".";
    const runs = world.runsOf(repo, commit, test);
    if (world.verdict(repo, commit, test) !== "flaky") return chars[runs[0]?.outcome ?? ""] ?? ".";
    const counts = countRuns(runs);
    mixed.push({ commit: index, failures: failuresOf(counts), runs: measured(counts) });
    return "~";
  });
  const { id, suite, path, name } = test;
  return { test: id, suite, path, name, cells: cells.join(""), mixed };
}

const step = (state: StepSummary["state"], task: number | null, error = ""): StepSummary => ({
  state,
  error,
  task,
});

function testSummary(
  world: World,
  repo: MockRepo,
  commit: MockCommit,
  test: MockTest,
): TestSummary {
  const runs = world.runsOf(repo, commit, test);
  const parent = repo.commits[repo.commits.indexOf(commit) + 1];
  const known = parent && test.listed(repo.commits.indexOf(parent));
  const asked = [...world.requests.values()].filter((r) => r.commit === commit);
  const bad = runs.filter((run) => run.outcome !== "passed" && run.outcome !== "skipped");
  return {
    test: test.id,
    suite: test.suite,
    path: test.path,
    name: test.name,
    labels: test.labels,
    counts: countRuns(runs),
    verdict: world.verdict(repo, commit, test),
    parent_verdict: known ? world.verdict(repo, parent, test) : "absent",
    in_flight: asked.flatMap((r) => r.left.slice(0, 8)).filter((t) => t === test).length,
    mean_us: runs.length
      ? Math.round(runs.reduce((s, r) => s + r.duration_us, 0) / runs.length)
      : 0,
    last_run: runs.at(-1)?.id ?? null,
    last_failure: bad.at(-1)?.id ?? null,
  };
}

export function commitPage(world: World, repo: MockRepo, commit: MockCommit): CommitPage {
  const tests = world.testsAt(repo, commit);
  const suites = [...new Set(tests.map((test) => test.suite))];
  const fresh = repo.name === "fresh";
  const bad = repo.commits.indexOf(commit) === 5 && repo.name === "demo";
  const listing = (suite: string) => ({
    name: suite,
    kind: "unit",
    environment: "linux",
    tests: tests.filter((test) => test.suite === suite).length,
    timeout_s: 600,
    step: step("ok", 5),
  });
  const perf = { ...listing("perf"), kind: "perf", step: step("failed", 6, "exit code 2") };
  return {
    revision: world.revision,
    repo: repo.name,
    commit: commitSummary(world, repo, commit),
    message: commit.body === "" ? commit.subject : `${commit.subject}\n\n${commit.body}`,
    branches: repo.branches.filter((branch) => commitsOf(repo, branch)[0] === commit),
    config: fresh ? step("running", 9) : step("ok", 2),
    plan: fresh ? step("waiting", null) : step("ok", 4),
    image: "Dockerfile",
    command: 'python3 .testlooper/plan.py > "$TEST_PLAN_OUTPUT"',
    warnings: fresh
      ? []
      : [
          { where: "config.yaml:3", message: "`primary_branch` is spelt `primary-branch`" },
          { where: "plan:12", message: "`min_ram_gb` is spelt `min-ram-gb`" },
        ],
    environments: fresh
      ? []
      : [
          { name: "linux", image: "ci/Dockerfile", unsupported: "", step: step("ok", 3), set_up: step("ok", 7) },
          {
            name: "aws",
            image: "ami-0c55b159cbfafe1f0",
            unsupported: "an `aws-ami` cannot be used here",
            step: step("waiting", null),
            set_up: null,
          },
        ],
    builds: fresh
      ? []
      : [
          {
            name: "app",
            environment: "linux",
            artifact: "build:0c55",
            bytes: 3_145_728,
            reused_from: repo.commits.at(-1)?.sha ?? "",
            step: step("ok", 8),
          },
        ],
    suites: [...suites.map(listing), ...(bad ? [perf] : [])],
    tests: tests.map((test) => testSummary(world, repo, commit, test)),
    desired: desiredOf(world, repo, commit),
    tasks: [...world.tasks.values()]
      .filter((task) => task.repo === repo.name && task.sha === commit.sha)
      .reverse(),
  };
}

function desiredOf(world: World, repo: MockRepo, commit: MockCommit): DesiredSummary[] {
  const wanted = world.testsAt(repo, commit).length * repo.runs;
  const rule: DesiredSummary = {
    id: 1,
    source: "branch_rule",
    requested_by: `push to ${repo.primary}`,
    filter: "all tests",
    isolation: "",
    runs: repo.runs,
    fail_runs: 0,
    flake_runs: 0,
    new_runs: 0,
    wanted,
    done: wanted,
    in_flight: 0,
    given_up: 0,
    created_at: commit.committed_at,
    stopped_at: null,
    condition: [],
  };
  const asked = [...world.requests.values()].filter((r) => r.commit === commit);
  return [...(wanted > 0 ? [rule] : []), ...asked.map((r) => r.desired)];
}

const runSummary = (run: MockRun): RunSummary => ({
  id: run.id,
  outcome: run.outcome,
  started_at: run.started_at,
  duration_us: run.duration_us,
  task: run.task,
  attempt: 1,
});

const taskRun = (run: MockRun): TaskRun => ({
  id: run.id,
  suite: run.test.suite,
  path: run.test.path,
  name: run.test.name,
  outcome: run.outcome,
  duration_us: run.duration_us,
});

function attempts(world: World, task: number): AttemptSummary[] {
  const summary = world.tasks.get(task);
  if (!summary?.started_at) return [];
  const { started_at, outcome, cause } = summary;
  return Array.from({ length: summary.attempts }, (_, i) => {
    const log = world.logs.get(`${task}.${i + 1}`);
    return {
      number: i + 1,
      outcome,
      cause,
      exit_code: outcome === "failed" ? 2 : outcome === "passed" ? 0 : null,
      oom_killed: false,
      started_at,
      finished_at: summary.finished_at,
      log_bytes: log?.text.length ?? 0,
      log_dropped: log?.dropped ?? 0,
      artifacts: task === 1 ? 2 : 0,
      artifact_bytes: task === 1 ? 48_321 : 0,
      warnings: task === 1 ? ["'core': a link is not kept"] : [],
      log_removed_at: null,
      artifacts_removed_at: null,
      place: i === 0 ? "container" : "sandbox",
      place_reason: "",
    };
  });
}

// Every tenth run has output of its own.
export const ownOutput = (run: MockRun): string =>
  run.id % 10 === 0 ? `output of run ${run.id} alone\n` : "";

// Its own, or what its attempt wrote.
export const runOutput = (run: MockRun): string =>
  ownOutput(run) ||
  `run ${run.id}\nsetting up\n${run.outcome === "passed" ? "it holds" : "E   AssertionError: assert 3 == 4"}\ncleaning up\n`;

export const artifactsPage = (world: World, task: number): ArtifactsPage => ({
  revision: world.revision,
  task,
  attempt: 1,
  bytes: 48_321,
  artifacts: [
    { path: "screens/last page.png", bytes: 48_000, type: "image/png" },
    { path: "trace.txt", bytes: 321, type: "text/plain" },
  ],
  warnings: ["'core': a link is not kept"],
  removed_at: null,
});

export function runPage(world: World, run: MockRun): RunPage {
  const runs = world.runsOf(run.repo, run.commit, run.test);
  const bad = run.outcome !== "passed" && run.outcome !== "skipped";
  const attempt = attempts(world, run.task)[0];
  if (!attempt) throw new Error(`no attempt of task ${run.task}`);
  return {
    revision: world.revision,
    repo: run.repo.name,
    commit: commitSummary(world, run.repo, run.commit),
    run: runSummary(run),
    test: run.test.id,
    suite: run.test.suite,
    path: run.test.path,
    name: run.test.name,
    message: bad
      ? world.message || "def test_entry_survives():\n>       assert cache.size() == 4\nE       assert 3 == 4 <b>not bold</b>\n\ntests/test_cache.py:41: AssertionError"
      : "",
    stages: [
      { name: "setup", outcome: "passed", duration_us: 1830 },
      { name: "call", outcome: run.outcome, duration_us: run.duration_us },
      { name: "teardown", outcome: "passed", duration_us: 240 },
    ],
    attempt,
    log: { kind: ownOutput(run) ? "report" : "whole", bytes: 0, removed_at: null },
    condition: [],
    siblings: runs.map(runSummary).reverse(),
    counts: countRuns(runs),
  };
}

export function taskPage(world: World, id: number): TaskPage | undefined {
  const task = world.tasks.get(id);
  const at = task && world.commit(task.repo, task.sha);
  if (!at) return undefined;
  const runs =
    task.kind === "run_tests" && task.state === "finished"
      ? world
          .testsAt(at.repo, at.commit)
          .flatMap((t) => world.runsOf(at.repo, at.commit, t).slice(0, 1))
      : [];
  const badness = (run: MockRun) => (run.outcome === "passed" ? 1 : 0);
  return {
    revision: world.revision,
    repo: task.repo,
    commit: commitSummary(world, at.repo, at.commit),
    task,
    attempts: attempts(world, id),
    runs: runs.sort((a, b) => badness(a) - badness(b)).map(taskRun),
  };
}

export const retentionPage = (world: World): RetentionPage => ({
  revision: world.revision,
  period_s: 600,
  disk_free_bytes: 80_000_000_000,
  disk_total_bytes: 250_000_000_000,
  disk_reserve_bytes: 1_073_741_824,
  store_bytes: 310_000_000,
  paused: "",
  error: "",
  uses: [
    {
      ...{ repo: "demo", kind: "logs", days: 30, max_count: 0, max_mb: 10_240 },
      ...{ count: 2_480, bytes: 81_000_000, going: world.retained ? 2 : 0, going_bytes: 9_000 },
    },
    {
      ...{ repo: "", kind: "images", days: 0, max_count: 0, max_mb: 0 },
      ...{ count: 3, bytes: 900_000_000, going: 0, going_bytes: 0 },
    },
  ],
  going: world.retained
    ? [
        {
          ...{ repo: "demo", kind: "logs", what: "attempt 1 of task 1", bytes: 9_000 },
          ...{ since: 1_700_000_000_000, why: "it is older than 30 days" },
        },
      ]
    : [],
  last_run: null,
});

export function enginePage(world: World): EnginePage {
  const tasks = [...world.tasks.values()];
  const waiting = tasks.filter((task) => task.state === "ready" || task.state === "waiting");
  return {
    revision: world.revision,
    version: "0.1.0",
    executor: world.executor_error === "" ? "docker 20.10.24" : "",
    executor_error: world.executor_error,
    places: world.executor_error === "" ? "containers by runc, and sandboxes" : "",
    slots: 2,
    started_at: world.started_at - 7_200_000,
    answered_at: world.started_at,
    draining: world.draining,
    waiting_total: waiting.length,
    running: tasks.filter((task) => task.state === "running"),
    waiting,
    finished: tasks.filter((task) => task.state === "finished").reverse(),
  };
}

export function requestPage(world: World, id: number): RequestPage | undefined {
  const request = world.requests.get(id);
  if (!request) return undefined;
  return {
    revision: world.revision,
    repo: request.repo.name,
    sha: request.commit.sha,
    desired: request.desired,
    finished: request.left.length === 0,
    error: request.desired.wanted === 0 ? "no test of this commit matches" : "",
    counts: request.counts,
    in_sandboxes: 0,
    place_reason: "",
    failures: request.failures.slice(0, 100).map(taskRun),
  };
}
