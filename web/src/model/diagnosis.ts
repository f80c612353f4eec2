// Words of a diagnosis.
import type { DiagnosisFactor } from "../api/shapes.ts";
import type { Look } from "./looks.ts";

export const factorTitles: Record<DiagnosisFactor["factor"], string> = {
  order: "order of tests",
  zone: "time zone",
  locale: "locale",
  clock: "time",
  network: "network",
  hash: "order of hashes",
  seed: "random numbers",
  repeat: "repeated in one process",
  memory: "memory",
  cpus: "processor time",
  stress: "busy neighbours",
  copies: "beside itself",
};

export const diagnosisLooks: Record<DiagnosisFactor["standing"], Look> = {
  untried: { tone: "muted", glyph: "–", word: "not tried" },
  impossible: { tone: "muted", glyph: "!", word: "can't be had" },
  open: { tone: "active", glyph: "◑", word: "being compared" },
  alike: { tone: "muted", glyph: "=", word: "no difference seen" },
  differs: { tone: "flaky", glyph: "≠", word: "differs" },
  confirmed: { tone: "good", glyph: "✓", word: "differs, confirmed" },
  refuted: { tone: "muted", glyph: "✕", word: "did not differ again" },
};

const otherCauses: Record<string, string> = {
  order_victim: "victim of other tests",
  order_brittle: "needs other tests",
  random: "chance",
  never_failed: "never failed",
  always_failed: "always fails",
  undecided: "not decided",
};

// A diagnosis's verdict for people: "time zone".
export const causeWord = (cause: string): string =>
  otherCauses[cause] ?? (factorTitles as Record<string, string>)[cause] ?? cause;
