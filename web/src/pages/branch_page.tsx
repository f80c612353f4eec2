import { useMemo } from "preact/hooks";
import { api, said } from "../api/client.ts";
import type { BranchPage as Data } from "../api/shapes.ts";
import { BranchSwitcher } from "../components/branch_switcher.tsx";
import { AskButton } from "../components/confirm.tsx";
import { Frame } from "../components/frame.tsx";
import { Pill } from "../components/mark.tsx";
import { Matrix } from "../components/matrix.tsx";
import { MatrixFilters, shownLines } from "../components/matrix_filters.tsx";
import { RepoTabs } from "../components/repo_head.tsx";
import { CommitLine, Name, Sentence } from "../components/text.tsx";
import { commitIds, isShow, joinPages } from "../model/cells.ts";
import { isGrouping } from "../model/matrix_lines.ts";
import { statusLooks } from "../model/looks.ts";
import { printableName } from "../model/printable.ts";
import { branchQuestion } from "../model/questions.ts";
import { reposUrl, repoUrl } from "../model/routes.ts";
import { type MatrixView, primaryOf, useMatrixMore } from "../state/matrix_more.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

const step = 30; // commits that are added at a time
const most_in_a_call = 200;

// As many commits as are wanted, in as few calls as the API allows.
async function load(
  repo: string,
  branch: string,
  wanted: number,
  signal: AbortSignal,
): Promise<Data> {
  let page = await api.branch(repo, { branch, limit: Math.min(wanted, most_in_a_call) }, signal);
  while (page.more_commits && page.commits.length < wanted) {
    const before = page.commits.at(-1)?.sha;
    if (!before) break;
    const limit = Math.min(wanted - page.commits.length, most_in_a_call);
    page = joinPages(page, await api.branch(repo, { branch, limit, before }, signal));
  }
  return page;
}

export function BranchPage({ repo, branch }: { repo: string; branch: string }) {
  const wanted = Math.max(step, Number.parseInt(query.value.commits ?? "", 10) || 0);
  const page = usePageData<Data>(String(wanted), {
    load: (signal) => load(repo, branch, wanted, signal),
    concerns: (change, data) => {
      const ids = commitIds(data.commits);
      return change.refs || change.commits.some((id) => ids.has(id));
    },
  });
  return (
    <Frame page={page} title={branch === "" ? repo : `${branch} · ${repo}`}>
      {(data) => <Branch data={data} wanted={wanted} />}
    </Frame>
  );
}

function Branch({ data, wanted }: { data: Data; wanted: number }) {
  const { q = "", show, label = "", group, changed } = query.value;
  const view: MatrixView = {
    text: q,
    show: isShow(show) ? show : "all",
    label,
    group: isGrouping(group) ? group : "file",
    changed: changed === "1" && primaryOf(data) !== "",
  };
  const more = useMatrixMore(data, view);
  const head = data.commits[0];
  const look = statusLooks[head?.status ?? "untested"];
  useHead(`${data.branch} · ${data.repo}: ${look.word}`, look.tone);
  const lines = useMemo(
    () => shownLines(data, view, more),
    [data, JSON.stringify(view), more.labels.data, more.changed.data, more.clusters.data],
  );
  return (
    <div class="branch-page">
      <header class="repo-top">
        <nav class="crumbs" aria-label="breadcrumbs">
          <a href={reposUrl()}>Repositories</a>
          <h1>
            <a href={repoUrl(data.repo)}>
              <Name text={data.repo} />
            </a>
          </h1>
          <BranchSwitcher repo={data.repo} branch={data.branch} branches={data.branches} />
        </nav>
        <RepoTabs repo={data.repo} tab="branches" />
      </header>
      {head && (
        <div class="branch-head">
          <Pill look={look} />
          <CommitLine repo={data.repo} commit={head} />
          <AskButton
            text="Cancel"
            label="cancel the testing of this branch"
            question={branchQuestion(printableName(data.branch), () =>
              said(api.cancelBranch(data.repo, data.branch)),
            )}
          />
          {head.error !== "" && (
            <span class="tone-error error-line">
              <Sentence text={head.error} />
            </span>
          )}
        </div>
      )}
      <MatrixFilters data={data} view={view} more={more} />
      {data.commits.length === 0 ? (
        <p class="empty">This branch has no commits yet.</p>
      ) : (
        <>
          <Matrix
            page={data}
            lines={lines}
            loadingOlder={data.more_commits && data.commits.length < wanted}
            onOlder={() => setQuery({ commits: String(data.commits.length + step) })}
          />
          <NoRows data={data} lines={lines.length} />
        </>
      )}
    </div>
  );
}

function NoRows({ data, lines }: { data: Data; lines: number }) {
  if (lines > 0) return null;
  if (data.rows.length > 0) {
    return (
      <p class="empty">
        No test matches.{" "}
        <button type="button" onClick={() => setQuery({ q: "", show: "", label: "", changed: "" })}>
          Show all
        </button>
      </p>
    );
  }
  return (
    <p class="empty">No test is known on this branch yet; a commit's page says how far it is.</p>
  );
}
