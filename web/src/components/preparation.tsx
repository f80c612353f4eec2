// How a commit got ready to be tested: its config, plan, images, set-ups, builds and lists of tests,
// each with its state and the log behind it.
import type { BuildSummary, CommitPage, EnvironmentSummary, StepSummary } from "../api/shapes.ts";
import { bytes, plural, shortSha } from "../model/format.ts";
import { stepLooks } from "../model/looks.ts";
import { commitUrl, taskUrl } from "../model/routes.ts";
import { Mark } from "./mark.tsx";
import { Name, Sentence } from "./text.tsx";

export function Preparation({ page }: { page: CommitPage }) {
  return (
    <section class="card" aria-labelledby="preparation">
      <h2 id="preparation">Preparation</h2>
      <ul class="steps">
        <Step step={page.config} title="Config" link="task">
          {page.image !== "" && <Name text={page.image} mono />}
        </Step>
        <Step step={page.plan} title="Test plan">
          {page.command !== "" && <Name text={page.command} mono />}
        </Step>
        {page.environments.map((environment) => (
          <Environment key={environment.name} environment={environment} />
        ))}
        {page.builds.map((build) => (
          <Build key={build.name} build={build} repo={page.repo} />
        ))}
        {page.suites.map((suite) => (
          <Step key={suite.name} step={suite.step} title="Suite" name={suite.name}>
            {plural(suite.tests, "test")} · <Name text={suite.kind} /> in{" "}
            <Name text={suite.environment} />
            {suite.timeout_s !== null && ` · at most ${suite.timeout_s} s`}
          </Step>
        ))}
      </ul>
    </section>
  );
}

function Environment({ environment }: { environment: EnvironmentSummary }) {
  const { name, set_up } = environment;
  return (
    <>
      <Step step={environment.step} title="Environment" name={name} error={environment.unsupported}>
        <Name text={environment.image} mono />
      </Step>
      {set_up !== null && (
        <Step step={set_up} title="Set-up of" name={name}>
          its custom-setup, as a layer
        </Step>
      )}
    </>
  );
}

function Build({ build, repo }: { build: BuildSummary; repo: string }) {
  return (
    <Step step={build.step} title="Build" name={build.name}>
      in <Name text={build.environment} />
      {build.step.state === "ok" && ` · ${bytes(build.bytes)}`}
      {build.reused_from !== "" && (
        <>
          {" · from "}
          <a href={commitUrl(repo, build.reused_from)}>{shortSha(build.reused_from)}</a>
        </>
      )}
    </Step>
  );
}

function Step(props: {
  step: StepSummary;
  title: string;
  name?: string;
  error?: string;
  link?: string; // to its task
  children: preact.ComponentChildren;
}) {
  const { step, title, name } = props;
  const error = props.error || step.error;
  const look = props.error ? { ...stepLooks.failed, word: "unsupported" } : stepLooks[step.state];
  return (
    <li>
      <Mark look={look} />
      <div class="step-text">
        <span class="step-title">
          {title} {name !== undefined && <Name text={name} />}
        </span>
        <span class="step-detail dim">{props.children}</span>
        {error !== "" && (
          <span class="step-error tone-error">
            <Sentence text={error} />
          </span>
        )}
      </div>
      {step.task !== null && <a href={taskUrl(step.task)}>{props.link ?? "log"}</a>}
    </li>
  );
}

export function Warnings({ page }: { page: CommitPage }) {
  if (page.warnings.length === 0) return null;
  return (
    <section class="card" aria-labelledby="warnings">
      <h2 id="warnings">Warnings</h2>
      <ul class="warnings">
        {page.warnings.map((warning) => (
          <li key={`${warning.where} ${warning.message}`}>
            <Name text={warning.where} mono /> <Sentence text={warning.message} />
          </li>
        ))}
      </ul>
    </section>
  );
}
