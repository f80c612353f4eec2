import { useEffect, useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, said } from "../api/client.ts";
import type { TestPage as Data } from "../api/shapes.ts";
import { Choice, CopyButton } from "../components/controls.tsx";
import { ExperimentForm } from "../components/experiment_form.tsx";
import { FlakyLine } from "../components/flaky_line.tsx";
import { TextField } from "../components/form.tsx";
import { Frame } from "../components/frame.tsx";
import { HistoryCommits, HistoryRuns } from "../components/history_table.tsx";
import { later } from "../components/later.tsx";
import { showQuestion, TestQuestions } from "../components/test_questions.tsx";
import { Name, Sentence, TestName } from "../components/text.tsx";
import { testId } from "../model/filter.ts";
import { count, plural, shortSha } from "../model/format.ts";
import { branchUrl, commitUrl, experimentUrl, experimentsUrl, reposUrl, repoUrl, withQuery } from "../model/routes.ts";
import { asKind } from "../model/experiment.ts";
import { type ChangeLine, chosenCommits } from "../model/rate_chart.ts";
import { maxTimes, parseTimes } from "../model/run_request.ts";
import {
  historySentence,
  isOutcomes,
  namesSentence,
  outcomeQueries,
  unpackRuns,
} from "../model/test_history.ts";
import { useChangeLines, useListed } from "../state/listed.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

// The library that draws charts is fetched while the tables are read.
const HistoryChart = later(() => import("../components/history_chart.tsx").then((file) => file.HistoryChart));

export function TestPage({ repo, test }: { repo: string; test: string }) {
  const { branch = "", outcomes = "", before = "", after_run = "", at = "", range = "" } = query.value;
  const outcome = isOutcomes(outcomes) ? outcomeQueries[outcomes] : "";
  const asked = { branch, outcome, before, after_run, runs_at: at || range };
  const page = usePageData<Data>(withQuery(asked, {}), {
    load: (signal) => api.test(repo, test, asked, signal),
    concerns: (change, data) =>
      change.refs || data.commits.some((commit) => change.commits.includes(commit.id)),
  });
  return (
    <Frame page={page} title={`test ${test} · ${repo}`}>
      {(data) => <Test data={data} />}
    </Frame>
  );
}

function Test({ data }: { data: Data }) {
  const { repo, commits } = data;
  const { route } = useLocation();
  const newest = commits[0];
  const ask = asKind(query.value.ask);
  // Who was led here by what they want to ask sees where.
  useEffect(() => {
    if (ask !== undefined) showQuestion();
  }, [ask]);
  const flaky = commits.some((commit) => commit.verdict === "flaky");
  const listed = useListed(data, flaky);
  const changes = useChangeLines(listed, commits);
  useHead(
    `${data.name} · ${repo}${flaky ? ": flaky" : ""}`,
    flaky ? "flaky" : newest?.verdict === "failed" ? "bad" : "none",
  );
  return (
    <>
      <header class="run-head">
        <nav class="crumbs" aria-label="breadcrumbs">
          <a href={reposUrl()}>Repositories</a>
          <a href={repoUrl(repo)}>
            <Name text={repo} />
          </a>
          <a class="mono" href={branchUrl(repo, data.branch)}>
            <Name text={data.branch} />
          </a>
        </nav>
        <h1>
          <TestName path={data.path} name={data.name} />
        </h1>
        <div class="commit-facts">
          <span>
            test {data.test} · <Name text={data.suite} />
            {data.labels.map((label) => (
              <span key={label} class="label">
                <Name text={label} />
              </span>
            ))}
          </span>
          <CopyButton text={testId(data)} what="the test's id" />
          <span>{historySentence(commits)}</span>
          <Sentence text={namesSentence(data)} />
        </div>
        {flaky && <FlakyLine repo={repo} listed={listed} />}
        <TestQuestions repo={repo} id={`${data.suite}/${testId(data)}`} />
      </header>
      {commits.length === 0 ? (
        <p class="empty">None of the newest commits of this branch lists the test.</p>
      ) : (
        <History data={data} changes={changes} />
      )}
      <Older data={data} />
      <details class="card" id="ask" open={ask !== undefined}>
        <summary>Hunt it, prove it fixed, diagnose it, or find the commit that did it</summary>
        <ExperimentForm
          key={ask}
          kind={ask}
          repo={repo}
          test={data.test}
          sha={newest?.sha ?? ""}
          onStart={(request) =>
            said(
              api.startExperiment(request).then((done) => route(experimentUrl(done.id))),
            )
          }
        />
        <p>
          <a href={`${experimentsUrl()}${withQuery({ repo, test: String(data.test) }, {})}`}>
            Experiments with this test
          </a>
        </p>
      </details>
    </>
  );
}

