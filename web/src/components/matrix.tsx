// The matrix of a branch: tests down, commits across, newest first. Only what is on the screen is drawn.
import { useRef, useState } from "preact/hooks";
import type { BranchPage, CommitSummary } from "../api/shapes.ts";
import type { MatrixLine } from "../model/matrix_lines.ts";
import { plural } from "../model/format.ts";
import { statusLooks } from "../model/looks.ts";
import { printableName } from "../model/printable.ts";
import { commitUrl } from "../model/routes.ts";
import { MatrixCard, type Pointed } from "./matrix_card.tsx";
import { MatrixGraph, useGraph } from "./matrix_graph.tsx";
import { column_width, Gap, MatrixGroup, MatrixTest, row_height } from "./matrix_row.tsx";
import { isDrawn, useDrawn } from "./matrix_drawn.ts";
import { type Range, usePane } from "./virtual.ts";

const none: Range = [0, 0];

interface Props {
  page: BranchPage;
  lines: MatrixLine[];
  onOlder: () => void;
  loadingOlder: boolean;
}

export function Matrix({ page, lines, onOlder, loadingOlder }: Props) {
  const box = useRef<HTMLElement>(null);
  const [pointed, setPointed] = useState<Pointed>();
  const count = page.commits.length;
  const { rows, columns, aside } = usePane(
    box,
    { count: lines.length, size: row_height, overscan: 6 },
    { count, size: column_width, overscan: 4 },
  );
  const drawn = useDrawn(rows, columns);
  const graph = useGraph(page.commits);

  return (
    <section
      ref={box}
      class={aside ? "matrix aside" : "matrix"}
      aria-label="tests and commits"
      onMouseOver={(event) => setPointed(pointedAt(event.target))}
      onMouseLeave={() => setPointed(undefined)}
      onFocusIn={(event) => setPointed(pointedAt(event.target))}
      onFocusOut={() => setPointed(undefined)}
      onKeyDown={moveAlong}
    >
      <table
        role="table"
        aria-rowcount={lines.length + 1}
        aria-colcount={count + 1}
        style={{
          "--graph": `${graph.height}px`,
          width: `calc(var(--names) + ${count * column_width}px + var(--rest))`,
        }}
      >
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            <th role="columnheader" aria-colindex={1} class="corner">
              {plural(lines.filter((line) => line.kind === "test").length, "test")}{" "}
              <span class="flake-title">flake rate</span>
            </th>
            <td role="presentation" class="graph-box">
              <MatrixGraph graph={graph} />
            </td>
            <Gap columns={columns[0]} />
            {page.commits.slice(...columns).map((commit, i) => (
              <Head key={commit.sha} repo={page.repo} commit={commit} column={columns[0] + i} />
            ))}
            <Gap columns={count - columns[1]} />
            <td role="cell" class="older">
              {page.more_commits && (
                <button type="button" disabled={loadingOlder} onClick={onOlder}>
                  {loadingOlder ? "loading…" : "older commits"}
                </button>
              )}
            </td>
          </tr>
        </thead>
        <tbody role="rowgroup">
          <Filler rows={rows[0]} />
          {lines.slice(...rows).map((line, i) => (
            <Line
              key={line.key}
              page={page}
              line={line}
              index={rows[0] + i}
              columns={isDrawn(drawn, rows[0] + i) ? drawn.columns : none}
            />
          ))}
          <Filler rows={lines.length - rows[1]} />
        </tbody>
      </table>
      <MatrixCard pointed={pointed} page={page} lines={lines} />
    </section>
  );
}

function Line(props: { page: BranchPage; line: MatrixLine; index: number; columns: Range }) {
  const { page, line, index, columns } = props;
  if (line.kind === "group") {
    const { title, note, tests } = line;
    return <MatrixGroup title={title} note={note} tests={tests} index={index} />;
  }
  return (
    <MatrixTest
      repo={page.repo}
      commits={page.commits}
      row={line.row}
      index={index}
      first={columns[0]}
      last={columns[1]}
      whole={line.whole}
    />
  );
}

function Head(props: { repo: string; commit: CommitSummary; column: number }) {
  const { repo, commit, column } = props;
  const look = statusLooks[commit.status];
  return (
    <th role="columnheader" aria-colindex={column + 2}>
      <a href={commitUrl(repo, commit.sha)} data-commit={column}>
        <span class="subject">{printableName(commit.subject, 60)}</span>
        {commit.parents.length > 1 && <span class="unseen">merge</span>}
        <span class={`cell cell-${look.tone}`}>
          <span aria-hidden="true">{look.glyph}</span>
          <span class="unseen">{look.word}</span>
        </span>
      </a>
    </th>
  );
}

const Filler = ({ rows }: { rows: number }) =>
  rows > 0 ? (
    <tr class="filler" aria-hidden="true" style={{ height: `${rows * row_height}px` }} />
  ) : null;

function pointedAt(target: EventTarget | null): Pointed | undefined {
  const element = (target as Element | null)?.closest<HTMLElement>("[data-commit], [data-cell]");
  if (!element) return undefined;
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const box = { left, right, top, bottom };
  const cell = element.dataset.cell?.split(":").map(Number);
  if (cell) return { line: cell[0] ?? 0, column: cell[1] ?? 0, box };
  return { line: undefined, column: Number(element.dataset.commit), box };
}

// Arrow keys go from the name along the row's cells and back, and from row to row within a column.
function moveAlong(event: KeyboardEvent) {
  const stops = (row: Element | null | undefined) => [...(row?.querySelectorAll<HTMLElement>("a") ?? [])];
  const from = event.target as HTMLElement;
  const row = from.closest("[data-row]");
  let next: HTMLElement | undefined;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    const along = stops(row);
    next = along[along.indexOf(from) + (event.key === "ArrowRight" ? 1 : -1)];
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const rows = [...(row?.parentElement?.querySelectorAll("[data-row]") ?? [])];
    const beside = row ? rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)] : undefined;
    const column = from.dataset.cell?.split(":")[1];
    const same = column && stops(beside).find((stop) => stop.dataset.cell?.endsWith(`:${column}`));
    next = same || beside?.querySelector<HTMLElement>("[data-row-link]") || undefined;
  }
  if (!next) return;
  event.preventDefault();
  next.focus();
}
