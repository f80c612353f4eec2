// A branch rule as people type it.
import type { RuleRequest, RuleSummary } from "../api/shapes.ts";
import { countsDraft, countsOf, type CountsDraft, most_runs } from "./counts_form.ts";
import { type FilterDraft, filterDraft, filterOf } from "./filter_form.ts";
import { count } from "./format.ts";
import { parseWhole } from "./numbers.ts";

export type ScheduleOnly = RuleSummary["schedule_only"];

export interface RuleDraft {
  branches: string;
  filter: FilterDraft;
  counts: CountsDraft;
  superseded: boolean;
  schedule: string;
  schedule_runs: string;
  schedule_only: ScheduleOnly;
  idle_runs: string;
}

const oneOfEach = { runs: 1, fail_runs: 0, flake_runs: 0, new_runs: 0 };

export const ruleDraft = (rule?: RuleSummary): RuleDraft => ({
  branches: rule?.branches ?? "",
  filter: filterDraft(rule?.filter),
  counts: countsDraft(rule ?? oneOfEach),
  superseded: rule?.superseded ?? true,
  schedule: rule?.schedule ?? "",
  schedule_runs: rule && rule.schedule_runs > 0 ? String(rule.schedule_runs) : "",
  schedule_only: rule?.schedule_only ?? "all",
  idle_runs: rule && rule.idle_runs > 0 ? String(rule.idle_runs) : "",
});

export function scheduleError(draft: RuleDraft): string {
  const least = draft.schedule.trim() === "" ? 0 : 1;
  const text = draft.schedule_runs.trim() || String(least === 0 ? 0 : "");
  return parseWhole(text, least, most_runs) === undefined
    ? `a number from ${least} to ${count(most_runs)}`
    : "";
}

export const idleError = (draft: RuleDraft): string =>
  parseWhole(draft.idle_runs.trim() || "0", 0, most_runs) === undefined
    ? `a number from 0 to ${count(most_runs)}`
    : "";

// Undefined where something is not as it must be. What `rule` has beside what is typed stays.
export function ruleRequest(draft: RuleDraft, rule?: RuleSummary): RuleRequest | undefined {
  const counts = countsOf(draft.counts, 0);
  const branches = draft.branches.trim();
  if (!counts || branches === "") return undefined;
  if (scheduleError(draft) !== "" || idleError(draft) !== "") return undefined;
  const { id: _, filter_text: __, ...rest } = rule ?? ({} as RuleSummary);
  return {
    ...rest,
    branches,
    filter: filterOf(draft.filter),
    ...counts,
    superseded: draft.superseded,
    schedule: draft.schedule.trim(),
    schedule_runs: Number(draft.schedule_runs),
    schedule_only: draft.schedule_only,
    idle_runs: Number(draft.idle_runs),
  };
}

export const onlyWords: Record<ScheduleOnly, string> = {
  all: "all tests",
  failed: "failed tests",
  flaky: "known flakes",
  new: "new tests",
};

// "at 0 3 * * *: 50 runs of known flakes"; "" where there is none.
export function scheduleSentence(rule: RuleSummary): string {
  if (rule.schedule === "") return "";
  const runs = `${count(rule.schedule_runs)} more ${rule.schedule_runs === 1 ? "run" : "runs"}`;
  return `at ${rule.schedule} (UTC): ${runs} of ${onlyWords[rule.schedule_only]}`;
}
