// The state behind the mock API: repositories, runs, tasks, requests, logs; and the few actions that
// change it. Each change raises the revision and tells who listens, as the engine does.
import { Logins } from "./logins.ts";
import type {
  ChangeEvent,
  Counts,
  DesiredSummary,
  ExperimentSummary,
  Outcome,
  Quarantine,
  RemovedRepo,
  RuleSummary,
  RunRequest,
  TaskSummary,
} from "../../src/api/shapes.ts";
import { testId } from "../../src/model/filter.ts";
import {
  type MockCommit,
  type MockRepo,
  type MockTest,
  makeRepos,
  noCounts,
  random,
} from "./data.ts";
import { attemptLog, imageLog } from "./logs.ts";

const failures: Outcome[] = ["failed", "failed", "failed", "error", "timed_out", "crashed"];

export interface MockRun {
  id: number;
  repo: MockRepo;
  commit: MockCommit;
  test: MockTest;
  outcome: Outcome;
  duration_us: number;
  started_at: number;
  task: number;
}
export interface MockRequest {
  desired: DesiredSummary;
  repo: MockRepo;
  commit: MockCommit;
  left: MockTest[];
  counts: Counts;
  failures: MockRun[];
}
export interface MockLog {
  text: Buffer;
  complete: boolean;
  dropped: number;
}
export interface LogListener {
  grew(): void;
}

export class World {
  revision = 100;
  // When it was made: times of the made-up past are told from here.
  readonly started_at: number;
  repos: MockRepo[];
  runs = new Map<number, MockRun>();
  tasks = new Map<number, TaskSummary>();
  logs = new Map<string, MockLog>();
  requests = new Map<number, MockRequest>();
  calls: { method: string; path: string; body: object }[] = []; // the orders, oldest first
  refuse_next = ""; // why the next order is refused
  message = ""; // of failed runs, where a test wants another one
  removed: RemovedRepo[] = [];
  rules = new Map<string, RuleSummary[]>();
  quarantine = new Map<string, Quarantine[]>();
  retried: string[] = [];
  hunt: ExperimentSummary["standing"] = "running";
  retained = true; // something is to go
  received: { sha: string; body: RunRequest }[] = [];
  executor_error = "";
  logins: Logins;
  draining = false;
  #cells = new Map<string, MockRun[]>();
  #next_run = 1;
  #next_task = 1;
  #next_desired = 14;
  #listeners = new Set<(change: ChangeEvent) => void>();
  #log_listeners = new Set<() => void>();

  constructor(now: number, options: { empty?: boolean } = {}) {
    this.started_at = now;
    this.logins = new Logins(now);
    this.repos = options.empty ? [] : makeRepos(now - 240_000);
    if (!options.empty) this.#makeTasks();
  }

  // Runs of a test at a commit, oldest first; those of the past are made when they are first asked for.
  runsOf(repo: MockRepo, commit: MockCommit, test: MockTest): MockRun[] {
    const key = `${commit.id}.${test.id}`;
    let runs = this.#cells.get(key);
    if (!runs) {
      const age = repo.commits.indexOf(commit);
      runs = [];
      this.#cells.set(key, runs);
      if (test.listed(age)) {
        for (let n = 0; n < repo.runs; n++) runs.push(this.#makeRun(repo, commit, test, age, n));
      }
    }
    return runs;
  }

  #makeRun(repo: MockRepo, commit: MockCommit, test: MockTest, age: number, n: number): MockRun {
    const id = this.#next_run++;
    const run: MockRun = {
      id,
      repo,
      commit,
      test,
      outcome: this.outcomeOf(commit, test, age, n),
      duration_us: Math.floor(900 + random(id)() * 80_000),
      started_at: commit.committed_at + 60_000,
      task: 1,
    };
    this.runs.set(run.id, run);
    return run;
  }

  // Of the n-th run of a test at a commit; failures come evenly, so that a rate shows in a few runs. A page of
  // two million cells needs no run to be made.
  outcomeOf(commit: MockCommit, test: MockTest, age: number, n: number): Outcome {
    const rate = test.rate(age);
    const phase = rate > 0 ? random(commit.id * 31 + test.id * 7)() : 0;
    if (Math.floor((n + 1) * rate + phase) > Math.floor(n * rate + phase)) {
      return failures[test.id % failures.length] ?? "failed";
    }
    return test.id % 37 === 0 ? "skipped" : "passed";
  }

