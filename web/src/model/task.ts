// Why a task is where it is, in a sentence, and when it starts; "" where there is nothing to say.
import type { TaskRun, TaskSummary } from "../api/shapes.ts";
import { startsIn } from "./format.ts";

type Why = Pick<TaskSummary, "state" | "cause" | "waits_for">;
type When = Pick<TaskSummary, "state" | "starts_at">;

export function whyOf({ state, cause, waits_for }: Why): string {
  return state === "finished" || waits_for === null ? cause : waits_for.text;
}

const fails = ({ outcome }: Pick<TaskRun, "outcome">): boolean =>
  !["passed", "skipped", "xfailed", "xpassed"].includes(outcome);

// Else in the order in which they ran.
export const failuresFirst = <T extends Pick<TaskRun, "outcome">>(runs: T[]): T[] => [
  ...runs.filter(fails),
  ...runs.filter((run) => !fails(run)),
];

export const isWaiting = ({ state }: { state: TaskSummary["state"] }): boolean =>
  state === "ready" || state === "waiting";

export function startOf(task: When, now_ms: number): string {
  if (!isWaiting(task)) return "";
  return task.starts_at === null ? "no estimate" : startsIn(task.starts_at, now_ms);
}
