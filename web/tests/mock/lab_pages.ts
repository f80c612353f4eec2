// The pages of a test's history, of two commits compared, of branch rules and of the audit.
import type {
  AuditLine,
  AuditPage,
  ComparedCommit,
  ComparedTest,
  ComparePage,
  Counts,
  RuleRequest,
  RuleSummary,
  RulesPage,
  TestChange,
  TestCommit,
  TestPage,
} from "../../src/api/shapes.ts";
import { failures as failuresOf, measured } from "../../src/model/counts.ts";
import { testId } from "../../src/model/filter.ts";
import type { MockCommit, MockRepo, MockTest } from "./data.ts";
import { countRuns } from "./pages.ts";
import { type Answer, missing, Refused } from "./refused.ts";
import type { World } from "./world.ts";

const chars: Record<string, string> = {
  passed: "P",
  failed: "F",
  error: "E",
  skipped: "S",
  timed_out: "T",
  crashed: "C",
};

const differences = (numbers: number[]) => numbers.map((n, i) => n - (numbers[i - 1] ?? 0));

// Wilson's, which is near enough for made-up data.
function interval(k: number, n: number): { rate_low: number; rate_high: number } {
  if (n === 0) return { rate_low: 0, rate_high: 1 };
  const z = 1.96;
  const middle = (k / n + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half =
    (z * Math.sqrt(((k / n) * (1 - k / n)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { rate_low: k === 0 ? 0 : middle - half, rate_high: k === n ? 1 : middle + half };
}

function testCommit(world: World, repo: MockRepo, commit: MockCommit, test: MockTest): TestCommit {
  const runs = world.runsOf(repo, commit, test);
  const counts = countRuns(runs);
  const [n, k] = [measured(counts), failuresOf(counts)];
  return {
    id: commit.id,
    sha: commit.sha,
    subject: commit.subject,
    committed_at: commit.committed_at,
    counts,
    verdict: world.verdict(repo, commit, test),
    runs: n,
    failures: k,
    mean_us: n > 0 ? Math.round(runs.reduce((sum, run) => sum + run.duration_us, 0) / n) : 0,
    named: 0,
    ...interval(k, n - counts.skipped),
  };
}

function testPage(world: World, repo: MockRepo, name: string, params: URLSearchParams): TestPage {
  const test =
    repo.tests.find((each) => String(each.id) === name || testId(each) === name) ??
    missing(`test '${name}' in ${repo.name}`);
  const before = params.get("before");
  const start = before ? repo.commits.findIndex((commit) => commit.sha === before) + 1 : 0;
  const limit = Number(params.get("limit") ?? 60);
  const looked = repo.commits.slice(start, start + limit);
  const listed = looked.filter((commit) => test.listed(repo.commits.indexOf(commit)));
  const wanted = params.get("outcome")?.split(",");
  const ends = params.get("runs_at")?.split("..").map((sha) => listed.findIndex((commit) => commit.sha === sha)) ?? [];
  const runs = listed
    .flatMap((commit, place) =>
      [...world.runsOf(repo, commit, test)].reverse().map((run) => ({ ...run, place })),
    )
    .filter((run) => !wanted || wanted.includes(run.outcome))
    .filter((run) => ends.length === 0 || (run.place >= Math.min(...ends) && run.place <= Math.max(...ends)));
  return {
    revision: world.revision,
    repo: repo.name,
    branch: params.get("branch") ?? repo.primary,
    test: test.id,
    suite: test.suite,
    path: test.path,
    name: test.name,
    labels: test.labels,
    names: [{ test: test.id, path: test.path, name: test.name }],
    commits: listed.map((commit) => testCommit(world, repo, commit, test)),
    more_commits: start + limit < repo.commits.length,
    last_sha: looked.at(-1)?.sha ?? "",
    runs: {
      id: differences(runs.map((run) => run.id)),
      commit: runs.map((run) => run.place),
      outcome: runs.map((run) => chars[run.outcome]).join(""),
      started_at: differences(runs.map((run) => run.started_at)),
      duration_us: runs.map((run) => run.duration_us),
    },
    more_runs: false,
  };
}

function comparedCommit(world: World, repo: MockRepo, commit: MockCommit): ComparedCommit {
  const { sha, subject, committed_at, parents } = commit;
  const tests = world.testsAt(repo, commit).length;
  return { sha, subject, committed_at, parents, tests, listed: true, unlisted: [] };
}

function changeOf(base: string, head: string): TestChange {
  if (base === "" || head === "") return base === "" ? "new" : "gone";
  if (base === "flaky" || head === "flaky") return "flaky";
  if (head === "failed") return base === "failed" ? "still_failing" : "newly_failing";
  return base === "failed" ? "fixed" : "same";
}

function comparedTest(
  world: World,
  repo: MockRepo,
  [base, head]: [MockCommit, MockCommit],
  test: MockTest,
): ComparedTest {
  const at = (commit: MockCommit): [string, Counts | null] =>
    test.listed(repo.commits.indexOf(commit))
      ? [world.verdict(repo, commit, test), countRuns(world.runsOf(repo, commit, test))]
      : ["", null];
  const [base_verdict, base_counts] = at(base);
  const [head_verdict, head_counts] = at(head);
  const renamed = test.id === 102;
  return {
    test: test.id,
    suite: test.suite,
    path: test.path,
    name: test.name,
    change: changeOf(base_verdict, head_verdict),
    continues: renamed ? "renamed" : "",
    was: renamed ? 99 : null,
    was_path: renamed ? test.path : "",
    was_name: renamed ? "test_entry_of_old" : "",
    base: base_counts,
    head: head_counts,
    base_verdict,
    head_verdict,
  };
}

function comparePage(world: World, repo: MockRepo, params: URLSearchParams): ComparePage {
  const find = (name: string) =>
    (repo.branches.includes(name) ? repo.commits[repo.branches.indexOf(name)] : undefined) ??
    world.commit(repo.name, name)?.commit ??
    missing(`commit, branch or tag '${name}' in ${repo.name}`);
  const head = find(params.get("head") ?? "");
  const base = find(params.get("base") ?? head.parents[0] ?? "");
  const all = repo.tests
    .map((test) => comparedTest(world, repo, [base, head], test))
    .filter((test) => test.base !== null || test.head !== null);
  const changes = [...new Set(all.map((test) => test.change))];
  return {
    revision: world.revision,
    repo: repo.name,
    base: comparedCommit(world, repo, base),
    head: comparedCommit(world, repo, head),
    totals: changes.map((change) => ({
      change,
      tests: all.filter((test) => test.change === change).length,
    })),
    tests: all.filter((test) => test.change !== "same" || test.continues !== ""),
    warning: "",
  };
}

export const firstRule: RuleSummary = {
  ...{ id: 1, branches: "*", filter: {}, filter_text: "all tests", runs: 1, fail_runs: 0 },
  ...{ flake_runs: 0, new_runs: 0, superseded: true, schedule: "", schedule_runs: 0 },
  schedule_only: "all",
  idle_runs: 0,
};

function ruleOf(id: number, { requested_by: _, position: __, ...rule }: RuleRequest): RuleSummary {
  if (rule.schedule?.split(" ").length === 4) {
    throw new Refused("invalid", "schedule: must have five fields, as 0 3 * * *");
  }
  const filter_text = Object.keys(rule.filter ?? {}).length === 0 ? "all tests" : "some tests";
  return { ...firstRule, ...rule, id, filter_text } as RuleSummary;
}

export function labPages(world: World): Record<string, Answer> {
  const repoOf = (parts: string[]) =>
    world.repo(parts[1] ?? "") ?? missing(`repository ${parts[1]}`);
  const rulesOf = (parts: string[]): RuleSummary[] => {
    const { name } = repoOf(parts);
    return world.rules.get(name) ?? world.rules.set(name, [firstRule]).get(name) ?? [];
  };
  const put = (parts: string[], rules: RuleSummary[], id: number) => {
    world.rules.set(parts[1] ?? "", rules);
    world.changed();
    return { revision: world.revision, id, tests: 0, experiments: [] };
  };
  return {
    "GET repos/*/tests/*": ({ parts, params }) =>
      testPage(world, repoOf(parts), parts[3] ?? "", params),
    "GET repos/*/compare": ({ parts, params }) => comparePage(world, repoOf(parts), params),
    "GET repos/*/rules": ({ parts }): RulesPage => ({
      revision: world.revision,
      repo: parts[1] ?? "",
      rules: rulesOf(parts),
    }),
    "POST repos/*/rules": ({ parts, body }) => {
      const id = Math.max(...rulesOf(parts).map((rule) => rule.id)) + 1;
      return put(parts, [ruleOf(id, JSON.parse(body) as RuleRequest), ...rulesOf(parts)], id);
    },
    "PUT repos/*/rules/*": ({ parts, body }) => {
      const request = JSON.parse(body) as RuleRequest;
      const rule = ruleOf(Number(parts[3]), request);
      const rules = rulesOf(parts).map((each) => (each.id === rule.id ? rule : each));
      if (request.position) {
        rules.splice(rules.indexOf(rule), 1);
        rules.splice(request.position - 1, 0, rule);
      }
      return put(parts, rules, rule.id);
    },
    "DELETE repos/*/rules/*": ({ parts }) => {
      const rules = rulesOf(parts).filter((rule) => rule.id !== Number(parts[3]));
      if (rules.length === 0) throw new Refused("conflict", "a repository keeps at least one rule");
      return put(parts, rules, Number(parts[3]));
    },
    "GET audit": ({ params }) => auditPage(world, Number(params.get("before") ?? 0), params.get("who") ?? "", params.get("action") ?? ""),
    "POST drain": () => drain(world, true),
    "POST resume": () => drain(world, false),
    "POST reload": () => ({
      added: ["shop"],
      changed: [],
      removed: [],
      warnings: ["`port` can't change while the server runs"],
    }),
  };
}

function drain(world: World, draining: boolean) {
  world.draining = draining;
  world.changed();
  return { revision: world.revision, id: 0, tests: 0, experiments: [] };
}

function auditPage(world: World, before: number, who: string, action: string): AuditPage {
  const lines = Array.from({ length: 70 }, (_, i): AuditLine => {
    const id = 70 - i;
    const rule = id % 3 === 0;
    return {
      id,
      at: world.started_at - i * 3_600_000,
      who: rule ? "web" : "cli",
      action: rule ? "rule" : "change_request",
      repo: id % 5 === 0 ? "" : "demo",
      subject: rule ? `rule ${id}` : `request ${id}`,
      detail: rule ? "<b>release/*</b>: 2 runs of all tests" : "50 runs of each test, after 10",
    };
  }).filter((line) => world.repos.length > 0 && (before === 0 || line.id < before))
    .filter((line) => (who === "" || line.who === who) && (action === "" || line.action === action));
  return {
    revision: world.revision,
    entries: lines.slice(0, 50),
    more: lines.length > 50,
    people: ["cli", "web"],
    actions: ["change_request", "rule"],
  };
}
