// What the pages of flaky tests say of rates, trends and standings.
import type { FlakyTest, Quarantine, Rate, RatePoint } from "../api/shapes.ts";
import { count, plural } from "./format.ts";
import type { Look } from "./looks.ts";

export const standingLooks: Record<FlakyTest["standing"], Look> = {
  flaky: { tone: "flaky", glyph: "~", word: "flaky" },
  fixed: { tone: "good", glyph: "✓", word: "proven fixed" },
};

export const trendLooks: Record<FlakyTest["trend"], Look> = {
  worse: { tone: "bad", glyph: "↗", word: "worse" },
  better: { tone: "good", glyph: "↘", word: "better" },
  steady: { tone: "none", glyph: "→", word: "steady" },
};

// "0.4 %", "4.8 %", "48 %": no more digits than are known.
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} %`;
}

export const rateText = (rate: Rate | RatePoint): string =>
  rate.runs === 0 ? "no runs" : percent(rate.failures / rate.runs);

export const intervalText = (rate: Rate): string =>
  `${percent(rate.low)} to ${percent(rate.high)}, ${count(rate.failures)} of ${plural(rate.runs, "run")}`;

// Bars of a rate over time: the height of each, and what it stands for.
export interface Bar {
  height: number; // 0 to 1
  text: string;
}
export const bars = (history: RatePoint[]): Bar[] =>
  history.map((point) => ({
    height: point.runs === 0 ? 0 : point.failures / point.runs,
    text: `${count(point.failures)} of ${plural(point.runs, "run")} failed`,
  }));

export const trendSentence = (bars_of: RatePoint[]): string =>
  `rate of failures over time, oldest first: ${bars_of.map(rateText).join(", ")}`;

export const expiryText = (entry: Quarantine): string => {
  const day = new Date(entry.expires_at).toISOString().slice(0, 10);
  return entry.expired ? `expired on ${day}` : `until ${day}`;
};

// How other tools read the list; each line of it is one argument.
export const listFormats = ["json", "ids", "pytest", "gtest", "go", "jest"] as const;
export const listUrl = (repo: string, format: string): string =>
  `/api/v1/repos/${encodeURIComponent(repo)}/quarantine?format=${format}`;

export interface QuarantineDraft {
  test: string;
  owner: string;
  reason: string;
  days: string;
}
const most_days = 366;

export function daysError(draft: QuarantineDraft): string {
  const days = draft.days.trim() === "" ? 30 : Number(draft.days);
  const fits = Number.isInteger(days) && days >= 1 && days <= most_days;
  return fits ? "" : `a whole number from 1 to ${most_days}`;
}

// What is asked of the server; nothing while something is missing.
export function quarantineRequest(draft: QuarantineDraft) {
  const [test, owner, reason] = [draft.test.trim(), draft.owner.trim(), draft.reason.trim()];
  if (test === "" || owner === "" || reason === "" || daysError(draft) !== "") return undefined;
  return { test, owner, reason, days: draft.days.trim() === "" ? 30 : Number(draft.days) };
}
