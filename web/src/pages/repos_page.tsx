import { useState } from "preact/hooks";
import { api, said } from "../api/client.ts";
import type { RepoAdded, ReposPage as Data, RepoRequest } from "../api/shapes.ts";
import { FirstUse } from "../components/first_use.tsx";
import { Frame } from "../components/frame.tsx";
import { Added } from "../components/repo_added.tsx";
import { AddRepoForm } from "../components/repo_form.tsx";
import { RemovedRepos, RepoTable } from "../components/repo_table.tsx";
import { repoDraft, repoRequest } from "../model/repo_form.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function ReposPage() {
  const [added, setAdded] = useState<RepoAdded>();
  const page = usePageData<Data>("", {
    load: (signal) => api.repos(signal),
    concerns: () => true,
  });
  const add = (body: RepoRequest) =>
    said(
      api.addRepo(body).then((answer) => {
        setAdded(answer);
        setQuery({ add: "" });
      }),
    );
  return (
    <Frame page={page} title="Repositories">
      {(data) => (
        <>
          {added && <Added added={added} onClose={() => setAdded(undefined)} />}
          {data.repos.length === 0 ? (
            <FirstUse>
              <AddRepoForm onAdd={(draft) => add(repoRequest(draft))} />
            </FirstUse>
          ) : (
            <Repos data={data} onAdd={add} />
          )}
          <RemovedRepos
            repos={data.removed}
            onAdd={(repo) => add(repoRequest(repoDraft(repo)))}
            onPurge={({ name }) => said(api.purgeRepo(name))}
          />
        </>
      )}
    </Frame>
  );
}

function Repos(props: { data: Data; onAdd: (body: RepoRequest) => Promise<string> }) {
  const { repos } = props.data;
  const running = repos.some((repo) => repo.tasks_running > 0);
  const adding = query.value.add !== undefined;
  useHead("Repositories", running ? "active" : "none");
  return (
    <>
      <div class="page-title">
        <h1>Repositories</h1>
        {!adding && (
          <button type="button" onClick={() => setQuery({ add: "1" })}>
            Add a repository
          </button>
        )}
      </div>
      {adding && (
        <section class="card" aria-labelledby="add">
          <h2 id="add">Add a repository</h2>
          <AddRepoForm
            onAdd={(draft) => props.onAdd(repoRequest(draft))}
            onCancel={() => setQuery({ add: "" })}
          />
        </section>
      )}
      <RepoTable repos={repos} />
    </>
  );
}
