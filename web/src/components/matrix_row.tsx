// Rows of the matrix. A test's row draws itself again only where something in it changed: a refreshed
// page brings thousands of new objects that are the same.
import { Component } from "preact";
import type { CommitSummary, MatrixRow } from "../api/shapes.ts";
import { cellAt, cellLooks, cellText, sameCells } from "../model/cells.ts";
import { testId } from "../model/filter.ts";
import { plural } from "../model/format.ts";
import { printableName } from "../model/printable.ts";
import { commitTestUrl } from "../model/routes.ts";
import { Name } from "./text.tsx";

// Stands for columns that are not on the screen.
export const Gap = ({ columns }: { columns: number }) =>
  columns > 0 ? <td class="gap" colSpan={columns} /> : null;

interface TestProps {
  repo: string;
  commits: CommitSummary[];
  row: MatrixRow;
  index: number;
  first: number;
  last: number;
}

const sameCommits = (a: CommitSummary[], b: CommitSummary[]): boolean =>
  a === b || (a.length === b.length && a.every((commit, i) => commit.sha === b[i]?.sha));

export class MatrixTest extends Component<TestProps> {
  override shouldComponentUpdate(next: TestProps): boolean {
    const now = this.props;
    return (
      now.first !== next.first ||
      now.last !== next.last ||
      now.index !== next.index ||
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
      <tr data-row={index} aria-rowindex={index + 2}>
        <th scope="row">
          <a href={newest ? commitTestUrl(repo, newest.sha, id) : "#"} data-row-link>
            <Name text={row.name} />
          </a>
        </th>
        <Gap columns={first} />
        {cells}
        <Gap columns={commits.length - last} />
        <td class="rest" />
      </tr>
    );
  }

  #cell(column: number, id: string) {
    const { repo, commits, row, index } = this.props;
    const char = cellAt(row, column);
    const commit = commits[column];
    if (char === "-" || !commit) return <td key={column} class="absent" />;
    const look = cellLooks[char];
    return (
      <td key={column}>
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

export function MatrixGroup(props: {
  suite: string;
  path: string;
  tests: number;
  index: number;
  across: number;
}) {
  return (
    <tr class="group" aria-rowindex={props.index + 2}>
      <th scope="colgroup" colSpan={props.across}>
        <span class="group-title">
          <Name text={props.path || props.suite} />
          <span class="dim">
            {props.path !== "" && (
              <>
                <Name text={props.suite} /> ·{" "}
              </>
            )}
            {plural(props.tests, "test")}
          </span>
        </span>
      </th>
    </tr>
  );
}
