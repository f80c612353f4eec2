import { api, experimentExportUrl, said } from "../api/client.ts";
import type { ExperimentPage as Data } from "../api/shapes.ts";
import { ActionButton } from "../components/action_button.tsx";
import { CopyButton, Progress } from "../components/controls.tsx";
import { DiagnosisCard } from "../components/diagnosis_card.tsx";
import { ExperimentCharts } from "../components/experiment_charts.tsx";
import { ExperimentMore } from "../components/experiment_more.tsx";
import { ExperimentArms, ExperimentFailures, Posterior } from "../components/experiment_tables.tsx";
import { Frame } from "../components/frame.tsx";
import { Pill } from "../components/mark.tsx";
import { Ago, Name, Sentence, TestName } from "../components/text.tsx";
import { experimentLook, kindTitles, percent, rateText, stillText } from "../model/experiment.ts";
import { count, duration, durationMs, plural } from "../model/format.ts";
import { printable } from "../model/printable.ts";
import { reproduceExperiment } from "../model/reproduce.ts";
import { experimentsUrl, repoUrl, testUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";

export function ExperimentPage({ experiment }: { experiment: number }) {
  const page = usePageData<Data>("", {
    load: (signal) => api.experiment(experiment, signal),
    concerns: (change) => change.experiments.includes(experiment),
  });
  return (
    <Frame page={page} title={`experiment ${experiment}`}>
      {(data) => <Experiment data={data} />}
    </Frame>
  );
}

function Experiment({ data }: { data: Data }) {
  const { experiment } = data;
  const look = experimentLook(experiment);
  useHead(`${kindTitles[experiment.kind]} ${experiment.id}: ${look.word}`, look.tone);
  return (
    <>
      <header class="run-head">
        <nav class="crumbs" aria-label="breadcrumbs">
          <a href={experimentsUrl()}>Experiments</a>
          <a href={repoUrl(experiment.repo)}>
            <Name text={experiment.repo} />
          </a>
          <a href={testUrl(experiment.repo, experiment.test)}>
            <TestName path={experiment.path} name={experiment.name} />
          </a>
        </nav>
        <h1>
          {kindTitles[experiment.kind]} {experiment.id}
        </h1>
        <div class="commit-facts">
          <Pill look={look} />
          <span>
            <Sentence text={experiment.question} />
          </span>
          <span class="dim">
            asked by <Name text={experiment.requested_by} /> <Ago at={experiment.created_at} />
          </span>
          <Orders data={data} />
        </div>
        <p class={`notice tone-${look.tone}`}>
          <Sentence text={experiment.answer} />
        </p>
        {canDoMore(experiment) && (
          <ExperimentMore
            page={data}
            onContinue={(more) => said(api.continueExperiment(experiment.id, more))}
          />
        )}
        {experiment.watched && (
          <p class="dim">It is watched: later failures of the test may reopen it.</p>
        )}
      </header>
      <Facts data={data} />
      <ExperimentCharts page={data} />
      {experiment.kind === "bisect" && data.commits.length > 0 && (
        <section class="card" aria-labelledby="posterior">
          <h2 id="posterior">Which commit did it</h2>
          <p class="dim">
            {plural(data.range, "candidate")}; it ran at {plural(data.commits_run, "commit")}. The
            likeliest come first.
          </p>
          <Posterior repo={experiment.repo} commits={data.commits} none={data.none} />
        </section>
      )}
      {data.diagnosis !== null && <DiagnosisCard diagnosis={data.diagnosis} />}
      <section class="card" aria-labelledby="arms">
        <h2 id="arms">Where it ran</h2>
        {data.arms.length === 0 ? (
          <p class="empty">Nowhere yet.</p>
        ) : (
          <ExperimentArms repo={experiment.repo} arms={data.arms} />
        )}
      </section>
      {data.failures.length > 0 && (
        <section class="card" aria-labelledby="failures">
          <h2 id="failures">Failed runs</h2>
          <ExperimentFailures repo={experiment.repo} failures={data.failures} />
        </section>
      )}
    </>
  );
}

// A verdict of a proof or a diagnosis stands; of the others, more can be asked.
const canDoMore = ({ standing, kind }: Data["experiment"]): boolean =>
  standing === "decided" ? kind === "hunt" || kind === "bisect" : standing !== "running";

function Orders({ data }: { data: Data }) {
  const { id, standing } = data.experiment;
  return (
    <span class="actions">
      {standing === "running" && (
        <ActionButton text="Pause" done="paused" act={() => said(api.pauseExperiment(id))} />
      )}
      {(standing === "paused" || standing === "stopped") && (
        <ActionButton
          text="Continue"
          done="it goes on"
          act={() => said(api.continueExperiment(id, {}))}
        />
      )}
      {(standing === "running" || standing === "paused") && (
        <ActionButton text="Stop" done="stopped" quiet act={() => said(api.stopExperiment(id))} />
      )}
      <a href={experimentExportUrl(id)} download>
        Export
      </a>
    </span>
  );
}

function Facts({ data }: { data: Data }) {
  const { experiment } = data;
  const command = reproduceExperiment(data);
  const rate = rateText(data.rate, data.rate_low, data.rate_high, experiment.runs);
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">How it stands</h2>
      {experiment.standing !== "decided" && (
        <Progress done={experiment.runs} wanted={experiment.max_runs} label="runs, of its bound" />
      )}
      <dl class="facts">
        <div>
          <dt>runs</dt>
          <dd>
            {count(experiment.runs)} of at most {count(experiment.max_runs)},{" "}
            {count(data.in_flight)} under way
            {data.more_runs !== null && `, about ${count(data.more_runs)} more`}
          </dd>
        </div>
        <div>
          <dt>failed</dt>
          <dd>
            {count(experiment.failures)}
            {experiment.kind !== "bisect" && experiment.kind !== "diagnose" && rate !== "" && `: ${rate} (95 %)`}
          </dd>
        </div>
        {(data.skipped > 0 || data.given_up > 0) && (
          <div>
            <dt>counted for nothing</dt>
            <dd>
              {count(data.skipped)} skipped, {count(data.given_up)} given up
            </dd>
          </div>
        )}
        {experiment.kind === "bisect" && (
          <div>
            <dt>rates</dt>
            <dd>
              {percent(data.rate_before)} before, {percent(data.rate_after)} after, if the likeliest
              did it
            </dd>
          </div>
        )}
        {!data.diagnosis?.reproduce_run && (
          <div>
            <dt>reproduce</dt>
            <dd>
              <code class="command">{printable(command)}</code> <CopyButton text={command} what="the command" />
            </dd>
          </div>
        )}
        <div>
          <dt>cost</dt>
          <dd>
            {durationMs(data.ran_ms)}{stillText(data)}, {count(Math.round(data.runs_per_minute))} runs a minute; the
            runs took {duration(data.test_us)}
          </dd>
        </div>
      </dl>
    </section>
  );
}
