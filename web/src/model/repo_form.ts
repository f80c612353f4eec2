// What a person types to have a repository tested, and what the server is told.
import type { RepoRequest, RepoSettings, RepoSummary } from "../api/shapes.ts";
import { count } from "./format.ts";
import { parseWhole } from "./numbers.ts";

export interface RepoDraft {
  source: string;
  name: string;
  primary_branch: string;
  fetch_period_s: string;
  config_path: string;
  branch_prefix: string;
  scan_depth: string;
}

export const emptyRepo: RepoDraft = {
  source: "",
  name: "",
  primary_branch: "",
  fetch_period_s: "",
  config_path: "",
  branch_prefix: "",
  scan_depth: "",
};

// The default of a setting is shown as an empty field.
const positive = (n: number): string => (n > 0 ? String(n) : "");

export const repoDraft = (repo: Pick<RepoSummary, keyof RepoDraft>): RepoDraft => ({
  source: repo.source,
  name: repo.name,
  primary_branch: repo.primary_branch,
  fetch_period_s: positive(repo.fetch_period_s),
  config_path: repo.config_path,
  branch_prefix: repo.branch_prefix,
  scan_depth: positive(repo.scan_depth),
});

// As the server names it where nobody says otherwise.
export const nameOf = (source: string): string =>
  (source.trim().replace(/\/+$/, "").split(/[/:]/).at(-1) ?? "").replace(/\.git$/, "");

const most = { fetch_period_s: 2_592_000, scan_depth: 1_000_000 };
type Numbered = keyof typeof most;

// What is wrong with a number; "" where nothing is.
export function numberError(draft: RepoDraft, field: Numbered): string {
  const text = draft[field].trim();
  if (text === "" || parseWhole(text, 0, most[field]) !== undefined) return "";
  return `a number from 0 to ${count(most[field])}`;
}

export const isSound = (draft: RepoDraft): boolean =>
  draft.source.trim() !== "" &&
  numberError(draft, "fetch_period_s") === "" &&
  numberError(draft, "scan_depth") === "";

export function repoRequest(draft: RepoDraft): RepoRequest {
  const said = Object.entries(repoSettings(draft)).filter(([, value]) => value !== "" && value !== 0);
  const name = draft.name.trim();
  return {
    source: draft.source.trim(),
    ...(name === "" ? {} : { name }),
    ...Object.fromEntries(said),
  };
}

export const repoSettings = (draft: RepoDraft): RepoSettings => ({
  primary_branch: draft.primary_branch.trim(),
  fetch_period_s: Number(draft.fetch_period_s),
  config_path: draft.config_path.trim(),
  branch_prefix: draft.branch_prefix.trim(),
  scan_depth: Number(draft.scan_depth),
});
