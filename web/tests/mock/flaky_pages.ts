// The pages of flaky tests, clusters and quarantine: each test of the made-up repositories that fails now and
// then is on the list.
import type {
  ClusterPage,
  ClustersPage,
  ClusterSummary,
  ClusterTest,
  FlakyPage,
  FlakyTest,
  Quarantine,
  QuarantineRequest,
  Rate,
} from "../../src/api/shapes.ts";
import { testId } from "../../src/model/filter.ts";
import type { MockRepo, MockTest } from "./data.ts";
import { type Answer, missing, Refused } from "./refused.ts";
import type { World } from "./world.ts";

const day = 86_400_000;
const key = "c1".repeat(32);
const message = "ConnectionError: lost <b>connection</b> 12 after 31 ms\n  in tests/support.py:40";

const rateOf = (failures: number, runs: number): Rate => ({
  failures,
  runs,
  low: Math.max(0, failures / runs - 0.04),
  high: Math.min(1, failures / runs + 0.06),
});

export const flakyOf = (repo: MockRepo): MockTest[] =>
  repo.tests.filter((test) => test.listed(0) && test.rate(0) > 0 && test.rate(0) < 1).slice(0, 40);

const clusterTest = (test: MockTest, i: number): ClusterTest => ({
  test: test.id,
  suite: test.suite,
  path: test.path,
  name: test.name,
  standing: "flaky",
  failures: 9 - (i % 9),
  first_run: 1,
  last_run: 1,
});

export function flakyPages(world: World): Record<string, Answer> {
  const repoOf = (parts: string[]) =>
    world.repo(parts[1] ?? "") ?? missing(`repository ${parts[1]}`);
  const entriesOf = (repo: MockRepo): Quarantine[] =>
    world.quarantine.get(repo.name) ?? firstEntries(world, repo);
  return {
    "GET repos/*/flaky": ({ parts, params }) =>
      flakyPage(world, repoOf(parts), entriesOf(repoOf(parts)), params),
    "GET repos/*/clusters": ({ parts }) => clustersPage(world, repoOf(parts)),
    "GET repos/*/clusters/*": ({ parts }) => clusterPage(world, repoOf(parts), parts[3] ?? ""),
    "GET repos/*/quarantine": ({ parts }) => ({
      revision: world.revision,
      repo: repoOf(parts).name,
      tests: entriesOf(repoOf(parts)),
    }),
    "POST repos/*/quarantine": ({ parts, body }) => {
      const repo = repoOf(parts);
      const request = JSON.parse(body) as QuarantineRequest;
      const test = repo.tests.find((each) => `${each.suite}/${testId(each)}`.endsWith(request.test));
      if (!test) throw new Refused("not_found", `there is no test '${request.test}' in ${repo.name}`);
      const entry = entryOf(world, test, request.owner, request.reason, request.days ?? 30);
      const others = entriesOf(repo).filter((each) => each.test !== test.id);
      world.quarantine.set(repo.name, [entry, ...others]);
      world.changedRefs();
      return { revision: world.revision, id: test.id, tests: 0, experiments: [] };
    },
    "DELETE repos/*/quarantine/*": ({ parts }) => {
      const repo = repoOf(parts);
      const left = entriesOf(repo).filter((each) => each.id !== Number(parts[3]));
      world.quarantine.set(repo.name, left);
      world.changedRefs();
      return { revision: world.revision, id: Number(parts[3]), tests: 0, experiments: [] };
    },
  };
}

const entryOf = (
  world: World,
  { id, suite, path, name }: MockTest,
  owner: string,
  reason: string,
  days: number,
): Quarantine => ({
  ...{ id: 1000 + id, test: id, suite, path, name, owner, reason, quarantined_by: "web" },
  quarantined_at: world.started_at - 40 * day,
  expires_at: world.started_at + days * day,
  expired: days < 0,
  standing: "flaky",
  rate: "3 of 60 runs failed (1.5 % to 13 %)",
});

function firstEntries(world: World, repo: MockRepo): Quarantine[] {
  const [standing, expired] = flakyOf(repo);
  const entries: Quarantine[] = [];
  if (standing) entries.push(entryOf(world, standing, "ada", "a race in <close>", 12));
  if (expired) entries.push(entryOf(world, expired, "bo", "waits for a port", -3));
  world.quarantine.set(repo.name, entries);
  return entries;
}

