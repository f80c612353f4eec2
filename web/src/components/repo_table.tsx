// The repositories, and those that were removed.
import type { RemovedRepo, RepoSummary } from "../api/shapes.ts";
import { count } from "../model/format.ts";
import { statusLooks } from "../model/looks.ts";
import { printableName } from "../model/printable.ts";
import { branchUrl, flakyUrl, repoUrl, settingsUrl } from "../model/routes.ts";
import { ActionButton } from "./action_button.tsx";
import { AskButton } from "./confirm.tsx";
import { FlakyTrend } from "./flaky_trend.tsx";
import { Pill, Tally } from "./mark.tsx";
import { CommitLine, Name, Sentence } from "./text.tsx";

const numbers = ["tests", "failing", "flaky"];
const work = ["runs today", "running", "waiting"];

export const RepoTable = ({ repos }: { repos: RepoSummary[] }) => (
  <div class="scroll-x">
    <table class="repos">
      <thead>
        <tr>
          <th scope="col">repository</th>
          <th scope="col">primary branch</th>
          <th scope="col">newest commit</th>
          <Heads of={numbers} />
          <th scope="col">known as flaky</th>
          <Heads of={work} />
        </tr>
      </thead>
      <tbody>
        {repos.map((repo) => (
          <RepoRow key={repo.name} repo={repo} />
        ))}
      </tbody>
    </table>
  </div>
);

const Heads = ({ of }: { of: string[] }) =>
  of.map((number) => (
    <th key={number} scope="col" class="number">
      {number}
    </th>
  ));

function RepoRow({ repo }: { repo: RepoSummary }) {
  const head = repo.primary?.head;
  return (
    <tr data-row={repo.name}>
      <td>
        <a class="repo-name" href={repoUrl(repo.name)} data-row-link>
          <Name text={repo.name} />
        </a>
        <a
          class="repo-settings"
          href={settingsUrl(repo.name)}
          aria-label={`settings of ${printableName(repo.name)}`}
        >
          settings
        </a>
        <div class="dim repo-source">
          <Name text={repo.source} mono />
        </div>
        {repo.error !== "" && (
          <div class="tone-error">
            <Sentence text={repo.error} />
          </div>
        )}
      </td>
      <td>
        {repo.primary && (
          <a class="mono" href={branchUrl(repo.name, repo.primary.name)}>
            <Name text={repo.primary.name} />
          </a>
        )}
        <div class="dim repo-branches">
          {count(repo.branches)} {repo.branches === 1 ? "branch" : "branches"}
        </div>
      </td>
      <td class="repo-head">
        {head ? (
          <>
            <Pill look={statusLooks[head.status]} />
            <CommitLine repo={repo.name} commit={head} />
          </>
        ) : (
          <span class="dim">{repo.state === "cloning" ? "being read…" : "none yet"}</span>
        )}
      </td>
      <td class="number" data-of="tests">
        {head ? count(head.tests) : ""}
      </td>
      <td class="number" data-of="failing">
        {head && <Tally n={head.failing} tone="bad" of="tests failing" />}
      </td>
      <td class="number" data-of="flaky">
        {head && (
          <a href={flakyUrl(repo.name)}>
            <Tally n={head.flaky} tone="flaky" of="tests flaky" />
            <span class="unseen"> flaky tests of {printableName(repo.name)}</span>
          </a>
        )}
      </td>
      <td class="repo-trend" data-of="known as flaky">
        <FlakyTrend days={repo.flaky_days} />
      </td>
      <td class="number" data-of="runs today">
        {count(repo.runs_today)}
      </td>
      <td class="number" data-of="running">
        <Tally n={repo.tasks_running} tone="active" of="tasks running" />
      </td>
      <td class="number" data-of="waiting">
        <Tally n={repo.tasks_waiting} tone="waiting" of="tasks waiting" />
      </td>
    </tr>
  );
}

interface RemovedProps {
  repos: RemovedRepo[];
  // Each resolves to "" where the server took it, else to what is wrong.
  onAdd: (repo: RemovedRepo) => Promise<string>;
  onPurge: (repo: RemovedRepo) => Promise<string>;
}

export function RemovedRepos({ repos, onAdd, onPurge }: RemovedProps) {
  if (repos.length === 0) return null;
  return (
    <section class="card" aria-labelledby="removed">
      <h2 id="removed">Removed</h2>
      <ul class="lines">
        {repos.map((repo) => (
          <li key={repo.name}>
            <span class="line-text">
              <Name text={repo.name} />{" "}
              <span class="dim">
                <Name text={repo.source} mono />
              </span>
            </span>
            {repo.purging ? (
              <span class="dim">its data are being deleted</span>
            ) : (
              <span class="line-acts">
                <ActionButton needs="admin" text="Test it again" done="added" act={() => onAdd(repo)} />
                <AskButton
                  text="Delete its data"
                  needs="admin"
                  label={`delete the data of ${printableName(repo.name)}`}
                  question={purgeQuestion(repo.name, () => onPurge(repo))}
                />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export const purgeQuestion = (repo: string, act: () => Promise<string>) => ({
  title: "Delete all data of the repository?",
  text:
    `What TestLooper knows of ${printableName(repo)} is deleted for ever: its commits, runs, logs and artifacts. ` +
    "The git repository itself is not touched.",
  does: "Delete for ever",
  danger: true,
  typed: repo,
  act,
});
