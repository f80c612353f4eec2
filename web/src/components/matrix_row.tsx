// Rows of the matrix. A test's row draws itself again only where something in it changed: a refreshed
// page brings thousands of new objects that are the same. All its cells are one strip of colours, which costs
// nothing while it scrolls by; glyphs and links lie over it once the reader has stopped.
import { Component } from "preact";
import type { CommitSummary, MatrixRow } from "../api/shapes.ts";
import { cellAt, cellLooks, cellText, flakeRate, sameCells } from "../model/cells.ts";
import { stripOf } from "../model/strip.ts";
import { testId } from "../model/filter.ts";
import { count, plural } from "../model/format.ts";
import { printableName } from "../model/printable.ts";
import { commitTestUrl } from "../model/routes.ts";
import { percent } from "../model/test_history.ts";
import { Name } from "./text.tsx";

// As matrix.css has them. A row's parts have roles, since a table that is laid out row by row has none.
export const row_height = 24;
export const column_width = 26;

// Stands for columns that are not on the screen.
export const Gap = ({ columns }: { columns: number }) =>
  columns > 0 ? (
    <td role="presentation" class="gap" style={{ width: `${columns * column_width}px` }} />
  ) : null;

interface TestProps {
  repo: string;
  commits: CommitSummary[];
  row: MatrixRow;
  index: number;
  first: number;
  last: number;
  whole: boolean; // its path too, where no heading has it
}

const rowName = (row: MatrixRow, whole: boolean): string => (whole ? testId(row) : row.name);

const sameCommits = (a: CommitSummary[], b: CommitSummary[]): boolean =>
  a === b || (a.length === b.length && a.every((commit, i) => commit.sha === b[i]?.sha));

export class MatrixTest extends Component<TestProps> {
  #drawn = { cells: "", image: "" };

  override shouldComponentUpdate(next: TestProps): boolean {
    const now = this.props;
    return (
      now.first !== next.first ||
      now.last !== next.last ||
      now.index !== next.index ||
      now.whole !== next.whole ||
      !sameCommits(now.commits, next.commits) ||
      !sameCells(now.row, next.row)
    );
  }

  override render({ repo, commits, row, index, first, last }: TestProps) {
    const id = testId(row);
    const cells = [];
    for (let column = first; column < last; column++) {
      cells.push(this.#cell(column, id));
    }
    const newest = commits[row.cells.search(/[^-]/)] ?? commits[0];
    return (
      <tr role="row" data-row={index} aria-rowindex={index + 2}>
        <th role="rowheader" aria-colindex={1}>
          <a href={newest ? commitTestUrl(repo, newest.sha, id) : "#"} data-row-link>
            <Name text={rowName(row, this.props.whole)} />
          </a>
          <Flake row={row} />
        </th>
        <td
          role="presentation"
          class="strip"
          style={{ width: `${commits.length * column_width}px`, backgroundImage: `var(--gaps), ${this.#strip()}` }}
        />
        <Gap columns={first} />
        {cells}
        <Gap columns={commits.length - last} />
      </tr>
    );
  }

  #strip(): string {
    const { cells } = this.props.row;
    if (this.#drawn.cells !== cells) this.#drawn = { cells, image: stripOf(cells, column_width) };
    return this.#drawn.image;
  }

  #cell(column: number, id: string) {
    const { repo, commits, row, index } = this.props;
    const char = cellAt(row, column);
    const commit = commits[column];
    if (char === "-" || !commit) {
      return <td key={column} role="cell" aria-colindex={column + 2} class="absent" />;
    }
    const look = cellLooks[char];
    return (
      <td key={column} role="cell" aria-colindex={column + 2}>
        <a
          class={`cell cell-${look.tone}`}
          href={commitTestUrl(repo, commit.sha, id)}
          tabIndex={-1}
          data-cell={`${index}:${column}`}
          aria-label={`${cellText(row, column)}, ${printableName(commit.subject, 60)}`}
        >
          {look.glyph}
        </a>
      </td>
    );
  }
}

function Flake({ row }: { row: MatrixRow }) {
  const rate = flakeRate(row);
  if (!rate) return null;
  const { failures, runs } = rate;
  const where = plural(row.mixed.length, "commit");
  return (
    <span class="flake" title={`${count(failures)} of ${plural(runs, "run")} failed at ${where} where it passed too`}>
      {percent(failures / runs)}
    </span>
  );
}

export function MatrixGroup(props: { title: string; note: string; tests: number; index: number }) {
  return (
    <tr role="row" class="group" aria-rowindex={props.index + 2}>
      <th role="rowheader" aria-colindex={1}>
        <span class="group-title">
          <Name text={props.title} />
          <span class="dim">
            {props.note !== "" && (
              <>
                <Name text={props.note} /> ·{" "}
              </>
            )}
            {plural(props.tests, "test")}
          </span>
        </span>
      </th>
    </tr>
  );
}
