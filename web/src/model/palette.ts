// Where the palette leads: pages, repositories, and the branches, commits and tests of the repository one is in.
import type { BranchPage, ExperimentRequest, ReposPage } from "../api/shapes.ts";
import { testId } from "./filter.ts";
import { shortSha } from "./format.ts";
import {
  auditUrl,
  branchUrl,
  clustersUrl,
  commitUrl,
  compareUrl,
  engineUrl,
  flakyUrl,
  quarantineUrl,
  experimentsUrl,
  repoUrl,
  reposUrl,
  retentionUrl,
  rulesUrl,
  settingsUrl,
  testUrl,
  tokensUrl,
} from "./routes.ts";

export type PlaceKind = "action" | "page" | "repository" | "branch" | "commit" | "test";

export interface Place {
  kind: PlaceKind;
  text: string;
  more: string; // is searched too
  url: string;
  act?: () => void; // what is done, instead of going there
}

const page = (text: string, url: string, more = ""): Place => ({ kind: "page", text, more, url });

// `repo` is the repository that one is in, or "".
export function pagePlaces(repo: string): Place[] {
  const of_repo = [
    page("Branch matrix", repoUrl(repo), repo),
    page("Flaky tests", flakyUrl(repo), repo),
    page("Clusters of failures", clustersUrl(repo), repo),
    page("Quarantine", quarantineUrl(repo), repo),
    page("Compare commits", compareUrl(repo), repo),
    page("Branch rules", rulesUrl(repo), repo),
    page("Add a branch rule", `${rulesUrl(repo)}?rule=new`, `${repo} desired testing`),
    page("Failing tests", `${repoUrl(repo)}?show=failing`, repo),
    page("Repository settings", settingsUrl(repo), repo),
  ];
  return [
    ...(repo === "" ? [] : of_repo),
    page("Repositories", reposUrl()),
    page("Add a repository", `${reposUrl()}?add=1`),
    page("Experiments", experimentsUrl(), "hunt prove bisect"),
    page("Engine", engineUrl(), "queue slots drain"),
    page("Retention", retentionUrl(), "disk"),
    page("Audit", auditUrl()),
    page("Tokens and sessions", tokensUrl(), "users roles sign out"),
  ];
}

const questions: [ExperimentRequest["kind"], string, string][] = [
  ["hunt", "Hunt this test", "experiment run until it fails"],
  ["prove", "Prove this test fixed", "experiment"],
  ["bisect", "Bisect this test", "experiment culprit commit that did it"],
  ["diagnose", "Diagnose this test", "experiment cause factors"],
];

// What can be asked about the test that one looks at.
export const testQuestions = (repo: string, test: string | number): Place[] =>
  questions.map(([kind, text, more]) => ({
    kind: "action",
    text,
    more,
    url: `${testUrl(repo, test)}?ask=${kind}`,
  }));

export const repoPlaces = (repos: ReposPage): Place[] =>
  repos.repos.map(({ name }) => ({ kind: "repository", text: name, more: "", url: repoUrl(name) }));

export function branchPlaces(repo: string, shown: BranchPage): Place[] {
  return [
    ...shown.branches.map(
      ({ name }): Place => ({ kind: "branch", text: name, more: "", url: branchUrl(repo, name) }),
    ),
    ...shown.commits.map(
      ({ sha, subject, author }): Place => ({
        kind: "commit",
        text: subject,
        more: `${shortSha(sha)} ${author}`,
        url: commitUrl(repo, sha),
      }),
    ),
    ...shown.rows.map(
      (row): Place => ({
        kind: "test",
        text: testId(row),
        more: row.suite,
        url: testUrl(repo, row.test),
      }),
    ),
  ];
}

const sha_pattern = /^[0-9a-f]{7,40}$/;

// A commit that is asked for by its id need not be among the newest.
export const shaPlaces = (repo: string, text: string): Place[] =>
  repo !== "" && sha_pattern.test(text.trim())
    ? [{ kind: "commit", text: text.trim(), more: "", url: commitUrl(repo, text.trim()) }]
    : [];

// Those with all words of the text; where the text begins a name first, then in their order.
export function findPlaces(places: Place[], text: string, most: number): Place[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const begin: Place[] = [];
  const within: Place[] = [];
  for (const place of places) {
    const name = place.text.toLowerCase();
    const hay = `${name} ${place.more.toLowerCase()} ${place.kind}`;
    if (!words.every((word) => hay.includes(word))) continue;
    (words.length > 0 && name.startsWith(words[0] as string) ? begin : within).push(place);
    if (begin.length >= most) break;
  }
  return [...begin, ...within].slice(0, most);
}
