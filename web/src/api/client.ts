// The one HTTP client: every call of /api/v1 that the pages make. Nobody else fetches.
import type {
  ArtifactsPage,
  BranchPage,
  CommitColumnsPage,
  CommitPage,
  EnginePage,
  ErrorBody,
  ErrorCode,
  ReposPage,
  RetentionPage,
  RetentionStarted,
  RequestPage,
  RevisionAccepted,
  RunAccepted,
  RunPage,
  RunRequest,
  TaskPage,
} from "./shapes.ts";
import { unpackTests } from "../model/test_columns.ts";

const base = "/api/v1";
const quick_retries_ms = [50, 250];
const segment = encodeURIComponent;

// What went wrong, in a sentence for people. `code` is "offline" where nobody answered.
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode | "offline",
    message: string,
  ) {
    super(message);
  }
}

// What went wrong with an action, for people; "" where it went well.
export async function said(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "";
  } catch (error) {
    return error instanceof ApiError ? error.message : String(error);
  }
}

export interface BranchQuery {
  branch: string; // "" is the primary one
  limit: number;
  before?: string;
}

export const api = {
  repos: (signal: AbortSignal) => get<ReposPage>("/repos", signal),
  branch: (repo: string, query: BranchQuery, signal: AbortSignal) =>
    get<BranchPage>(`/repos/${segment(repo)}/branch${branchParams(query)}`, signal),
  commit: async (repo: string, sha: string, signal: AbortSignal): Promise<CommitPage> => {
    const page = await get<CommitColumnsPage>(`${commitPath(repo, sha)}?tests=columns`, signal);
    return { ...page, tests: unpackTests(page.tests) };
  },
  run: (run: number, signal: AbortSignal) => get<RunPage>(`/runs/${run}`, signal),
  task: (task: number, signal: AbortSignal) => get<TaskPage>(`/tasks/${task}`, signal),
  artifacts: (task: number, attempt: number, signal: AbortSignal) =>
    get<ArtifactsPage>(`/tasks/${task}/attempts/${attempt}/artifacts`, signal),
  engine: (signal: AbortSignal) => get<EnginePage>("/engine", signal),
  request: (request: number, signal: AbortSignal) =>
    get<RequestPage>(`/requests/${request}`, signal),
  retention: (signal: AbortSignal) => get<RetentionPage>("/retention", signal),
  runRetention: () => post<RetentionStarted>("/retention/run", {}),
  requestRuns: (repo: string, sha: string, body: RunRequest) =>
    post<RunAccepted>(`${commitPath(repo, sha)}/runs`, body),
  retryCommit: (repo: string, sha: string) =>
    post<RevisionAccepted>(`${commitPath(repo, sha)}/retry`, {}),
};

// The bytes of a log from `from` on, as they arrive.
export async function readLog(
  url: string,
  from: number,
  signal: AbortSignal,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
  const headers: HeadersInit = from > 0 ? { Range: `bytes=${from}-` } : {};
  const response = await reach(url, { headers, signal });
  if (response.status === 416) return; // nothing was added since
  if (!response.ok || !response.body) throw await errorOf(response);
  if (from > 0 && response.status !== 206) {
    throw new ApiError("internal", "the server sent the whole log where a part was asked for");
  }
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(offline);
    if (done) return;
    onBytes(value);
  }
}

function branchParams(query: BranchQuery): string {
  const params = new URLSearchParams({ limit: String(query.limit) });
  if (query.branch !== "") params.set("name", query.branch);
  if (query.before) params.set("before", query.before);
  return `?${params}`;
}

const commitPath = (repo: string, sha: string): string =>
  `/repos/${segment(repo)}/commits/${segment(sha)}`;

// A browser drops what is under way whenever a network interface comes or goes, as docker's do: a question
// is asked again at once before anybody hears of it.
async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  for (const pause_ms of quick_retries_ms) {
    try {
      return await json<T>(await reach(base + path, { signal }));
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "offline")) throw error;
      await new Promise((done) => setTimeout(done, pause_ms));
    }
  }
  return json<T>(await reach(base + path, { signal }));
}

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return json<T>(await reach(base + path, init));
}

const reach = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, init).catch(offline);

function offline(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new ApiError("offline", "the server cannot be reached");
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw await errorOf(response);
  return (await response.json().catch(offline)) as T;
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => undefined)) as ErrorBody | undefined;
  if (body?.error?.message) return new ApiError(body.error.code, body.error.message);
  return new ApiError("internal", `the server answered ${response.status}`);
}
