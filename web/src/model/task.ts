// Why a task is where it is, in a sentence; "" where there is nothing to say.
import type { TaskSummary } from "../api/shapes.ts";

type Why = Pick<TaskSummary, "state" | "cause" | "waits_for">;

export function whyOf({ state, cause, waits_for }: Why): string {
  if (state === "finished" || waits_for === "") return cause;
  return `waits for: ${waits_for}`;
}
