// Words and numbers of experiments.
import type {
  ExperimentMore,
  ExperimentPage,
  ExperimentRequest,
  ExperimentSummary,
} from "../api/shapes.ts";
import { typedWords } from "./condition.ts";
import { causeWord } from "./diagnosis.ts";
import { durationMs } from "./format.ts";
import type { Look } from "./looks.ts";

const standingLooks: Record<ExperimentSummary["standing"], Look> = {
  running: { tone: "active", glyph: "◑", word: "running" },
  paused: { tone: "waiting", glyph: "‖", word: "paused" },
  stopped: { tone: "muted", glyph: "■", word: "stopped" },
  decided: { tone: "good", glyph: "✓", word: "decided" },
};

const verdictLooks: Record<string, Look> = {
  flaky: { tone: "flaky", glyph: "~", word: "flaky" },
  never_failed: { tone: "good", glyph: "✓", word: "never failed" },
  always_failed: { tone: "bad", glyph: "✕", word: "always failed" },
  fixed: { tone: "good", glyph: "✓", word: "fixed" },
  still_flaky: { tone: "bad", glyph: "✕", word: "still flaky" },
  reopened: { tone: "bad", glyph: "↺", word: "came back" },
  culprit: { tone: "good", glyph: "✓", word: "culprit found" },
  unverified: { tone: "waiting", glyph: "?", word: "not confirmed" },
  never_fails: { tone: "muted", glyph: "–", word: "never fails here" },
  starts_before: { tone: "muted", glyph: "–", word: "began before" },
  stuck: { tone: "error", glyph: "!", word: "nothing more to run" },
  random: { tone: "flaky", glyph: "~", word: "chance" },
  undecided: { tone: "waiting", glyph: "?", word: "not decided" },
  cannot_run: { tone: "error", glyph: "!", word: "cannot be run" },
};

// By its verdict once that is said, else by where it stands.
export function experimentLook({ kind, verdict, standing }: ExperimentSummary): Look {
  const look = verdictLooks[verdict];
  if (look !== undefined) return look;
  if (kind === "diagnose" && verdict !== "") {
    return { tone: "good", glyph: "✓", word: causeWord(verdict) };
  }
  return standingLooks[standing];
}

export const kindTitles: Record<ExperimentSummary["kind"], string> = {
  hunt: "Hunt",
  prove: "Proof",
  bisect: "Bisection",
  diagnose: "Diagnosis",
};

// What the word names; undefined where it is none.
export const asKind = (word = ""): ExperimentRequest["kind"] | undefined =>
  Object.hasOwn(kindTitles, word) ? (word as ExperimentRequest["kind"]) : undefined;

// "5.3 %", "0.12 %", "21 %"
export function percent(share: number): string {
  const hundred = 100 * share;
  if (hundred > 0 && hundred < 0.01) return "< 0.01 %";
  if (hundred >= 9.95) return `${hundred.toFixed(0)} %`;
  return `${Number(hundred.toPrecision(2))} %`;
}

// "5.3 %, between 1.1 % and 15 %"; "" where nothing was measured.
export const rateText = (rate: number, low: number, high: number, runs: number): string =>
  runs === 0 ? "" : `${percent(rate)}, between ${percent(low)} and ${percent(high)}`;

// ", about 12 min more" where it goes on and its pace is known.
export function stillText({ more_runs, runs_per_minute, experiment }: ExperimentPage): string {
  if (experiment.standing !== "running" || !more_runs || runs_per_minute <= 0) return "";
  return `, about ${durationMs((60_000 * more_runs) / runs_per_minute)} more`;
}

export interface ExperimentForm {
  kind: ExperimentRequest["kind"];
  commit: string;
  until_failures: string;
  runs: string;
  against: string;
  risk: string;
  good: string;
  bad: string;
  condition: string;
  confidence: string;
  effort: string;
}

export const emptyForm = (commit: string): ExperimentForm => ({
  kind: "hunt",
  commit,
  until_failures: "10",
  runs: "",
  against: "",
  risk: "0.05",
  good: "",
  bad: commit,
  condition: "",
  confidence: "",
  effort: "",
});

const number = (text: string): number | undefined =>
  text.trim() === "" ? undefined : Number(text);

// What is wrong with what was typed; "" where nothing is. The server checks the rest.
export function wrongNumber(text: string): string {
  const value = number(text);
  if (value === undefined) return "";
  return Number.isInteger(value) && value >= 1 && value <= 1_000_000
    ? ""
    : "a number from 1 to 1,000,000";
}

export function wrongRisk(text: string): string {
  const value = number(text);
  return value !== undefined && value > 0 && value < 1 ? "" : "a number between 0 and 1";
}

export interface MoreForm {
  runs: string;
  until_failures: string;
  confidence: string;
}

// Totals; what is empty stays as it was asked for.
export function moreOf(form: MoreForm, yes: boolean): ExperimentMore {
  const said = Object.entries(form).filter(([, text]) => text.trim() !== "");
  return {
    ...Object.fromEntries(said.map(([name, text]) => [name, Number(text)])),
    ...(yes ? { yes } : {}),
  };
}

// As wrongNumber(), of a field that may be empty.
export const wrongConfidence = (text: string): string => (text === "" ? "" : wrongRisk(text));

export function wrongEffort(text: string): string {
  const value = number(text);
  const fits = value === undefined || (Number.isInteger(value) && value >= 1 && value <= 10);
  return fits ? "" : "a number from 1 to 10";
}

// As the server takes it; empty fields are left to it.
export function requestOf(
  form: ExperimentForm,
  repo: string,
  test: number,
  yes: boolean,
): ExperimentRequest {
  const request: ExperimentRequest = { kind: form.kind, repo, test: String(test), yes };
  const runs = number(form.runs);
  if (runs !== undefined) request.runs = runs;
  const condition = typedWords(form.condition);
  if (condition.length > 0 && form.kind !== "diagnose") request.condition = condition;
  if (form.kind === "bisect") {
    if (form.good !== "") request.good = form.good;
    if (form.bad !== "") request.bad = form.bad;
    const confidence = number(form.confidence);
    if (confidence !== undefined) request.confidence = confidence;
    return request;
  }
  if (form.commit !== "") request.commit = form.commit;
  if (form.kind === "prove") {
    request.against = form.against;
    request.risk = Number(form.risk);
    return request;
  }
  if (form.kind === "diagnose") {
    const effort = number(form.effort);
    if (effort !== undefined) request.effort = effort;
    return request;
  }
  const failures = number(form.until_failures);
  if (failures !== undefined) request.until_failures = failures;
  return request;
}
