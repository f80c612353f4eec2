// How each state and outcome is shown: a glyph, a tone (its colour) and a word, so that nothing is
// told by colour alone. The records are exhaustive: a new outcome does not compile until it has a look.
import type { OutcomeOrNone, Status, StepState, TaskState, Verdict } from "../api/shapes.ts";

export type Tone =
  | "good"
  | "bad"
  | "flaky"
  | "error"
  | "active"
  | "waiting"
  | "muted"
  | "machine"
  | "none";

export interface Look {
  tone: Tone;
  glyph: string;
  word: string;
}

const look = (tone: Tone, glyph: string, word: string): Look => ({ tone, glyph, word });

export const statusLooks: Record<Status, Look> = {
  untested: look("none", "○", "untested"),
  waiting: look("waiting", "◔", "waiting"),
  running: look("active", "◑", "running"),
  passed: look("good", "✓", "passed"),
  failed: look("bad", "✕", "failed"),
  error: look("error", "!", "error"),
};

export const outcomeLooks: Record<OutcomeOrNone, Look> = {
  "": look("active", "◑", "under way"),
  passed: look("good", "✓", "passed"),
  failed: look("bad", "✕", "failed"),
  error: look("error", "!", "error"),
  skipped: look("muted", "–", "skipped"),
  xfailed: look("good", "x", "expected failure"),
  xpassed: look("good", "X", "unexpected pass"),
  timed_out: look("bad", "T", "timed out"),
  crashed: look("bad", "†", "crashed"),
  infra: look("machine", "⚙", "machine's fault"),
  cancelled: look("muted", "⊘", "cancelled"),
};

export const verdictLooks: Record<Verdict, Look> = {
  passed: look("good", "✓", "passed"),
  failed: look("bad", "✕", "failed"),
  flaky: look("flaky", "~", "flaky"),
  skipped: look("muted", "–", "skipped"),
  none: look("none", "○", "not run"),
};

export const stepLooks: Record<StepState, Look> = {
  waiting: look("waiting", "◔", "waiting"),
  running: look("active", "◑", "running"),
  ok: look("good", "✓", "done"),
  failed: look("error", "!", "failed"),
  unneeded: look("none", "○", "not needed"),
};

const stateLooks: Record<Exclude<TaskState, "finished">, Look> = {
  waiting: look("waiting", "◔", "waiting"),
  ready: look("waiting", "◔", "ready"),
  starting: look("active", "◑", "starting"),
  running: look("active", "◑", "running"),
};

// A task is shown by where it is, and once it is finished by how it ended.
export function taskLook(state: TaskState, outcome: OutcomeOrNone): Look {
  return state === "finished" ? outcomeLooks[outcome] : stateLooks[state];
}
