// The orders that the mock API takes, and what they do to the world.
import type { MatchPage, RepoRequest, RepoSettings, Selection, WishChange } from "../../src/api/shapes.ts";
import { testId } from "../../src/model/filter.ts";
import { nameOf } from "../../src/model/repo_form.ts";
import { settingsOf } from "./pages.ts";
import { type Answer, missing, Refused } from "./refused.ts";
import type { World } from "./world.ts";

export function orders(world: World): Record<string, Answer> {
  return { ...repoOrders(world), ...wishOrders(world) };
}

function repoOrders(world: World): Record<string, Answer> {
  const repoOf = (parts: string[]) =>
    world.repo(parts[1] ?? "") ?? missing(`repository ${parts[1]}`);
  const stored = () => {
    world.changedRefs();
    return { revision: world.revision };
  };
  return {
    "POST repos": ({ body }) => {
      const { source, name, ...settings } = JSON.parse(body) as RepoRequest;
      const repo = name ?? nameOf(source);
      if (world.repo(repo)) {
        throw new Refused("conflict", `there is a repository '${repo}' already`);
      }
      world.removed = world.removed.filter((each) => each.name !== repo);
      world.repos.push({
        ...{ name: repo, source, error: "", primary: "", branches: [], commits: [], tests: [], runs: 0 },
        settings: settings as RepoSettings,
      });
      return { ...stored(), repo, hook: source.startsWith("/") ? `testlooper hook install '${source}'` : "" };
    },
    "PATCH repos/*": ({ parts, body }) => {
      const repo = repoOf(parts);
      repo.settings = { ...repo.settings, ...(JSON.parse(body) as RepoSettings) };
      return stored();
    },
    "DELETE repos/*": ({ parts, params }) => {
      const [name = "", purging] = [parts[1], params.get("purge") === "1"];
      const source = world.repo(name)?.source ?? world.removed.find((r) => r.name === name)?.source;
      world.repos = world.repos.filter((repo) => repo.name !== name);
      world.removed = world.removed.filter((repo) => repo.name !== name);
      world.removed.push({ ...settingsOf(world.repo(name)), name, source: source ?? "", purging });
      return stored();
    },
    "POST repos/*/scan": ({ parts }) => {
      repoOf(parts);
      return stored();
    },
  };
}

function wishOrders(world: World): Record<string, Answer> {
  const commitOf = (parts: string[]) =>
    world.commit(parts[1] ?? "", parts[3] ?? "") ?? missing(`commit ${parts[3]}`);
  const requestOf = (parts: string[]) =>
    world.requests.get(Number(parts[1])) ?? missing(`request ${parts[1]}`);
  const stored = (...commits: number[]) => {
    world.changed(...commits);
    return { revision: world.revision };
  };
  return {
    "POST repos/*/commits/*/match": ({ parts, body }) => match(world, parts, body),
    "POST repos/*/commits/*/clear": ({ parts, body }) => {
      const { tests } = matched(world, parts, JSON.parse(body) as Selection);
      return { ...stored(commitOf(parts).commit.id), id: 1, tests: tests.length };
    },
    "POST repos/*/commits/*/cancel": ({ parts }) => stored(commitOf(parts).commit.id),
    "POST repos/*/branches/*/cancel": () => stored(),
    "POST tasks/*/cancel": ({ parts }) => {
      const task = world.tasks.get(Number(parts[1])) ?? missing(`task ${parts[1]}`);
      Object.assign(task, { state: "finished", outcome: "cancelled", finished_at: Date.now() });
      return stored(world.commit(task.repo, task.sha)?.commit.id ?? 0);
    },
    "POST requests/*/cancel": ({ parts }) => {
      const { desired, left, commit } = requestOf(parts);
      left.splice(0);
      Object.assign(desired, { stopped_at: Date.now(), wanted: desired.done, in_flight: 0 });
      return stored(commit.id);
    },
    "PATCH requests/*": ({ parts, body }) => {
      const { desired, commit } = requestOf(parts);
      const { times, ...more } = JSON.parse(body) as WishChange;
      const tests = desired.wanted / desired.runs;
      Object.assign(desired, { runs: times, ...more, wanted: tests * (times ?? 0), stopped_at: null });
      return { ...stored(commit.id), id: desired.id, tests: 0, experiments: [] };
    },
  };
}

function matched(world: World, parts: string[], { filter = {}, only }: Selection) {
  const at = world.commit(parts[1] ?? "", parts[3] ?? "") ?? missing(`commit ${parts[3]}`);
  if (filter.regex?.includes("(?=")) {
    throw new Refused("invalid", `filter.regex: invalid perl operator: (?= in '${filter.regex}'`);
  }
  const { suites, labels, paths, tests: ids, regex } = filter;
  const pattern = new RegExp(regex ?? "");
  const all = world.testsAt(at.repo, at.commit);
  const tests = all.filter(
    (test) =>
      (!suites || suites.includes(test.suite)) &&
      (!labels || labels.some((label) => test.labels.some((own) => own.startsWith(label)))) &&
      (!paths || paths.some((path) => test.path.startsWith(path))) &&
      (!ids || ids.includes(testId(test))) &&
      pattern.test(testId(test)) &&
      (!only || only === "all" || world.verdict(at.repo, at.commit, test) === only),
  );
  return { ...at, listed: all.length, tests };
}

function match(world: World, parts: string[], body: string): MatchPage {
  const { repo, commit, listed, tests } = matched(world, parts, JSON.parse(body) as Selection);
  return {
    revision: world.revision,
    repo: repo.name,
    sha: commit.sha,
    listed,
    matching: tests.length,
    tests: tests.slice(0, 50).map(({ id, suite, path, name }) => ({ test: id, suite, path, name })),
  };
}