function flakyTest(world: World, repo: MockRepo, test: MockTest, i: number): FlakyTest {
  const [newest, oldest] = [repo.commits[0], repo.commits.at(-1)];
  if (!newest || !oldest) return missing("commit");
  const name = ({ sha, subject, committed_at }: typeof newest) => ({ sha, subject, committed_at });
  const failures = Math.max(1, Math.round(test.rate(0) * 60));
  return {
    ...{ test: test.id, suite: test.suite, path: test.path, name: test.name },
    standing: i % 5 === 4 ? "fixed" : "flaky",
    reopened: false,
    gone: false,
    rate: rateOf(failures, 60),
    trend: i % 3 === 0 ? "worse" : i % 3 === 1 ? "better" : "steady",
    changes:
      i % 3 === 2
        ? []
        : [
            {
              ...{ sha: newest.sha, earliest: oldest.sha, latest: newest.sha },
              before: rateOf(1, 90),
              after: rateOf(failures, 60),
            },
          ],
    history: Array.from({ length: 12 }, (_, at) => ({ failures: (at * (i + 2)) % 4, runs: 10 })),
    first: name(oldest),
    last: name(newest),
    mixed_commits: 3 + i,
    commits_hit: 5 + i,
    people: 2,
    lost_us: 4_500_000 * (i + 1),
    passes_since: 3,
    passes_needed: 41,
    cluster: i % 4 === 3 ? null : { key, message, tests: 3, failures: 27 },
    quarantine: world.quarantine.get(repo.name)?.find((each) => each.test === test.id) ?? null,
    diagnosis:
      i === 0
        ? {
            experiment: 1,
            cause: "order_victim",
            answer: "order-dependent victim of tests/a.py::test_x: 8 failures in 8 runs after it",
          }
        : null,
    why:
      "Flaky: it passed and failed at 3 commits; 3 of 60 runs failed (1.5 % to 13 %); 38 more passes in a row at " +
      "newer commits would prove it fixed (risk 5 %).",
  };
}

function flakyPage(world: World, repo: MockRepo, _: Quarantine[], params: URLSearchParams): FlakyPage {
  const all = repo.commits.length === 0 ? [] : flakyOf(repo).map((test, i) => flakyTest(world, repo, test, i));
  const [standing, order] = [params.get("standing") ?? "flaky", params.get("order") ?? "impact"];
  const tests = all.filter(
    (test) =>
      (standing === "all" || test.standing === standing) &&
      `${test.suite}/${testId(test)}`.includes(params.get("q") ?? ""),
  );
  const size = (test: FlakyTest) => (order === "rate" ? test.rate.failures : test.commits_hit);
  if (order === "name") tests.sort((a, b) => testId(a).localeCompare(testId(b)));
  else tests.sort((a, b) => size(b) - size(a));
  return {
    revision: world.revision,
    repo: repo.name,
    branch: repo.primary,
    risk: 0.05,
    flaky: all.filter((test) => test.standing === "flaky").length,
    fixed: all.filter((test) => test.standing === "fixed").length,
    tests,
    more: false,
  };
}

const summary = (world: World, tests: number): ClusterSummary => ({
  ...{ key, message, tests, failures: 27, first_run: 1, last_run: 1 },
  first_at: world.started_at - 9 * day,
  last_at: world.started_at - 3_600_000,
});

function clustersPage(world: World, repo: MockRepo): ClustersPage {
  const tests = flakyOf(repo).slice(0, 3);
  const some = tests.length > 0;
  return {
    revision: world.revision,
    repo: repo.name,
    clusters: some
      ? [
          summary(world, tests.length),
          { ...summary(world, 1), key: "d2".repeat(32), message: "assert 1 == 2" },
        ]
      : [],
    more: false,
    together: tests.length > 1 ? [{ tests: tests.map(clusterTest), attempts: 4 }] : [],
  };
}

function clusterPage(world: World, repo: MockRepo, asked: string): ClusterPage {
  if (!key.startsWith(asked)) missing(`cluster ${asked}`);
  const tests = flakyOf(repo).slice(0, 3);
  const [newest, oldest] = [repo.commits[0], repo.commits.at(-1)];
  if (!newest || !oldest) return missing(`cluster ${asked}`);
  const name = ({ sha, subject, committed_at }: typeof newest) => ({ sha, subject, committed_at });
  return {
    revision: world.revision,
    repo: repo.name,
    cluster: summary(world, tests.length),
    normalised: "ConnectionError: lost <b>connection</b> % after % ms in %",
    first: name(oldest),
    last: name(newest),
    tests: tests.map(clusterTest),
    runs: tests.map((test, i) => ({
      ...{ id: i + 1, test: test.id, suite: test.suite, path: test.path, name: test.name },
      ...{ outcome: "failed", sha: newest.sha, started_at: world.started_at - i * 60_000 },
    })),
    others: flakyOf(repo).slice(3, 5).map(clusterTest),
  };
}
