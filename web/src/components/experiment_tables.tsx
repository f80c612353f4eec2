// What an experiment ran, and what it found of the commits.
import { useMemo } from "preact/hooks";
import type {
  ExperimentArmSummary,
  ExperimentCommit,
  ExperimentFailure,
} from "../api/shapes.ts";
import { percent, rateText } from "../model/experiment.ts";
import { count, duration } from "../model/format.ts";
import { outcomeLooks } from "../model/looks.ts";
import { runUrl } from "../model/routes.ts";
import { Mark } from "./mark.tsx";
import { Ago, CommitLink, Name, Sentence } from "./text.tsx";

export function ExperimentArms({ repo, arms }: { repo: string; arms: ExperimentArmSummary[] }) {
  return (
    <div class="scroll-x">
      <table class="plain stacked">
        <thead>
          <tr>
            <th scope="col">commit</th>
            <th scope="col" class="number">
              failed
            </th>
            <th scope="col">rate</th>
            <th scope="col" class="number">
              under way
            </th>
          </tr>
        </thead>
        <tbody>
          {arms.map((arm) => (
            <tr key={arm.desired} data-row={arm.desired}>
              <td>
                <CommitLink repo={repo} sha={arm.sha} /> <Name text={arm.subject} />
                {arm.arm !== "" && (
                  <span class="label">
                    <Name text={arm.arm} />
                  </span>
                )}
                {arm.obstacle !== "" && (
                  <p class="tone-error">
                    <Sentence text={arm.obstacle} />
                  </p>
                )}
              </td>
              <td class="number">
                {count(arm.failures)} of {count(arm.runs)}
              </td>
              <td>
                {rateText(
                  arm.failures / Math.max(1, arm.runs),
                  arm.rate_low,
                  arm.rate_high,
                  arm.runs,
                )}
              </td>
              <td class="number">{count(arm.in_flight)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const stateWords: Record<ExperimentCommit["state"], string> = {
  candidate: "",
  good: "believed to be good",
  skipped: "cannot be run",
  lacks: "does not have the test",
};

// The range may begin at the culprit: one that may have done it is no longer called good.
const remarkOf = ({ state, probability }: ExperimentCommit): string =>
  state === "good" && probability > 0 ? "" : stateWords[state];

const Probability = ({ value }: { value: number }) => (
  <span class="probability">
    <meter min={0} max={1} value={value} aria-label="probability" />
    <span>{percent(value)}</span>
  </span>
);

export function Posterior(props: { repo: string; commits: ExperimentCommit[]; none: number }) {
  const { repo, commits, none } = props;
  const likeliest = useMemo(() => [...commits].sort((a, b) => b.probability - a.probability), [commits]);
  return (
    <div class="scroll-x">
      <table class="plain stacked">
        <thead>
          <tr>
            <th scope="col" class="number">
              did it
            </th>
            <th scope="col">commit</th>
            <th scope="col" class="number">
              failed, of all stored runs
            </th>
            <th scope="col">
              <span class="unseen">remarks</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {likeliest.map((commit) => (
            <tr key={commit.sha} data-row={commit.sha}>
              <td class="number">
                <Probability value={commit.probability} />
              </td>
              <td>
                <CommitLink repo={repo} sha={commit.sha} /> <Name text={commit.subject} />
              </td>
              <td class="number">
                {commit.runs > 0 && `${count(commit.failures)} of ${count(commit.runs)}`}
              </td>
              <td class="dim">{remarkOf(commit)}</td>
            </tr>
          ))}
          <tr>
            <td class="number">
              <Probability value={none} />
            </td>
            <td class="dim">none of the range</td>
            <td />
            <td />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

export function ExperimentFailures(props: { repo: string; failures: ExperimentFailure[] }) {
  return (
    <div class="task-runs">
      <table>
        <tbody>
          {props.failures.map((run) => (
            <tr key={run.id} data-row={run.id}>
              <td>
                <a href={runUrl(run.id)} data-row-link>
                  <Mark look={outcomeLooks[run.outcome]} words />
                </a>
              </td>
              <td>
                <CommitLink repo={props.repo} sha={run.sha} />
              </td>
              <td class="dim">
                <Ago at={run.started_at} />
              </td>
              <td class="number dim">{duration(run.duration_us)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
