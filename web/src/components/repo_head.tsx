// What stands above a repository's pages: the way home, and the way between them.
import type { ComponentChildren } from "preact";
import {
  clustersUrl,
  compareUrl,
  flakyUrl,
  quarantineUrl,
  reposUrl,
  repoUrl,
  rulesUrl,
  settingsUrl,
} from "../model/routes.ts";
import { Name } from "./text.tsx";

export type RepoTab =
  | "branches"
  | "flaky"
  | "clusters"
  | "quarantine"
  | "compare"
  | "rules"
  | "settings";

export function RepoTabs({ repo, tab }: { repo: string; tab?: RepoTab }) {
  const tabs: [RepoTab, string, string][] = [
    ["branches", "Branches", repoUrl(repo)],
    ["flaky", "Flaky tests", flakyUrl(repo)],
    ["clusters", "Clusters", clustersUrl(repo)],
    ["quarantine", "Quarantine", quarantineUrl(repo)],
    ["compare", "Compare", compareUrl(repo)],
    ["rules", "Branch rules", rulesUrl(repo)],
    ["settings", "Settings", settingsUrl(repo)],
  ];
  return (
    <nav class="tabs" aria-label="of the repository">
      {tabs.map(([name, text, url]) => (
        <a key={name} href={url} aria-current={name === tab ? "page" : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}

export function RepoHead(props: { repo: string; tab: RepoTab; children: ComponentChildren }) {
  return (
    <header class="repo-top">
      <nav class="crumbs" aria-label="breadcrumbs">
        <a href={reposUrl()}>Repositories</a>
        <a href={repoUrl(props.repo)}>
          <Name text={props.repo} />
        </a>
        <h1>{props.children}</h1>
      </nav>
      <RepoTabs repo={props.repo} tab={props.tab} />
    </header>
  );
}
