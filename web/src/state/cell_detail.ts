// What the card of a cell tells beyond the matrix: the rate with its n, and the first line of the newest failure's
// message. Asked for once a reader stays at a cell.
import { api } from "../api/client.ts";
import type { BranchPage, MatrixRow, TestCommit } from "../api/shapes.ts";
import { cellAt, measuredCell } from "../model/cells.ts";
import { outcomeQueries } from "../model/test_history.ts";
import { useLazy } from "./lazy.ts";

const dwell_ms = 150;

export interface CellDetail {
  commit: TestCommit | undefined;
  error: string; // the first line
}

async function load(
  page: BranchPage,
  row: MatrixRow,
  column: number,
  signal: AbortSignal,
): Promise<CellDetail> {
  const newer = page.commits[column - 1];
  const asked = {
    branch: page.branch,
    outcome: outcomeQueries.failures,
    before: newer?.sha ?? "",
    after_run: "",
    runs_at: "",
    limit: "1",
  };
  const test = await api.test(page.repo, String(row.test), asked, signal);
  const commit = test.commits.find((each) => each.sha === page.commits[column]?.sha);
  const run = commit && test.runs.id[0];
  const message = run ? (await api.run(run, signal)).message : "";
  return { commit, error: message.split("\n").find((line) => line.trim() !== "") ?? "" };
}

export function useCellDetail(
  page: BranchPage,
  row: MatrixRow,
  column: number,
): CellDetail | undefined {
  const sha = page.commits[column]?.sha ?? "";
  const key = measuredCell(cellAt(row, column)) ? `${row.test} ${sha} ${row.cells[column]}` : "";
  const detail = useLazy(key, (signal) => load(page, row, column, signal), dwell_ms);
  return detail.key === key ? detail.data : undefined;
}
