// The orders that the mock API takes, and what they do to the world.
import type { RepoRequest, RepoSettings } from "../../src/api/shapes.ts";
import { nameOf } from "../../src/model/repo_form.ts";
import { type Answer, missing, Refused } from "./refused.ts";
import type { World } from "./world.ts";

export function orders(world: World): Record<string, Answer> {
  return repoOrders(world);
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
      world.removed.push({ name, source: source ?? "", purging });
      return stored();
    },
    "POST repos/*/scan": ({ parts }) => {
      repoOf(parts);
      return stored();
    },
  };
}