const outcomeChoices = [
  { value: "", text: "All" },
  { value: "failures", text: "Failures" },
  { value: "passed", text: "Passed" },
  { value: "other", text: "Skipped, machine's fault" },
] as const;

function History({ data, changes }: { data: Data; changes: ChangeLine[] }) {
  const { repo, commits } = data;
  const { outcomes = "", at = "", range = "" } = query.value;
  const runs = useMemo(() => unpackRuns(data.runs), [data.runs]);
  const chosen = chosenCommits(commits, at, range);
  const [newest, oldest] = chosen ?? [0, commits.length - 1];
  const shown = runs.filter((run) => run.commit >= newest && run.commit <= oldest);
  const choose = (sha: string) => setQuery({ at: sha, range: "", after_run: "" });
  return (
    <>
      <section class="card" aria-labelledby="rate">
        <h2 id="rate">Rate of failures</h2>
        <div class="rate-place">
          <HistoryChart
            commits={commits}
            changes={changes}
            chosen={chosen}
            onChoose={(next) => {
              const same = next.at === at && next.range === range;
              setQuery({ ...(same ? { at: "", range: "" } : next), after_run: "" });
            }}
          />
        </div>
      </section>
      <div class="history-body">
        <Commits data={data} chosen={at} onChoose={choose} />
        <section class="card" aria-labelledby="runs">
          <h2 id="runs">
            {plural(shown.length, "run")}
            {chosen && (
              <>
                {" at "}
                {newest === oldest ? (
                  <span class="mono">{shortSha(commits[newest]?.sha ?? "")}</span>
                ) : (
                  plural(oldest - newest + 1, "commit")
                )}{" "}
                <button type="button" class="quiet" onClick={() => choose("")}>
                  at all commits
                </button>
              </>
            )}
          </h2>
          <Choice
            label="runs that ended"
            value={isOutcomes(outcomes) ? outcomes : ""}
            options={[...outcomeChoices]}
            onChange={(value) => setQuery({ outcomes: value, after_run: "" })}
          />
          <HistoryRuns key={`${at} ${range} ${outcomes}`} repo={repo} commits={commits} runs={shown} />
          {data.more_runs && (
            <button
              type="button"
              onClick={() => setQuery({ after_run: String(runs.at(-1)?.id ?? "") })}
            >
              Older runs
            </button>
          )}
        </section>
      </div>
    </>
  );
}

function Commits(props: { data: Data; chosen: string; onChoose: (sha: string) => void }) {
  const { data, chosen, onChoose } = props;
  const [text, setText] = useState("10");
  const [asked, setAsked] = useState<{ wrong: string; sha: string; request: number }>();
  const times = parseTimes(text);
  const run = async (sha: string) => {
    if (times === undefined) return;
    const commit = data.commits.find((each) => each.sha === sha);
    const called = data.names[commit?.named ?? 0] ?? data;
    const filter = { tests: [`${data.suite}/${testId(called)}`] };
    let request = 0;
    const wrong = await said(
      api.requestRuns(data.repo, sha, { times, filter }).then((answer) => {
        request = answer.request;
      }),
    );
    setAsked({ wrong, sha, request });
  };
  return (
    <section class="card" aria-labelledby="commits">
      <h2 id="commits">{plural(data.commits.length, "commit")}</h2>
      <TextField
        label="how many more times"
        numeric
        value={text}
        error={times === undefined ? `a number from 1 to ${count(maxTimes)}` : ""}
        onInput={setText}
      />
      <p role="status">
        {asked && asked.wrong === "" && (
          <a
            href={`${commitUrl(data.repo, asked.sha)}${withQuery({ request: String(asked.request) }, {})}`}
          >
            request {asked.request} at {shortSha(asked.sha)}
          </a>
        )}
        {asked && asked.wrong !== "" && (
          <span class="field-error">
            <Sentence text={asked.wrong} />
          </span>
        )}
      </p>
      <HistoryCommits
        repo={data.repo}
        commits={data.commits}
        chosen={chosen}
        times={times}
        onChoose={onChoose}
        onRun={(sha) => void run(sha)}
      />
    </section>
  );
}

function Older({ data }: { data: Data }) {
  const { before = "", after_run = "" } = query.value;
  const newest = before !== "" || after_run !== "";
  if (!data.more_commits && !newest) return null;
  return (
    <p class="form-end">
      {newest && (
        <button type="button" onClick={() => setQuery({ before: "", after_run: "", at: "", range: "" })}>
          Newest
        </button>
      )}
      {data.more_commits && (
        <button
          type="button"
          onClick={() => setQuery({ before: data.last_sha, after_run: "", at: "" })}
        >
          Older commits
        </button>
      )}
    </p>
  );
}
