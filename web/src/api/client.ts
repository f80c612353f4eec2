// The one HTTP client: every call of /api/v1 that the pages make. Nobody else fetches.
import type {
  ArtifactsPage,
  AuditPage,
  BranchPage,
  ClusterPage,
  ClustersPage,
  CommitColumnsPage,
  CommitPage,
  ComparePage,
  EnginePage,
  FlakyPage,
  ExperimentExport,
  ExperimentMore,
  ExperimentPage,
  ExperimentRequest,
  ExperimentsPage,
  MatchPage,
  Me,
  OrderDone,
  QuarantinePage,
  QuarantineRequest,
  ReloadReport,
  RepoAdded,
  RepoRequest,
  RepoSettings,
  ReposPage,
  RequestPage,
  RetentionPage,
  RetentionStarted,
  RevisionAccepted,
  RuleRequest,
  RulesPage,
  RunAccepted,
  RunPage,
  RunRequest,
  Selection,
  SessionsPage,
  SignIn,
  SignInNeeded,
  TaskPage,
  TestPage,
  TokenMade,
  TokenRequest,
  TokensPage,
  WishChange,
} from "./shapes.ts";
import { withQuery } from "../model/routes.ts";
import { unpackTests } from "../model/test_columns.ts";
import { isMore } from "./early.ts";
import { ApiError, errorOf, get, offline, reach, send } from "./http.ts";

export { takeBeginning } from "./early.ts";
export { ApiError, onUnauthorized, said } from "./http.ts";

const segment = encodeURIComponent;
const who = { requested_by: "web" };

export interface BranchQuery {
  branch: string; // "" is the primary one
  limit: number;
  before?: string;
}

// Parts that are "" are left out.
export interface TestQuery {
  branch: string; // "" is the primary one
  outcome: string; // with commas between
  before: string; // a commit's id
  after_run: string;
  runs_at: string; // one commit, or ONE..OTHER
  limit?: string; // commits
}

// Parts that are "" are the server's defaults.
export interface FlakyQuery {
  standing: string;
  order: string;
  q: string;
}

// Parts that are "" are left out.
export interface ExperimentsQuery {
  repo: string;
  test: string; // of the repository
  standing: string;
  before: string; // an experiment
}

// Parts that are "" are left out.
export interface AuditQuery {
  before: string; // an entry
  who: string;
  action: string;
}

export const experimentExportUrl = (experiment: number): string =>
  `/api/v1/experiments/${experiment}/export`;

