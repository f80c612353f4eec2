import { describe, expect, test } from "vitest";
import { grown } from "../../src/components/matrix_drawn.ts";
import { commitGraph, graphDots, graphPath, most_lanes } from "../../src/model/commit_graph.ts";
import { clustersOf, matrixLines } from "../../src/model/matrix_lines.ts";
import { stripOf } from "../../src/model/strip.ts";
import type { FlakyPage, MatrixRow } from "../../src/api/shapes.ts";

const row = (test: number, cells: string, more: Partial<MatrixRow> = {}): MatrixRow => ({
  test,
  suite: "unit",
  path: "a/b/c.py",
  name: `test_${test}`,
  cells,
  mixed: [],
  ...more,
});

describe("the graph over the matrix", () => {
  test("a line of commits is one lane", () => {
    const graph = commitGraph([
      { sha: "c", parents: ["b"] },
      { sha: "b", parents: ["a"] },
      { sha: "a", parents: [] },
    ]);
    expect(graph).toMatchObject({ lanes: [0, 0, 0], height: 1 });
    expect(graph.edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test("a merge brings a lane, which ends where the branch began", () => {
    const graph = commitGraph([
      { sha: "merge", parents: ["main", "side"] },
      { sha: "side", parents: ["root"] },
      { sha: "main", parents: ["root"] },
      { sha: "root", parents: [] },
    ]);
    expect(graph.lanes).toEqual([0, 1, 0, 0]);
    expect(graph.height).toBe(2);
    expect(graph.edges).toContainEqual({ from: 0, to: 1, lanes: [0, 1, 1], merge: true });
    expect(graph.edges).toContainEqual({ from: 1, to: 3, lanes: [1, 1, 0], merge: false });
  });

  test("a parent that is not on the page is a line to its end", () => {
    const graph = commitGraph([{ sha: "b", parents: ["older", "elsewhere"] }]);
    expect(graph.edges.map((edge) => edge.to)).toEqual([1, 1]);
    expect(graphPath(graph, 26, 9)).toContain("L39 4.5");
  });

  test("many branches share the last lane", () => {
    const parents = Array.from({ length: 20 }, (_, i) => `p${i}`);
    const graph = commitGraph([
      { sha: "octopus", parents },
      ...parents.map((sha) => ({ sha, parents: [] })),
    ]);
    expect(graph.height).toBe(most_lanes);
    expect(Math.max(...graph.lanes)).toBe(most_lanes - 1);
    expect(graphDots(graph, 26, 9).match(/h0/g)).toHaveLength(21);
  });
});

describe("lines", () => {
  const rows = [row(1, "P"), row(2, "F", { path: "a/b/d.py" }), row(3, "~", { suite: "it", path: "" })];
  const titles = (by: "file" | "folder" | "suite" | "cluster", clusters = new Map<number, string>()) =>
    matrixLines(rows, "all", () => true, by, clusters).flatMap((line) =>
      line.kind === "group" ? [`${line.title} ${line.tests}`] : [],
    );

  test("are grouped by file, folder or suite", () => {
    expect(titles("file")).toEqual(["a/b/c.py 1", "a/b/d.py 1", "it 1"]);
    expect(titles("folder")).toEqual(["a/b 2", "it 1"]);
    expect(titles("suite")).toEqual(["unit 2", "it 1"]);
  });

  test("are grouped by the cluster in which they fail, those in none last", () => {
    const cluster = { key: "k", message: "timed out after <n> ms", tests: 2, failures: 9 };
    const page = { tests: [{ test: 3, cluster }, { test: 2, cluster: null }] };
    const clusters = clustersOf(page as unknown as FlakyPage);
    expect(titles("cluster", new Map(clusters))).toEqual([
      "timed out after <n> ms 1",
      "in no cluster of failures 2",
    ]);
  });

  test("can be those that pass, and those that nothing measured", () => {
    const shown = (show: "passing" | "unmeasured", cells: string) =>
      matrixLines([row(1, cells)], show, () => true).length > 0;
    expect(shown("passing", ".PF")).toBe(true);
    expect(shown("passing", "FPP")).toBe(false);
    expect(shown("unmeasured", "..S-I")).toBe(true);
    expect(shown("unmeasured", "..P")).toBe(false);
  });
});

test("a strip has a stop for each run of cells that look the same", () => {
  expect(stripOf("PPF-", 10)).toBe(
    "linear-gradient(90deg, var(--good-fill) 0px 20px, var(--bad-loud) 20px 30px, transparent 30px 40px)",
  );
});

describe("what is drawn of the matrix", () => {
  const columns = [0, 30] as const;
  test("begins anew where another part is on the screen", () => {
    expect(grown({ rows: [0, 40], columns }, [100, 140], columns).rows).toEqual([100, 106]);
    expect(grown({ rows: [0, 40], columns }, [0, 40], [4, 34]).rows).toEqual([0, 6]);
  });
  test("grows to what came into view, below and then above", () => {
    expect(grown({ rows: [0, 40], columns }, [6, 46], columns).rows).toEqual([6, 46]);
    expect(grown({ rows: [10, 50], columns }, [2, 42], columns).rows).toEqual([4, 42]);
  });
});
