import { describe, expect, test } from "vitest";
import type { BranchPage, MatrixRow } from "../../src/api/shapes.ts";
import {
  cellAt,
  cellLooks,
  cellText,
  countShown,
  flakeRate,
  isFailing,
  isFlaky,
  joinPages,
  sameCells,
} from "../../src/model/cells.ts";
import { matrixLines } from "../../src/model/matrix_lines.ts";

const row = (test_id: number, cells: string, more: Partial<MatrixRow> = {}): MatrixRow => ({
  test: test_id,
  suite: "unit",
  path: "a.py",
  name: `test_${test_id}`,
  cells,
  mixed: [],
  ...more,
});

const page = (shas: string[], rows: MatrixRow[], more_commits = false): BranchPage => ({
  revision: 1,
  repo: "r",
  branch: "b",
  branches: [],
  commits: shas.map((sha, id) => ({
    id,
    sha,
    parents: [],
    subject: "",
    author: "",
    committed_at: 0,
    status: "passed",
    error: "",
    tests: 0,
    failing: 0,
    flaky: 0,
    runs_done: 0,
    runs_wanted: 0,
  })),
  more_commits,
  rows,
});

test("every character of the API has a glyph and a word; no two failures look like a pass", () => {
  for (const c of ".PFESxXTCI~") {
    const look = cellLooks[cellAt(row(1, c), 0)];
    expect(look.glyph, c).not.toBe("");
    expect(look.word, c).not.toBe("");
  }
  const glyphs = Object.values(cellLooks).map((look) => look.glyph);
  expect(new Set(glyphs).size).toBe(glyphs.length);
});

test("a character that is not known yet, or a row that is too short, is no result", () => {
  expect(cellAt(row(1, "?"), 0)).toBe(".");
  expect(cellAt(row(1, "P"), 5)).toBe("-");
});

test("a mixed cell tells its failures and runs", () => {
  const mixed = row(1, "P~", { mixed: [{ commit: 1, failures: 3, runs: 10 }] });
  expect(cellText(mixed, 1)).toBe("flaky: 3 of 10 runs failed");
  expect(cellText(mixed, 0)).toBe("passed");
});

describe("what is shown", () => {
  test("failing is what the newest measuring commit says", () => {
    expect(isFailing(row(1, "FPP"))).toBe(true);
    expect(isFailing(row(1, "PFF"))).toBe(false);
    expect(isFailing(row(1, "..I-TP"))).toBe(true);
    expect(isFailing(row(1, "~FF"))).toBe(false);
    expect(isFailing(row(1, "..."))).toBe(false);
  });

  test("flaky is mixed at any commit that is shown", () => {
    expect(isFlaky(row(1, "PP~"))).toBe(true);
    expect(isFlaky(row(1, "PFP"))).toBe(false);
  });

  test("counts say what each choice would show", () => {
    const rows = [row(1, "F"), row(2, "~"), row(3, "P")];
    expect(countShown(rows, "all")).toBe(3);
    expect(countShown(rows, "failing")).toBe(1);
    expect(countShown(rows, "flaky")).toBe(1);
  });

  test("lines have one heading for each suite and path, with its tests that are shown", () => {
    const rows = [row(1, "P"), row(2, "F"), row(3, "F", { path: "b.py" })];
    const lines = matrixLines(rows, "failing", () => true);
    expect(lines.map((line) => (line.kind === "group" ? line.title : line.row.test))).toEqual([
      "a.py",
      2,
      "b.py",
      3,
    ]);
    expect(lines[0]).toMatchObject({ kind: "group", tests: 1 });
    expect(matrixLines(rows, "all", (r) => r.test === 9)).toEqual([]);
  });
});

describe("joining a page with the older one", () => {
  const newer = page(["c", "b"], [row(1, "PF"), row(2, "PP")], true);
  const older = page(
    ["a"],
    [
      row(1, "~", { mixed: [{ commit: 0, failures: 1, runs: 4 }] }),
      row(3, "F", { name: "test_0" }),
    ],
  );
  const joined = joinPages(newer, older);

  test("keeps the order of commits, and whether there are more", () => {
    expect(joined.commits.map((c) => c.sha)).toEqual(["c", "b", "a"]);
    expect(joined.more_commits).toBe(false);
  });

  test("tests that one page lacks are absent there", () => {
    expect(joined.rows.find((r) => r.test === 1)?.cells).toBe("PF~");
    expect(joined.rows.find((r) => r.test === 2)?.cells).toBe("PP-");
    expect(joined.rows.find((r) => r.test === 3)?.cells).toBe("--F");
  });

  test("mixed cells point at their commit in the whole", () => {
    expect(joined.rows.find((r) => r.test === 1)?.mixed).toEqual([
      { commit: 2, failures: 1, runs: 4 },
    ]);
  });

  test("rows stay sorted by name", () => {
    expect(joined.rows.map((r) => r.name)).toEqual(["test_0", "test_1", "test_2"]);
  });
});

test("rows that draw the same are told from those that do not", () => {
  const mixed = (failures: number) => row(1, "~", { mixed: [{ commit: 0, failures, runs: 4 }] });
  expect(sameCells(mixed(1), mixed(1))).toBe(true);
  expect(sameCells(mixed(1), mixed(2))).toBe(false);
  expect(sameCells(row(1, "P"), row(1, "F"))).toBe(false);
  expect(sameCells(row(1, "P"), row(2, "P"))).toBe(false);
});

test("a test's flake rate is of the commits where it passed and failed, not of those where it only failed", () => {
  const mixed = [
    { commit: 0, failures: 1, runs: 10 },
    { commit: 2, failures: 3, runs: 30 },
  ];
  expect(flakeRate(row(1, "~F~P", { mixed }))).toEqual({ failures: 4, runs: 40 });
  expect(flakeRate(row(1, "FFFP"))).toBeUndefined();
});
