import { useMemo, useState } from "preact/hooks";
import { api, said } from "../api/client.ts";
import type { ArtifactsPage, TaskPage as Data, TaskRun } from "../api/shapes.ts";
import { ArtifactFiles, Artifacts } from "../components/artifacts.tsx";
import { AttemptFacts } from "../components/attempt_facts.tsx";
import { AttemptLog } from "../components/attempt_log.tsx";
import { Choice } from "../components/controls.tsx";
import { Frame } from "../components/frame.tsx";
import { Mark, Pill } from "../components/mark.tsx";
import { CancelButton } from "../components/task_table.tsx";
import { Ago, CommitLine, Elapsed, Name, Sentence, Starts, TestName } from "../components/text.tsx";
import { capital, duration, kindWords, plural } from "../model/format.ts";
import { outcomeLooks, taskLook } from "../model/looks.ts";
import { reposUrl, repoUrl, runUrl } from "../model/routes.ts";
import { failuresFirst, isWaiting, whyOf } from "../model/task.ts";
import { useGradual } from "../state/gradual.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function TaskPage({ task }: { task: number }) {
  const page = usePageData<Data>("", {
    load: (signal) => api.task(task, signal),
    concerns: (change, data) => change.engine || change.commits.includes(data.commit.id),
  });
  return (
    <Frame page={page} title={`task ${task}`}>
      {(data) => <Task data={data} />}
    </Frame>
  );
}

function Task({ data }: { data: Data }) {
  const { task, repo, commit, attempts } = data;
  const look = taskLook(task.state, task.outcome);
  useHead(`${kindWords[task.kind]} ${task.id}: ${look.word}`, look.tone);
  const wanted = Number.parseInt(query.value.attempt ?? "", 10);
  const attempt = attempts.find((a) => a.number === wanted) ?? attempts.at(-1);
  const why = whyOf(task);
  return (
    <>
      <header class="run-head">
        <nav class="crumbs" aria-label="breadcrumbs">
          <a href={reposUrl()}>Repositories</a>
          <a href={repoUrl(repo)}>
            <Name text={repo} />
          </a>
          <span>
            <CommitLine repo={repo} commit={commit} />
          </span>
        </nav>
        <h1>
          {capital(kindWords[task.kind])}
          {task.suite !== "" && (
            <>
              {" · "}
              <Name text={task.suite} />
            </>
          )}
        </h1>
        <div class="commit-facts">
          <Pill look={look} />
          <span>
            task {task.id}
            {task.tests > 0 && ` · ${plural(task.tests, "test")}`} · asked{" "}
            <Ago at={task.created_at} />
            {isWaiting(task) && (
              <>
                {" "}
                · starts: <Starts task={task} />
              </>
            )}
            {task.started_at !== null && !isWaiting(task) && (
              <>
                {" "}
                · {task.finished_at === null ? "for" : "took"}{" "}
                <Elapsed from={task.started_at} to={task.finished_at} />
              </>
            )}
          </span>
          <CancelButton task={task} loud onCancel={(id) => said(api.cancelTask(id))} />
        </div>
        {why !== "" && (
          <p class={`notice tone-${look.tone}`}>
            <Sentence text={why} />
          </p>
        )}
      </header>
      <div class="task-body">
        {attempt && (
          <section class="card" aria-labelledby="attempts">
            <h2 id="attempts">
              {attempts.length > 1 ? `${attempts.length} attempts` : "The attempt"}
            </h2>
            {attempts.length > 1 && (
              <Choice
                label="attempt"
                value={String(attempt.number)}
                options={attempts.map((a) => ({
                  value: String(a.number),
                  text: `${a.number}: ${outcomeLooks[a.outcome].word}`,
                }))}
                onChange={(number) => setQuery({ attempt: number })}
              />
            )}
            <AttemptFacts attempt={attempt} />
          </section>
        )}
        {attempt && (
          <Artifacts attempt={attempt}>
            <Files key={attempt.number} task={task.id} attempt={attempt.number} />
          </Artifacts>
        )}
        {data.runs.length > 0 && (
          <section class="card" aria-labelledby="runs">
            <h2 id="runs">{plural(data.runs.length, "run")}</h2>
            <Runs runs={data.runs} />
          </section>
        )}
      </div>
      {attempt ? (
        <AttemptLog key={`${task.id}.${attempt.number}`} task={task.id} attempt={attempt} />
      ) : (
        <p class="empty">It has not been started yet, so there is no log.</p>
      )}
    </>
  );
}

const runs_at_first = 50;
const runs_seen = 14; // of them, without scrolling in their box

function Files({ task, attempt }: { task: number; attempt: number }) {
  const page = usePageData<ArtifactsPage>("", {
    load: (signal) => api.artifacts(task, attempt, signal),
    concerns: () => false,
  });
  const error = page.error.value;
  if (error) return <p class="tone-error">{error.message}</p>;
  const files = page.data.value?.artifacts ?? [];
  return <ArtifactFiles task={task} attempt={attempt} files={files} />;
}

// A task may have run thousands of tests: those that failed are what one looks for.
function Runs({ runs }: { runs: TaskRun[] }) {
  const [all, setAll] = useState(false);
  const sorted = useMemo(() => failuresFirst(runs), [runs]);
  const most = all ? sorted.length : Math.min(runs_at_first, sorted.length);
  const shown = sorted.slice(0, useGradual(most, runs_seen));
  return (
    <div class="task-runs">
      <table>
        <tbody>
          {shown.map((run) => (
            <tr key={run.id} data-row={run.id}>
              <td>
                <Mark look={outcomeLooks[run.outcome]} words />
              </td>
              <td class="test-cell">
                <a href={runUrl(run.id)} data-row-link>
                  <TestName path={run.path} name={run.name} />
                </a>
              </td>
              <td class="number dim">{duration(run.duration_us)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {most < runs.length && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          all {plural(runs.length, "run")}
        </button>
      )}
    </div>
  );
}
