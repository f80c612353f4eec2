// The URLs of the pages, both ways. A branch's or a repository's name is one segment, percent-encoded.
export type Route =
  | { page: "repos" }
  | { page: "branch"; repo: string; branch: string }
  | { page: "commit"; repo: string; sha: string }
  | { page: "run"; run: number }
  | { page: "task"; task: number }
  | { page: "test"; repo: string; test: string }
  | { page: "compare"; repo: string }
  | { page: "rules"; repo: string }
  | { page: "flaky"; repo: string }
  | { page: "clusters"; repo: string }
  | { page: "cluster"; repo: string; key: string }
  | { page: "quarantine"; repo: string }
  | { page: "settings"; repo: string }
  | { page: "engine" }
  | { page: "retention" }
  | { page: "audit" }
  | { page: "tokens" }
  | { page: "login" }
  | { page: "experiments" }
  | { page: "experiment"; experiment: number }
  | { page: "not_found" };

const segment = (value: string | number): string => encodeURIComponent(value);

export const reposUrl = (): string => "/";
export const engineUrl = (): string => "/engine";
export const retentionUrl = (): string => "/retention";
export const auditUrl = (): string => "/audit";
export const tokensUrl = (): string => "/tokens";
export const loginUrl = (): string => "/login";
export const experimentsUrl = (): string => "/experiments";
export const experimentUrl = (experiment: number): string => `/experiments/${experiment}`;
export const repoUrl = (repo: string): string => `/r/${segment(repo)}`;
export const branchUrl = (repo: string, branch: string): string =>
  `/r/${segment(repo)}/b/${segment(branch)}`;
export const commitUrl = (repo: string, sha: string): string => `/r/${segment(repo)}/c/${sha}`;
export const commitTestUrl = (repo: string, sha: string, test_id: string): string =>
  `${commitUrl(repo, sha)}?q=${segment(test_id)}`;
export const rulesUrl = (repo: string): string => `${repoUrl(repo)}/rules`;
export const flakyUrl = (repo: string): string => `${repoUrl(repo)}/flaky`;
export const clustersUrl = (repo: string): string => `${repoUrl(repo)}/clusters`;
export const clusterUrl = (repo: string, key: string): string => `${clustersUrl(repo)}/${key}`;
// With a form for this test, where one is named.
export const quarantineUrl = (repo: string, test = ""): string =>
  `${repoUrl(repo)}/quarantine${withQuery({ test }, {})}`;
export const settingsUrl = (repo: string): string => `${repoUrl(repo)}/settings`;
// A commit is compared with its first parent where no base is named.
export const compareUrl = (repo: string, head = "", base = ""): string =>
  `${repoUrl(repo)}/compare${withQuery({ head, base }, {})}`;
// A test by its number, or by its id.
export const testUrl = (repo: string, test: number | string): string =>
  `${repoUrl(repo)}/t/${segment(test)}`;
export const runUrl = (run: number): string => `/runs/${run}`;
export const taskUrl = (task: number): string => `/tasks/${task}`;

// A branch of "" is the repository's primary one.
export function parseRoute(path: string): Route {
  const parts = decodeAll(path.split("/").filter(Boolean));
  const [first, second, third, fourth] = parts ?? ["?"];
  const size = parts?.length ?? 0;
  if (size === 0 && parts) return { page: "repos" };
  if (size === 1 && isLone(first)) return { page: first };
  if (first === "r" && second !== undefined) return repoRoute(second, size, third, fourth ?? "");
  const id = /^[1-9]\d{0,15}$/.test(second ?? "") ? Number(second) : undefined;
  if (size === 2 && first === "runs" && id) return { page: "run", run: id };
  if (size === 2 && first === "tasks" && id) return { page: "task", task: id };
  if (size === 2 && first === "experiments" && id) return { page: "experiment", experiment: id };
  return { page: "not_found" };
}

const plain_pages = ["compare", "rules", "settings", "flaky", "clusters", "quarantine"] as const;
const lone = ["engine", "retention", "audit", "experiments", "tokens", "login"] as const;
const isLone = (name: string | undefined): name is (typeof lone)[number] =>
  lone.some((page) => page === name);

function repoRoute(repo: string, size: number, third: string | undefined, fourth: string): Route {
  if (size === 2) return { page: "branch", repo, branch: "" };
  const plain = plain_pages.find((page) => page === third);
  if (size === 3 && plain) return { page: plain, repo };
  if (size === 4 && fourth !== "") {
    if (third === "b") return { page: "branch", repo, branch: fourth };
    if (third === "t") return { page: "test", repo, test: fourth };
    if (third === "clusters") return { page: "cluster", repo, key: fourth };
    if (third === "c" && /^[0-9a-f]{4,40}$/.test(fourth)) {
      return { page: "commit", repo, sha: fourth };
    }
  }
  return { page: "not_found" };
}

function decodeAll(parts: string[]): string[] | undefined {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return undefined; // a lone "%"
  }
}

// The query with some parts set, and those of "" removed; "" or "?…".
export function withQuery(query: Record<string, string>, changes: Record<string, string>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...query, ...changes })) {
    if (value !== "") params.set(key, value);
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
