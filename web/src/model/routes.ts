// The URLs of the pages, both ways. A branch's or a repository's name is one segment, percent-encoded.
export type Route =
  | { page: "repos" }
  | { page: "branch"; repo: string; branch: string }
  | { page: "commit"; repo: string; sha: string }
  | { page: "run"; run: number }
  | { page: "task"; task: number }
  | { page: "engine" }
  | { page: "retention" }
  | { page: "not_found" };

const segment = encodeURIComponent;

export const reposUrl = (): string => "/";
export const engineUrl = (): string => "/engine";
export const retentionUrl = (): string => "/retention";
export const repoUrl = (repo: string): string => `/r/${segment(repo)}`;
export const branchUrl = (repo: string, branch: string): string =>
  `/r/${segment(repo)}/b/${segment(branch)}`;
export const commitUrl = (repo: string, sha: string): string => `/r/${segment(repo)}/c/${sha}`;
export const commitTestUrl = (repo: string, sha: string, test_id: string): string =>
  `${commitUrl(repo, sha)}?q=${segment(test_id)}`;
export const runUrl = (run: number): string => `/runs/${run}`;
export const taskUrl = (task: number): string => `/tasks/${task}`;

// A branch of "" is the repository's primary one.
export function parseRoute(path: string): Route {
  const parts = decodeAll(path.split("/").filter(Boolean));
  const [first, second, third, fourth] = parts ?? ["?"];
  const size = parts?.length ?? 0;
  if (size === 0 && parts) return { page: "repos" };
  if (size === 1 && first === "engine") return { page: "engine" };
  if (size === 1 && first === "retention") return { page: "retention" };
  if (first === "r" && second !== undefined) {
    if (size === 2) return { page: "branch", repo: second, branch: "" };
    if (size === 4 && third === "b" && fourth) {
      return { page: "branch", repo: second, branch: fourth };
    }
    if (size === 4 && third === "c" && /^[0-9a-f]{4,40}$/.test(fourth ?? "")) {
      return { page: "commit", repo: second, sha: fourth ?? "" };
    }
  }
  const id = /^[1-9]\d{0,15}$/.test(second ?? "") ? Number(second) : undefined;
  if (size === 2 && first === "runs" && id) return { page: "run", run: id };
  if (size === 2 && first === "tasks" && id) return { page: "task", task: id };
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