  addTask(task: Partial<TaskSummary> & Pick<TaskSummary, "kind" | "repo" | "sha">): TaskSummary {
    const id = this.#next_task++;
    const commit = this.commit(task.repo, task.sha)?.commit;
    const whole: TaskSummary = {
      id,
      state: "finished",
      outcome: "passed",
      cause: "",
      subject: commit?.subject ?? "",
      suite: "",
      tests: 0,
      repeats: 1,
      attempts: 1,
      created_at: this.started_at - 230_000,
      started_at: this.started_at - 200_000 + id * 3000,
      finished_at: this.started_at - 190_000 + id * 3000,
      waits_for: null,
      starts_at: null,
      ...task,
    };
    this.tasks.set(id, whole);
    return whole;
  }

  #makeTasks() {
    const demo = this.repos.find((repo) => repo.name === "demo");
    const head = demo?.commits[0];
    const fresh = this.repos.find((repo) => repo.name === "fresh")?.commits[0];
    if (!demo || !head || !fresh) return;
    const at = { repo: "demo", sha: head.sha };
    const add = (task: Parameters<World["addTask"]>[0], log: string, complete = true) => {
      const { id } = this.addTask(task);
      this.logs.set(`${id}.1`, {
        text: Buffer.from(log),
        complete,
        dropped: 0,
      });
      return id;
    };
    add({ ...at, kind: "run_tests", suite: "unit", tests: 35 }, attemptLog(400));
    add({ ...at, kind: "read_config" }, "");
    add({ ...at, kind: "build_image" }, imageLog());
    add({ ...at, kind: "generate_plan" }, "plan written: 2 environments, 2 suites\n");
    add({ ...at, kind: "list_tests", suite: "unit" }, "collected 35 items\n");
    const failed = {
      state: "finished",
      outcome: "failed",
      cause: "the process ended with 2",
    } as const;
    add(
      { ...at, kind: "list_tests", suite: "perf", ...failed },
      "ImportError: no module named 'bench'\n",
    );
    const running = {
      state: "running",
      outcome: "",
      finished_at: null,
    } as const;
    add(
      { ...at, kind: "run_tests", suite: "integration", tests: 19, ...running },
      attemptLog(60),
      false,
    );
    const waiting = {
      outcome: "",
      started_at: null,
      finished_at: null,
      repeats: 1,
      attempts: 0,
    } as const;
    this.addTask({
      ...at,
      ...waiting,
      kind: "run_tests",
      state: "ready",
      suite: "unit",
      tests: 35,
      waits_for: {
        reason: "behind",
        text: "waits behind 3 tasks: 1 more urgent, 2 whose turn comes first",
        ahead: 3,
        task: null,
      },
      starts_at: this.started_at + 150_000,
    });
    this.addTask({
      ...waiting,
      repo: "fresh",
      sha: fresh.sha,
      kind: "build_image",
      state: "waiting",
      waits_for: {
        reason: "pause",
        text: "waits for attempt 2 of 3, after a failure of the machine: docker was restarted",
        ahead: 0,
        task: null,
      },
    });
    const infra = {
      state: "finished",
      outcome: "infra",
      cause: "docker was restarted",
    } as const;
    const lost = this.addTask({
      ...at,
      kind: "build_image",
      ...infra,
      repeats: 1,
      attempts: 3,
    });
    for (const n of [1, 2, 3]) {
      const text = Buffer.from(`attempt ${n}\nStep 1/4 : FROM python:3.12\n`);
      this.logs.set(`${lost.id}.${n}`, {
        text,
        complete: true,
        dropped: n === 3 ? 7_340_032 : 0,
      });
    }
  }

  repo(name: string): MockRepo | undefined {
    return this.repos.find((repo) => repo.name === name);
  }

  commit(repo_name: string, sha: string): { repo: MockRepo; commit: MockCommit } | undefined {
    const repo = this.repo(repo_name);
    const commit = repo?.commits.find((c) => c.sha.startsWith(sha));
    return repo && commit ? { repo, commit } : undefined;
  }

  testsAt(repo: MockRepo, commit: MockCommit): MockTest[] {
    const age = repo.commits.indexOf(commit);
    return repo.tests.filter((test) => test.listed(age));
  }

  requestRuns(repo: MockRepo, commit: MockCommit, body: RunRequest): number {
    this.received.push({ sha: commit.sha, body });
    const names = body.filter?.tests;
    const tests = this.testsAt(repo, commit).filter((test) => {
      if (names && !names.includes(`${test.suite}/${testId(test)}`)) return false;
      if (body.filter?.suites && !body.filter.suites.includes(test.suite)) return false;
      return !body.only || this.verdict(repo, commit, test) === body.only;
    });
    const id = this.#next_desired++;
    const left = Array.from({ length: body.times }, () => tests).flat();
    this.requests.set(id, {
      desired: {
        id,
        source: "request",
        requested_by: body.requested_by ?? "",
        filter: names ? `${tests.length} tests` : body.only ? `${body.only} tests` : "all tests",
        isolation: body.isolation ?? "",
        runs: body.times,
        fail_runs: 0,
        flake_runs: 0,
        new_runs: 0,
        wanted: left.length,
        done: 0,
        in_flight: Math.min(left.length, 8),
        given_up: 0,
        created_at: Date.now(),
        stopped_at: null,
        condition: [],
      },
      repo,
      commit,
      left,
      counts: noCounts(),
      failures: [],
    });
    this.changed(commit.id);
    return id;
  }

  verdict(repo: MockRepo, commit: MockCommit, test: MockTest) {
    const outcomes = this.runsOf(repo, commit, test).map((run) => run.outcome);
    const bad = outcomes.filter((o) => o !== "passed" && o !== "skipped").length;
    const good = outcomes.filter((o) => o === "passed").length;
    if (bad > 0 && good > 0) return "flaky";
    if (bad > 0) return "failed";
    if (good > 0) return "passed";
    return outcomes.length > 0 ? "skipped" : "none";
  }

  // Makes up to `count` of the runs that were asked for.
  work(count: number) {
    for (const request of this.requests.values()) {
      const { desired, repo, commit, left, counts } = request;
      const age = repo.commits.indexOf(commit);
      const batch = left.splice(0, count);
      if (batch.length === 0) continue;
      for (const test of batch) {
        const before = this.runsOf(repo, commit, test);
        const run = this.#makeRun(repo, commit, test, age, before.length);
        run.started_at = Date.now();
        before.push(run);
        if (run.outcome !== "cancelled") counts[run.outcome] += 1;
        if (run.outcome !== "passed") request.failures.push(run);
      }
      desired.done += batch.length;
      desired.in_flight = Math.min(left.length, 8);
      this.changed(commit.id);
    }
  }

  appendLog(key: string, text: string) {
    const log = this.logs.get(key);
    if (!log) return;
    log.text = Buffer.concat([log.text, Buffer.from(text)]);
    for (const listener of this.#log_listeners) listener();
  }

  endLog(key: string) {
    const log = this.logs.get(key);
    if (log) log.complete = true;
    for (const listener of this.#log_listeners) listener();
  }

  clean() {
    this.retained = false;
    this.changed();
  }

  changed(...commits: number[]) {
    this.revision += 1;
    const change = {
      revision: this.revision,
      commits,
      refs: false,
      engine: true,
      experiments: [] as number[],
    };
    for (const listener of this.#listeners) listener(change);
  }

  pushed(repo: MockRepo, commit: MockCommit) {
    repo.commits.unshift(commit);
    this.changedRefs(commit.id);
  }

  changedExperiments(...experiments: number[]) {
    this.revision += 1;
    const change = { revision: this.revision, commits: [], refs: false, engine: true, experiments };
    for (const listener of this.#listeners) listener(change);
  }

  changedRefs(...commits: number[]) {
    this.revision += 1;
    const change = { revision: this.revision, commits, refs: true, engine: false, experiments: [] };
    for (const listener of this.#listeners) listener(change);
  }

  onChange(listener: (change: ChangeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  onLog(listener: () => void): () => void {
    this.#log_listeners.add(listener);
    return () => this.#log_listeners.delete(listener);
  }
}