export const api = {
  repos: (signal: AbortSignal) => get<ReposPage>("/repos", signal),
  addRepo: (body: RepoRequest) => send<RepoAdded>("POST", "/repos", body),
  changeRepo: (repo: string, body: RepoSettings) =>
    send<RevisionAccepted>("PATCH", repoPath(repo), body),
  removeRepo: (repo: string) => send<RevisionAccepted>("DELETE", repoPath(repo)),
  purgeRepo: (repo: string) => send<RevisionAccepted>("DELETE", `${repoPath(repo)}?purge=1`),
  scanRepo: (repo: string) => send<RevisionAccepted>("POST", `${repoPath(repo)}/scan`),

  branch: (repo: string, query: BranchQuery, signal: AbortSignal) =>
    get<BranchPage>(`${repoPath(repo)}/branch${branchParams(query)}`, signal),
  cancelBranch: (repo: string, branch: string) =>
    send<RevisionAccepted>("POST", `${repoPath(repo)}/branches/${segment(branch)}/cancel`, who),
  rules: (repo: string, signal: AbortSignal) =>
    get<RulesPage>(`${repoPath(repo)}/rules`, signal),
  addRule: (repo: string, body: RuleRequest) =>
    send<OrderDone>("POST", `${repoPath(repo)}/rules`, { ...body, ...who }),
  changeRule: (repo: string, rule: number, body: RuleRequest) =>
    send<OrderDone>("PUT", `${repoPath(repo)}/rules/${rule}`, { ...body, ...who }),
  removeRule: (repo: string, rule: number) =>
    send<OrderDone>("DELETE", `${repoPath(repo)}/rules/${rule}`, who),

  flaky: (repo: string, query: FlakyQuery, signal: AbortSignal) =>
    get<FlakyPage>(`${repoPath(repo)}/flaky${params({ ...query })}`, signal),
  clusters: (repo: string, signal: AbortSignal) =>
    get<ClustersPage>(`${repoPath(repo)}/clusters`, signal),
  cluster: (repo: string, key: string, signal: AbortSignal) =>
    get<ClusterPage>(`${repoPath(repo)}/clusters/${segment(key)}`, signal),
  quarantine: (repo: string, signal: AbortSignal) =>
    get<QuarantinePage>(`${repoPath(repo)}/quarantine`, signal),
  addQuarantine: (repo: string, body: QuarantineRequest) =>
    send<OrderDone>("POST", `${repoPath(repo)}/quarantine`, { ...body, ...who }),
  removeQuarantine: (repo: string, id: number) =>
    send<OrderDone>("DELETE", `${repoPath(repo)}/quarantine/${id}`, who),

  commit: async (repo: string, sha: string, signal: AbortSignal): Promise<CommitPage> => {
    const page = await get<CommitColumnsPage>(`${commitPath(repo, sha)}?tests=columns`, signal);
    return { ...page, tests: unpackTests(page.tests) };
  },
  requestRuns: (repo: string, sha: string, body: RunRequest) =>
    send<RunAccepted>("POST", `${commitPath(repo, sha)}/runs`, { ...body, ...who }),
  retryCommit: (repo: string, sha: string) =>
    send<RevisionAccepted>("POST", `${commitPath(repo, sha)}/retry`),
  cancelCommit: (repo: string, sha: string) =>
    send<RevisionAccepted>("POST", `${commitPath(repo, sha)}/cancel`, who),
  clearResults: (repo: string, sha: string, body: Selection) =>
    send<OrderDone>("POST", `${commitPath(repo, sha)}/clear`, { ...body, ...who }),
  match: (repo: string, sha: string, body: Selection, signal: AbortSignal) =>
    send<MatchPage>("POST", `${commitPath(repo, sha)}/match`, body, signal),
  compare: (repo: string, head: string, base: string, signal: AbortSignal) =>
    get<ComparePage>(`${repoPath(repo)}/compare${params({ head, base })}`, signal),

  test: (repo: string, test: string, query: TestQuery, signal: AbortSignal) =>
    get<TestPage>(`${repoPath(repo)}/tests/${segment(test)}${params({ ...query })}`, signal),
  run: (run: number, signal: AbortSignal) => get<RunPage>(`/runs/${run}`, signal),

  task: (task: number, signal: AbortSignal) => get<TaskPage>(`/tasks/${task}`, signal),
  cancelTask: (task: number) => send<RevisionAccepted>("POST", `/tasks/${task}/cancel`, who),
  artifacts: (task: number, attempt: number, signal: AbortSignal) =>
    get<ArtifactsPage>(`/tasks/${task}/attempts/${attempt}/artifacts`, signal),

  request: (request: number, signal: AbortSignal) =>
    get<RequestPage>(`/requests/${request}`, signal),
  changeRequest: (request: number, body: WishChange) =>
    send<OrderDone>("PATCH", `/requests/${request}`, { ...body, ...who }),
  cancelRequest: (request: number) =>
    send<RevisionAccepted>("POST", `/requests/${request}/cancel`, who),

  experiments: (query: ExperimentsQuery, signal: AbortSignal) =>
    get<ExperimentsPage>(`/experiments${params({ ...query })}`, signal),
  experiment: (experiment: number, signal: AbortSignal) =>
    get<ExperimentPage>(`/experiments/${experiment}`, signal),
  experimentExport: (experiment: number, signal: AbortSignal) =>
    get<ExperimentExport>(`/experiments/${experiment}/export`, signal),
  startExperiment: (body: ExperimentRequest) =>
    send<OrderDone>("POST", "/experiments", { ...body, ...who }),
  pauseExperiment: (experiment: number) =>
    send<OrderDone>("POST", `/experiments/${experiment}/pause`, who),
  stopExperiment: (experiment: number) =>
    send<OrderDone>("POST", `/experiments/${experiment}/stop`, who),
  continueExperiment: (experiment: number, body: ExperimentMore) =>
    send<OrderDone>("POST", `/experiments/${experiment}/continue`, { ...body, ...who }),

  engine: (signal: AbortSignal) => get<EnginePage>("/engine", signal),
  drain: () => send<OrderDone>("POST", "/drain", who),
  resume: () => send<OrderDone>("POST", "/resume", who),
  reload: () => send<ReloadReport>("POST", "/reload"),
  audit: (query: AuditQuery, signal: AbortSignal) =>
    get<AuditPage>(`/audit${params({ ...query })}`, signal),

  me: (signal: AbortSignal) => get<Me>("/me", signal),
  signInNeeded: (signal: AbortSignal) => get<SignInNeeded>("/login", signal),
  signIn: (by: SignIn) => send<Me>("POST", "/login", by),
  signOut: () => send<OrderDone>("POST", "/logout"),
  tokens: (signal: AbortSignal) => get<TokensPage>("/tokens", signal),
  createToken: (body: TokenRequest) => send<TokenMade>("POST", "/tokens", body),
  revokeToken: (token: number) => send<OrderDone>("DELETE", `/tokens/${token}`),
  sessions: (signal: AbortSignal) => get<SessionsPage>("/sessions", signal),
  endSession: (session: number) => send<OrderDone>("DELETE", `/sessions/${session}`),
  retention: (signal: AbortSignal) => get<RetentionPage>("/retention", signal),
  runRetention: () => send<RetentionStarted>("POST", "/retention/run"),
};

// The bytes of a log from `from` on, at most `most`, as they arrive. Returns whether there are more.
export async function readLog(
  url: string,
  from: number,
  most: number,
  signal: AbortSignal,
  onBytes: (bytes: Uint8Array) => Promise<void>,
): Promise<boolean> {
  const end = most === Number.POSITIVE_INFINITY ? "" : from + most - 1;
  const response = await reach(url, { headers: { Range: `bytes=${from}-${end}` }, signal });
  if (response.status === 416) return false; // nothing was added since
  if (!response.ok || !response.body) throw await errorOf(response);
  if (from > 0 && response.status !== 206) {
    throw new ApiError("internal", "the server sent the whole log where a part was asked for");
  }
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(offline);
    if (done) return isMore(response.headers.get("Content-Range"));
    await onBytes(value);
  }
}

const repoPath = (repo: string): string => `/repos/${segment(repo)}`;
const commitPath = (repo: string, sha: string): string =>
  `${repoPath(repo)}/commits/${segment(sha)}`;

const branchParams = ({ limit, branch, before }: BranchQuery): string =>
  params({ limit: String(limit), name: branch, before: before ?? "" });

const params = (values: Record<string, string>): string => withQuery(values, {});
