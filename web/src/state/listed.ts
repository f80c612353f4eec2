// What the list of flaky tests tells of one test: since when, why, and where its rate changed.
import { useMemo } from "preact/hooks";
import { api } from "../api/client.ts";
import type { FlakyTest, TestCommit, TestPage } from "../api/shapes.ts";
import { testId } from "../model/filter.ts";
import { type ChangeLine, changeLines } from "../model/rate_chart.ts";
import { type Lazy, useLazy } from "./lazy.ts";

// `data` null: it is not on the list.
export type Listed = Lazy<FlakyTest | null>;

// Asks only where its commits say that it flaked.
export function useListed(page: TestPage, flaky: boolean): Listed {
  const { repo, test } = page;
  return useLazy(flaky ? `${repo} ${test}` : "", (signal) =>
    api
      .flaky(repo, { standing: "all", order: "", q: testId(page) }, signal)
      .then((list) => list.tests.find((each) => each.test === test) ?? null),
  );
}

const none: ChangeLine[] = [];

export function useChangeLines({ data }: Listed, commits: TestCommit[]): ChangeLine[] {
  return useMemo(() => (data ? changeLines(data.changes, commits) : none), [data, commits]);
}
