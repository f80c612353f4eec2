import { api } from "../api/client.ts";
import type { RunPage as Data, StageSummary } from "../api/shapes.ts";
import { AttemptFacts } from "../components/attempt_facts.tsx";
import { Condition } from "../components/condition.tsx";
import { CopyButton } from "../components/controls.tsx";
import { Frame } from "../components/frame.tsx";
import { Mark, Pill } from "../components/mark.tsx";
import { RunLogs } from "../components/run_logs.tsx";
import { RunStrip } from "../components/run_strip.tsx";
import { Ago, CommitLine, Name, Sentence, TestName } from "../components/text.tsx";
import { countsText } from "../model/counts.ts";
import { testId } from "../model/filter.ts";
import { duration, plural } from "../model/format.ts";
import { outcomeLooks } from "../model/looks.ts";
import { printable } from "../model/printable.ts";
import { reproduceCommand } from "../model/reproduce.ts";
import { commitTestUrl, reposUrl, repoUrl, taskUrl, testUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";

export function RunPage({ run }: { run: number }) {
  const page = usePageData<Data>("", {
    load: (signal) => api.run(run, signal),
    concerns: (change, data) => change.commits.includes(data.commit.id),
  });
  return (
    <Frame page={page} title={`run ${run}`}>
      {(data) => <Run data={data} />}
    </Frame>
  );
}

function Run({ data }: { data: Data }) {
  const { run, repo, commit, attempt } = data;
  const look = outcomeLooks[run.outcome];
  const id = testId(data);
  const command = reproduceCommand({
    repo,
    sha: commit.sha,
    test: `${data.suite}/${id}`,
    condition: data.condition,
    times: 20,
  });
  useHead(`${data.name}: ${look.word}`, look.tone);
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
          <TestName path={data.path} name={data.name} />
        </h1>
        <div class="commit-facts">
          <Pill look={look} />
          <span class="number">{duration(run.duration_us)}</span>
          <span>
            run {run.id} · <Name text={data.suite} /> · <Ago at={run.started_at} />
          </span>
          <a href={taskUrl(run.task)}>task {run.task}</a>
          <CopyButton text={id} what="the test's id" />
          <a class="button" href={testUrl(repo, data.test)}>
            Its history
          </a>
          <a class="button" href={commitTestUrl(repo, commit.sha, id)}>
            Run it again
          </a>
        </div>
      </header>
      <div class="run-body">
        <div class="run-main">
          {data.condition.length > 0 && (
            <p class="hint">
              Run under <Condition words={data.condition} />: it does not count for the commit.
            </p>
          )}
          {data.message !== "" && (
            <section class="card" aria-labelledby="message">
              <h2 id="message">Message</h2>
              <pre class="failure" tabIndex={0} role="region" aria-label="what the test said">
                <Sentence text={data.message} />
              </pre>
            </section>
          )}
          <section class="card" aria-labelledby="siblings">
            <h2 id="siblings">
              {plural(data.siblings.length, "run")} at this commit{data.condition.length > 0 && " under this condition"}{" "}
              <span class="dim">{countsText(data.counts)}</span>
            </h2>
            <RunStrip runs={data.siblings} current={run.id} />
          </section>
        </div>
        <div class="run-side">
          <section class="card" aria-labelledby="reproduce">
            <h2 id="reproduce">
              Reproduce it <CopyButton text={command} what="the command" />
            </h2>
            <code class="command">{printable(command)}</code>
          </section>
          <section class="card" aria-labelledby="conditions">
            <h2 id="conditions">Conditions</h2>
            <AttemptFacts attempt={attempt} />
          </section>
          <section class="card" aria-labelledby="stages">
            <h2 id="stages">Stages</h2>
            <Stages stages={data.stages} />
          </section>
        </div>
      </div>
      {ownLog(data) && (
        <p class="log-of dim">
          This run's own output, as {ownLog(data)}.{" "}
          <a href={taskUrl(run.task)}>The whole log of task {run.task}</a>
        </p>
      )}
      <RunLogs page={data} />
    </>
  );
}

const origins: Record<Data["log"]["kind"], string> = {
  markers: "marks in the log give it",
  report: "the report gives it",
  whole: "",
  none: "",
};
const ownLog = (data: Data): string =>
  data.log.removed_at === null ? origins[data.log.kind] : "";

function Stages({ stages }: { stages: StageSummary[] }) {
  if (stages.length === 0) return <p class="dim">The report tells of none.</p>;
  return (
    <table class="stages">
      <tbody>
        {stages.map((stage) => (
          <tr key={stage.name}>
            <th scope="row">
              <Name text={stage.name} />
            </th>
            <td>
              <Mark look={outcomeLooks[stage.outcome]} words />
            </td>
            <td class="number">{duration(stage.duration_us)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
