// A test at each commit that lists it, and its runs there.
import { useState } from "preact/hooks";
import type { TestCommit } from "../api/shapes.ts";
import { count, duration, plural } from "../model/format.ts";
import { outcomeLooks, verdictLooks } from "../model/looks.ts";
import { runUrl } from "../model/routes.ts";
import { type HistoryRun, percent, rateText, trials } from "../model/test_history.ts";
import { useGradual } from "../state/gradual.ts";
import { Mark } from "./mark.tsx";
import { Ago, CommitLink, Name } from "./text.tsx";

const step = 200; // lines that are added at a time
const on_a_screen = 30;

interface CommitProps {
  repo: string;
  commits: TestCommit[];
  chosen: string;
  times: number | undefined; // undefined: what was typed is no number
  onChoose: (sha: string) => void;
  onRun: (sha: string) => void;
}

export function HistoryCommits(props: CommitProps) {
  const [shown, setShown] = useState(step);
  const drawn = useGradual(Math.min(shown, props.commits.length), on_a_screen);
  return (
    <>
      <div class="history-box">
        <table class="plain stacked history">
          <thead>
            <tr>
              <th scope="col">commit</th>
              <th scope="col" class="number">
                rate
              </th>
              <th scope="col" class="number">
                95 % interval
              </th>
              <th scope="col" class="number">
                failed
              </th>
              <th scope="col" class="number">
                mean
              </th>
              <th scope="col">
                <span class="unseen">runs of it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {props.commits.slice(0, drawn).map((commit) => (
              <CommitRow key={commit.sha} {...props} commit={commit} />
            ))}
          </tbody>
        </table>
      </div>
      <More left={props.commits.length - shown} onMore={() => setShown(shown + step)} />
    </>
  );
}

function CommitRow(props: CommitProps & { commit: TestCommit }) {
  const { repo, commit, chosen, times, onChoose, onRun } = props;
  const n = trials(commit);
  const id = commit.sha.slice(0, 8);
  return (
    <tr data-row={commit.sha} class={commit.sha === chosen ? "chosen" : undefined}>
      <td class="history-commit">
        <Mark look={verdictLooks[commit.verdict]} /> <CommitLink repo={repo} sha={commit.sha} />{" "}
        <Name text={commit.subject} />
      </td>
      <td class="number">{rateText(commit)}</td>
      <td class="number dim">
        {n > 0 && `${percent(commit.rate_low)} – ${percent(commit.rate_high)}`}
      </td>
      <td class="number">{n > 0 && `${count(commit.failures)} of ${count(n)}`}</td>
      <td class="number dim">{commit.mean_us > 0 && duration(commit.mean_us)}</td>
      <td class="number">
        <button
          type="button"
          class="quiet"
          aria-pressed={commit.sha === chosen}
          aria-label={`only runs at ${id}`}
          data-row-link
          disabled={commit.runs === 0}
          onClick={() => onChoose(commit.sha === chosen ? "" : commit.sha)}
        >
          runs
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={times === undefined ? `run at ${id}` : `run ${count(times)} more at ${id}`}
          disabled={times === undefined}
          onClick={() => onRun(commit.sha)}
        >
          run {times === undefined ? "" : `${count(times)} more`}
        </button>
      </td>
    </tr>
  );
}

export function HistoryRuns(props: { repo: string; commits: TestCommit[]; runs: HistoryRun[] }) {
  const { repo, commits, runs } = props;
  const [shown, setShown] = useState(step);
  const drawn = useGradual(Math.min(shown, runs.length), on_a_screen);
  if (runs.length === 0) return <p class="dim">There are none.</p>;
  return (
    <>
      <div class="history-box">
        <table class="plain history-runs">
          <tbody>
            {runs.slice(0, drawn).map((run) => (
              <tr key={run.id} data-row={run.id}>
                <td>
                  <Mark look={outcomeLooks[run.outcome]} words />
                </td>
                <td>
                  <a href={runUrl(run.id)} data-row-link>
                    run {run.id}
                  </a>
                </td>
                <td>
                  <CommitLink repo={repo} sha={commits[run.commit]?.sha ?? ""} />
                </td>
                <td class="number dim">{duration(run.duration_us)}</td>
                <td class="number dim">
                  <Ago at={run.started_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More left={runs.length - shown} onMore={() => setShown(shown + step)} />
    </>
  );
}

const More = ({ left, onMore }: { left: number; onMore: () => void }) =>
  left > 0 ? (
    <button type="button" onClick={onMore}>
      Show {plural(Math.min(left, step), "more", "more")} of {count(left)}
    </button>
  ) : null;
