import { useMemo, useState } from "preact/hooks";
import { api, said } from "../api/client.ts";
import type { CommitPage as Data, RunRequest, TestSummary } from "../api/shapes.ts";
import { ClearResults } from "../components/clear_results.tsx";
import { CommitHead } from "../components/commit_head.tsx";
import { FilterBox } from "../components/controls.tsx";
import { DesiredList, type WishOrders } from "../components/desired_list.tsx";
import { Frame } from "../components/frame.tsx";
import { Preparation, Warnings } from "../components/preparation.tsx";
import { RequestProgress, RunBar } from "../components/run_bar.tsx";
import { RunByFilter } from "../components/run_by_filter.tsx";
import { TaskList } from "../components/task_table.tsx";
import { TestTable } from "../components/test_table.tsx";
import { matcher } from "../model/filter.ts";
import { shortSha } from "../model/format.ts";
import { type Group, testLines } from "../model/groups.ts";
import { statusLooks } from "../model/looks.ts";
import { type Scope, scopeCounts, selectionOf } from "../model/run_request.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function CommitPage({ repo, sha }: { repo: string; sha: string }) {
  const page = usePageData<Data>("", {
    load: (signal) => api.commit(repo, sha, signal),
    concerns: (change, data) => change.refs || change.commits.includes(data.commit.id),
  });
  return (
    <Frame page={page} title={`${shortSha(sha)} · ${repo}`}>
      {(data) => <Commit data={data} />}
    </Frame>
  );
}

function Commit({ data }: { data: Data }) {
  const look = statusLooks[data.commit.status];
  useHead(`${data.commit.subject} · ${data.repo}: ${look.word}`, look.tone);
  const request = Number.parseInt(query.value.request ?? "", 10);
  return (
    <>
      <CommitHead
        page={data}
        onRetry={() => said(api.retryCommit(data.repo, data.commit.sha))}
        onCancel={() => said(api.cancelCommit(data.repo, data.commit.sha))}
      />
      <div class="commit-body">
        <div class="commit-main">
          <Tests data={data}>
            {request > 0 && <Request key={request} request={request} commit={data.commit.id} />}
          </Tests>
        </div>
        <aside class="commit-side" aria-label="how it is tested">
          <Preparation page={data} />
          <Warnings page={data} />
          <DesiredList repo={data.repo} desired={data.desired} orders={wishOrders} />
          <section class="card" aria-labelledby="tasks">
            <h2 id="tasks">Tasks</h2>
            {data.tasks.length === 0 && <p class="dim">There are none.</p>}
            <TaskList tasks={data.tasks} onCancel={(task) => said(api.cancelTask(task))} />
          </section>
        </aside>
      </div>
    </>
  );
}

const wishOrders: WishOrders = {
  change: (wish, to) => said(api.changeRequest(wish, to)),
  cancel: (wish) => said(api.cancelRequest(wish)),
};

function Request({ request, commit }: { request: number; commit: number }) {
  const page = usePageData("", {
    load: (signal) => api.request(request, signal),
    concerns: (change) => change.commits.includes(commit),
  });
  const data = page.data.value;
  return data ? (
    <RequestProgress
      page={data}
      onCancel={() => said(api.cancelRequest(request))}
      onClose={() => setQuery({ request: "" })}
    />
  ) : (
    <div class="request" role="status">
      {page.error.value?.message ?? `Request ${request}`}
    </div>
  );
}

const none: ReadonlySet<never> = new Set<never>();

function Tests({ data, children }: { data: Data; children: preact.ComponentChildren }) {
  const text = query.value.q ?? "";
  const [selected, setSelected] = useState<ReadonlySet<number>>(none);
  const [closed, setClosed] = useState<ReadonlySet<Group>>(none);
  const shown = useMemo(() => data.tests.filter(matcher(text)), [data, text]);
  const lines = useMemo(() => testLines(shown, closed), [shown, closed]);
  const counts = useMemo(() => scopeCounts(data.tests, selected), [data, selected]);

  const select = (tests: TestSummary[], chosen: boolean) => {
    const next = new Set(selected);
    for (const { test } of tests) chosen ? next.add(test) : next.delete(test);
    setSelected(next);
  };
  const { repo } = data;
  const { sha } = data.commit;
  const of = (scope: Scope) => selectionOf(scope, data.tests, selected);
  const run = (body: RunRequest) => {
    const accepted = api.requestRuns(repo, sha, body);
    return said(accepted.then(({ request }) => setQuery({ request: String(request) })));
  };

  return (
    <section aria-labelledby="tests">
      <h2 id="tests" class="unseen">
        Tests
      </h2>
      <div class="test-tools">
        <FilterBox label="filter tests" value={text} onChange={(q) => setQuery({ q })} />
        <RunBar counts={counts} onRun={(scope, times) => run({ times, ...of(scope) })}>
          <RunByFilter repo={repo} sha={sha} onRun={run} />
          <ClearResults
            counts={counts}
            onClear={(scope) => said(api.clearResults(repo, sha, of(scope)))}
          />
        </RunBar>
      </div>
      {children}
      {lines.length > 0 ? (
        <TestTable
          repo={repo}
          lines={lines}
          shown={shown}
          closed={closed}
          selected={selected}
          onSelect={select}
          onToggleGroup={(group) => setClosed(toggled(closed, group))}
        />
      ) : (
        <p class="empty">
          {data.tests.length > 0
            ? "No test matches the filter."
            : "No test is known at this commit yet; the preparation says how far it is."}
        </p>
      )}
    </section>
  );
}

function toggled<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}
