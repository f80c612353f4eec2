// A filter of tests as people type it. "Any" and "none" are told apart from a list: a part that is absent
// means any, an empty list means none.
import type { TestFilter } from "../api/shapes.ts";

export const listParts = ["suites", "labels", "paths", "tests"] as const;
export type ListPart = (typeof listParts)[number];
export type PartChoice = "any" | "these" | "none";

export interface FilterDraft {
  parts: Record<ListPart, { choice: PartChoice; text: string }>; // one a line
  regex: string;
}

export const partWords: Record<ListPart, { label: string; hint: string }> = {
  suites: { label: "suites", hint: "names, one a line" },
  labels: { label: "labels", hint: "how they begin, one a line" },
  paths: { label: "paths", hint: "how they begin, one a line" },
  tests: { label: "tests", hint: "path::name or suite/path::name, one a line" },
};

export function filterDraft(filter: TestFilter = {}): FilterDraft {
  const part = (list: string[] | null | undefined) => {
    const choice: PartChoice = !list ? "any" : list.length > 0 ? "these" : "none";
    return { choice, text: (list ?? []).join("\n") };
  };
  return {
    parts: {
      suites: part(filter.suites),
      labels: part(filter.labels),
      paths: part(filter.paths),
      tests: part(filter.tests),
    },
    regex: filter.regex ?? "",
  };
}

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

// Parts that nothing was typed into yet mean any.
export function filterOf(draft: FilterDraft): TestFilter {
  const filter: TestFilter = {};
  for (const part of listParts) {
    const { choice, text } = draft.parts[part];
    const named = lines(text);
    if (choice === "none") filter[part] = [];
    if (choice === "these" && named.length > 0) filter[part] = named;
  }
  if (draft.regex.trim() !== "") filter.regex = draft.regex.trim();
  return filter;
}
