import { api } from "../api/client.ts";
import type { ReposPage as Data, RepoSummary } from "../api/shapes.ts";
import { FirstUse } from "../components/first_use.tsx";
import { Frame } from "../components/frame.tsx";
import { Pill, Tally } from "../components/mark.tsx";
import { CommitLine, Name, Sentence } from "../components/text.tsx";
import { count } from "../model/format.ts";
import { statusLooks } from "../model/looks.ts";
import { branchUrl, repoUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";

export function ReposPage() {
  const page = usePageData<Data>("", {
    load: (signal) => api.repos(signal),
    concerns: () => true,
  });
  return (
    <Frame page={page} title="Repositories">
      {(data) => (data.repos.length === 0 ? <FirstUse /> : <Repos repos={data.repos} />)}
    </Frame>
  );
}

function Repos({ repos }: { repos: RepoSummary[] }) {
  const running = repos.some((repo) => repo.tasks_running > 0);
  useHead("Repositories", running ? "active" : "none");
  return (
    <>
      <h1>Repositories</h1>
      <div class="scroll-x">
        <table class="repos">
          <thead>
            <tr>
              <th scope="col">repository</th>
              <th scope="col">primary branch</th>
              <th scope="col">newest commit</th>
              <th scope="col" class="number">
                tests
              </th>
              <th scope="col" class="number">
                failing
              </th>
              <th scope="col" class="number">
                flaky
              </th>
              <th scope="col" class="number">
                runs today
              </th>
              <th scope="col" class="number">
                running
              </th>
              <th scope="col" class="number">
                waiting
              </th>
            </tr>
          </thead>
          <tbody>
            {repos.map((repo) => (
              <RepoRow key={repo.name} repo={repo} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function RepoRow({ repo }: { repo: RepoSummary }) {
  const head = repo.primary?.head;
  return (
    <tr data-row={repo.name}>
      <td>
        <a class="repo-name" href={repoUrl(repo.name)} data-row-link>
          <Name text={repo.name} />
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
          <span class="dim">none yet</span>
        )}
      </td>
      <td class="number" data-of="tests">
        {head ? count(head.tests) : ""}
      </td>
      <td class="number" data-of="failing">
        {head && <Tally n={head.failing} tone="bad" of="tests failing" />}
      </td>
      <td class="number" data-of="flaky">
        {head && <Tally n={head.flaky} tone="flaky" of="tests flaky" />}
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
