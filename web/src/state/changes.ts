// Where a test's rate changed, as the list of flaky tests has it; nothing for a test that is not on it.
import { useMemo } from "preact/hooks";
import { api } from "../api/client.ts";
import type { TestPage } from "../api/shapes.ts";
import { testId } from "../model/filter.ts";
import { type ChangeLine, changeLines } from "../model/rate_chart.ts";
import { useLazy } from "./lazy.ts";

export function useChanges(data: TestPage): ChangeLine[] {
  const { repo, test, commits } = data;
  const flaky = commits.some((commit) => commit.verdict === "flaky");
  const found = useLazy(flaky ? `${repo} ${test}` : "", (signal) =>
    api
      .flaky(repo, { standing: "", order: "", q: testId(data) }, signal)
      .then((page) => page.tests.find((each) => each.test === test)?.changes ?? []),
  );
  return useMemo(() => changeLines(found.data ?? [], commits), [found.data, commits]);
}
