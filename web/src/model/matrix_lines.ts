// Lines of the matrix as they are drawn: headings, and the tests below each.
import type { FlakyPage, MatrixRow } from "../api/shapes.ts";
import { isShown, type Show } from "./cells.ts";

export type MatrixLine =
  | { kind: "group"; key: string; title: string; note: string; tests: number }
  | { kind: "test"; key: string; row: MatrixRow; whole: boolean };

export const groupings = ["file", "folder", "suite", "cluster"] as const;
export type Grouping = (typeof groupings)[number];
export const isGrouping = (s: string | undefined): s is Grouping => groupings.some((g) => g === s);

interface Heading {
  title: string;
  note: string;
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

// What fails with which message; a test without one is in no cluster.
export type Clusters = ReadonlyMap<number, string>;
export const clustersOf = (page: FlakyPage): Clusters =>
  new Map(page.tests.flatMap((test) => (test.cluster ? [[test.test, test.cluster.message]] : [])));

const headingOf = (row: MatrixRow, by: Grouping, clusters: Clusters): Heading => {
  switch (by) {
    case "file":
      return { title: row.path || row.suite, note: row.path === "" ? "" : row.suite };
    case "folder": {
      const folder = folderOf(row.path);
      return { title: folder || row.suite, note: folder === "" ? "" : row.suite };
    }
    case "suite":
      return { title: row.suite, note: "" };
    case "cluster":
      return { title: clusters.get(row.test) ?? "in no cluster of failures", note: "" };
  }
};

const keyOf = (heading: Heading): string => `${heading.note}\n${heading.title}`;

// `rows` come sorted by suite and path, which is the order within a heading too. Clusters with most tests come first.
export function matrixLines(
  rows: MatrixRow[],
  show: Show,
  matches: (row: MatrixRow) => boolean,
  by: Grouping = "file",
  clusters: Clusters = new Map(),
): MatrixLine[] {
  const groups = new Map<string, { heading: Heading; rows: MatrixRow[] }>();
  for (const row of rows) {
    if (!isShown(row, show) || !matches(row)) continue;
    const heading = headingOf(row, by, clusters);
    const key = keyOf(heading);
    const group = groups.get(key);
    if (group) group.rows.push(row);
    else groups.set(key, { heading, rows: [row] });
  }
  const known = (group: { rows: MatrixRow[] }) =>
    group.rows[0] !== undefined && clusters.has(group.rows[0].test) ? group.rows.length : 0;
  const ordered = [...groups.entries()];
  if (by === "cluster") ordered.sort(([, a], [, b]) => known(b) - known(a));
  return ordered.flatMap(([key, group]): MatrixLine[] => [
    { kind: "group", key, ...group.heading, tests: group.rows.length },
    ...group.rows.map(
      (row): MatrixLine => ({ kind: "test", key: String(row.test), row, whole: by !== "file" }),
    ),
  ]);
}
