// What the matrix tells of the cell or commit under the pointer or the focus. It floats, so that nothing
// moves.
import type { BranchPage, CommitSummary } from "../api/shapes.ts";
import { cellAt, cellLooks, cellText } from "../model/cells.ts";
import type { MatrixLine } from "../model/matrix_lines.ts";
import { rateSentence } from "../model/test_history.ts";
import { useCellDetail } from "../state/cell_detail.ts";
import { count, shortSha } from "../model/format.ts";
import { statusLooks } from "../model/looks.ts";
import { Pill } from "./mark.tsx";
import { Ago, Name, Sentence } from "./text.tsx";

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
export interface Pointed {
  line: number | undefined; // absent: the commit's head
  column: number;
  box: Box;
}

const card_width = 340; // as matrix.css has it

export function MatrixCard(props: {
  pointed: Pointed | undefined;
  page: BranchPage;
  lines: MatrixLine[];
}) {
  const { pointed, page, lines } = props;
  const commit = pointed && page.commits[pointed.column];
  if (!pointed || !commit) return null;
  const line = pointed.line === undefined ? undefined : lines[pointed.line];
  return (
    <div class="matrix-card" style={place(pointed.box)} aria-hidden="true">
      {line?.kind === "test" && <CellPart page={page} line={line} column={pointed.column} />}
      <CommitPart commit={commit} whole={line === undefined} />
    </div>
  );
}

// Below the cell, or above where there is more room; never over the edge.
function place(box: Box) {
  const left = Math.max(8, Math.min(box.left - 20, window.innerWidth - card_width - 8));
  if (box.bottom < window.innerHeight * 0.6) {
    return { left: `${left}px`, top: `${box.bottom + 6}px` };
  }
  return { left: `${left}px`, bottom: `${window.innerHeight - box.top + 6}px` };
}

function CellPart(props: {
  page: BranchPage;
  line: Extract<MatrixLine, { kind: "test" }>;
  column: number;
}) {
  const { page, column } = props;
  const { row } = props.line;
  const detail = useCellDetail(page, row, column);
  return (
    <div class="card-cell">
      <strong>
        <Name text={row.name} />
      </strong>
      <Pill look={cellLooks[cellAt(row, column)]} text={cellText(row, column)} />
      {detail?.commit && <span class="dim">{rateSentence(detail.commit)}</span>}
      {detail?.error && (
        <code class="card-error">
          <Name text={detail.error} />
        </code>
      )}
    </div>
  );
}

function CommitPart({ commit, whole }: { commit: CommitSummary; whole: boolean }) {
  return (
    <div class="card-commit">
      <div class="card-subject">
        <Name text={commit.subject} />
      </div>
      <div class="dim">
        <span class="mono">{shortSha(commit.sha)}</span> · <Name text={commit.author} /> ·{" "}
        <Ago at={commit.committed_at} />
        {commit.parents.length > 1 && " · merge"}
      </div>
      {whole && (
        <div class="card-status">
          <Pill look={statusLooks[commit.status]} />
          <span>
            {count(commit.tests)} tests · {count(commit.failing)} failing · {count(commit.flaky)}{" "}
            flaky · {count(commit.runs_done)}/{count(commit.runs_wanted)} runs
          </span>
          {commit.error !== "" && <Sentence text={commit.error} />}
        </div>
      )}
    </div>
  );
}
