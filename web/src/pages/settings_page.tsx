// The settings of one repository, and how it goes again.
import { useLocation } from "preact-iso";
import { api, ApiError, said } from "../api/client.ts";
import type { ReposPage, RepoSummary } from "../api/shapes.ts";
import { ActionButton } from "../components/action_button.tsx";
import { AskButton } from "../components/confirm.tsx";
import { Frame } from "../components/frame.tsx";
import { RepoSettingsForm } from "../components/repo_form.tsx";
import { RepoHead } from "../components/repo_head.tsx";
import { purgeQuestion } from "../components/repo_table.tsx";
import { Name, Sentence } from "../components/text.tsx";
import { plural } from "../model/format.ts";
import { repoSettings } from "../model/repo_form.ts";
import { printableName } from "../model/printable.ts";
import { reposUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";

interface Data {
  revision: number;
  repo: RepoSummary;
}

async function load(name: string, signal: AbortSignal): Promise<Data> {
  const { revision, repos }: ReposPage = await api.repos(signal);
  const repo = repos.find((each) => each.name === name);
  if (!repo) throw new ApiError("not_found", `there is no repository ${name}`);
  return { revision, repo };
}

export function SettingsPage({ repo }: { repo: string }) {
  const page = usePageData<Data>("", {
    load: (signal) => load(repo, signal),
    concerns: (change) => change.refs,
  });
  return (
    <Frame page={page} title={`Settings · ${repo}`}>
      {(data) => <Settings repo={data.repo} />}
    </Frame>
  );
}

function Settings({ repo }: { repo: RepoSummary }) {
  useHead(`Settings · ${repo.name}`, repo.error === "" ? "none" : "error");
  const configured = repo.origin === "config";
  return (
    <>
      <RepoHead repo={repo.name} tab="settings">
        Settings
      </RepoHead>
      {repo.error !== "" && (
        <p class="notice tone-error" role="alert">
          <Sentence text={repo.error} />
        </p>
      )}
      <section class="card" aria-labelledby="how">
        <h2 id="how">How it is tested</h2>
        <p>
          It is read from <Name text={repo.source} mono />.{" "}
          <ActionButton
            text="Look at it now"
            done="it is being looked at"
            act={() => said(api.scanRepo(repo.name))}
          />
        </p>
        {configured ? (
          <Configured repo={repo} />
        ) : (
          <RepoSettingsForm
            repo={repo}
            onChange={(draft) => said(api.changeRepo(repo.name, repoSettings(draft)))}
          />
        )}
      </section>
      {!configured && <Removal repo={repo.name} />}
    </>
  );
}

function Configured({ repo }: { repo: RepoSummary }) {
  const facts: [string, string][] = [
    ["primary branch", repo.primary_branch || "what HEAD names"],
    [
      "fetch period",
      repo.fetch_period_s > 0 ? plural(repo.fetch_period_s, "second") : "the server's",
    ],
    ["config file", repo.config_path],
    ["branch prefix", repo.branch_prefix || "all branches"],
    ["scan depth", repo.scan_depth > 0 ? plural(repo.scan_depth, "commit") : "the default"],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Name text={value} />
            </dd>
          </div>
        ))}
      </dl>
      <p class="dim">
        The server's configuration or command line names this repository: change or remove it there, and have
        the server read its configuration again on the Engine page.
      </p>
    </>
  );
}

function Removal({ repo }: { repo: string }) {
  const { route } = useLocation();
  const gone = (action: Promise<unknown>) => said(action.then(() => route(reposUrl())));
  const name = printableName(repo);
  return (
    <section class="card" aria-labelledby="remove">
      <h2 id="remove">Stop testing it</h2>
      <p>Removed, it is tested no longer, and its data are kept: it can be added again.</p>
      <div class="form-end">
        <AskButton
          text="Remove the repository"
          needs="admin"
          question={{
            title: "Remove the repository?",
            text: `${name} is tested no longer, and its pages are gone. Its data are kept until they are deleted.`,
            does: "Remove it",
            danger: true,
            act: () => gone(api.removeRepo(repo)),
          }}
        />
        <AskButton
          text="Remove it and delete its data"
          needs="admin"
          question={purgeQuestion(repo, () => gone(api.purgeRepo(repo)))}
        />
      </div>
    </section>
  );
}
