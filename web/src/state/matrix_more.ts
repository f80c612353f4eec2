// How a reader looks at the matrix, and what that needs beside the page itself, asked for once it is used.
import { useState } from "preact/hooks";
import { api } from "../api/client.ts";
import type { BranchPage } from "../api/shapes.ts";
import type { Show } from "../model/cells.ts";
import { changedTests } from "../model/compare.ts";
import { clustersOf, type Grouping } from "../model/matrix_lines.ts";
import { type Lazy, useLazy } from "./lazy.ts";

export interface MatrixView {
  text: string;
  show: Show;
  label: string;
  group: Grouping;
  changed: boolean;
}

type Labels = ReadonlyMap<number, string[]>;

export interface MatrixMore {
  labels: Lazy<Labels>;
  changed: Lazy<ReadonlySet<number>>;
  clusters: Lazy<ReadonlyMap<number, string>>;
  askLabels: () => void;
}

export function useMatrixMore(data: BranchPage, view: MatrixView): MatrixMore {
  const [wanted, setWanted] = useState(false);
  const head = data.commits[0]?.sha ?? "";
  const { repo } = data;
  const labels = useLazy(wanted || view.label !== "" ? head : "", (signal) =>
    api
      .commit(repo, head, signal)
      .then(({ tests }): Labels => new Map(tests.map((test) => [test.test, test.labels]))),
  );
  const base = primaryOf(data);
  const changed = useLazy(view.changed && base !== "" ? `${head} ${base}` : "", (signal) =>
    api.compare(repo, head, base, signal).then(changedTests),
  );
  const clusters = useLazy(view.group === "cluster" ? repo : "", (signal) =>
    api.flaky(repo, { standing: "", order: "", q: "" }, signal).then(clustersOf),
  );
  return { labels, changed, clusters, askLabels: () => setWanted(true) };
}

// The branch that this one is compared with; "" where it is that one.
export function primaryOf(data: BranchPage): string {
  const primary = data.branches.find((branch) => branch.primary)?.name ?? "";
  return primary === data.branch ? "" : primary;
}
