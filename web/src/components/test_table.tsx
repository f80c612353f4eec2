// The tests of a commit in their groups, with a box each to choose them. Ten thousand rows are as quick as
// ten: only those on the screen are drawn.
import { useRef } from "preact/hooks";
import type { TestSummary } from "../api/shapes.ts";
import { countsText } from "../model/counts.ts";
import { count, duration, plural } from "../model/format.ts";
import { type Group, groupTitles, type TestLine, verdictText } from "../model/groups.ts";
import { verdictLooks } from "../model/looks.ts";
import { printableName } from "../model/printable.ts";
import { runUrl, testUrl } from "../model/routes.ts";
import { Name, TestName } from "./text.tsx";
import { useVisibleRows } from "./virtual.ts";

const row_height = 28; // as commit.css has it

interface Props {
  repo: string;
  lines: TestLine[];
  shown: TestSummary[]; // all that the filter leaves, in closed groups too
  closed: ReadonlySet<Group>;
  selected: ReadonlySet<number>;
  onToggleGroup: (group: Group) => void;
  onSelect: (tests: TestSummary[], chosen: boolean) => void;
}

export function TestTable(props: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { repo, lines, shown, selected, onSelect } = props;
  const [first, last] = useVisibleRows(body, {
    count: lines.length,
    size: row_height,
    overscan: 15,
  });
  return (
    <table class="tests" aria-rowcount={lines.length + 1}>
      <colgroup>
        <col class="col-box" />
        <col class="col-verdict" />
        <col />
        <col class="col-suite" />
        <col class="col-runs" />
        <col class="col-time" />
        <col class="col-links" />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col">
            <SelectBox
              label="select all shown"
              tests={shown}
              selected={selected}
              onSelect={onSelect}
            />
          </th>
          <th scope="col">
            <span class="unseen">verdict</span>
          </th>
          <th scope="col">test</th>
          <th scope="col">suite</th>
          <th scope="col">runs</th>
          <th scope="col" class="number">
            mean
          </th>
          <th scope="col">logs</th>
        </tr>
      </thead>
      <tbody ref={body}>
        <Filler rows={first} />
        {lines
          .slice(first, last)
          .map((line, i) =>
            line.kind === "group" ? (
              <GroupRow key={line.group} {...props} line={line} index={first + i} />
            ) : (
              <TestRow
                key={line.test.test}
                repo={repo}
                test={line.test}
                index={first + i}
                chosen={selected.has(line.test.test)}
                onSelect={onSelect}
              />
            ),
          )}
        <Filler rows={lines.length - last} />
      </tbody>
    </table>
  );
}

const Filler = ({ rows }: { rows: number }) =>
  rows > 0 ? (
    <tr class="filler" aria-hidden="true">
      <td colSpan={7} style={{ height: `${rows * row_height}px` }} />
    </tr>
  ) : null;

function SelectBox(props: {
  label: string;
  tests: TestSummary[];
  selected: ReadonlySet<number>;
  onSelect: Props["onSelect"];
}) {
  const chosen = props.tests.filter((test) => props.selected.has(test.test)).length;
  const all = chosen > 0 && chosen === props.tests.length;
  return (
    <input
      type="checkbox"
      aria-label={props.label}
      checked={all}
      indeterminate={chosen > 0 && !all}
      disabled={props.tests.length === 0}
      onChange={() => props.onSelect(props.tests, !all)}
    />
  );
}

function GroupRow(props: Props & { line: Extract<TestLine, { kind: "group" }>; index: number }) {
  const { group, tests } = props.line;
  const { title, hint, tone } = groupTitles[group];
  const open = !props.closed.has(group);
  return (
    <tr class="group" aria-rowindex={props.index + 2}>
      <td>
        <SelectBox
          label={`select ${title.toLowerCase()}`}
          tests={tests}
          selected={props.selected}
          onSelect={props.onSelect}
        />
      </td>
      <th scope="rowgroup" colSpan={6}>
        <button
          type="button"
          class="fold"
          aria-expanded={open}
          onClick={() => props.onToggleGroup(group)}
        >
          <span aria-hidden="true">{open ? "▾" : "▸"}</span>
          <span class={`group-name tone-${tone}`}>{title}</span>
          <span class="choice-count">{count(tests.length)}</span>
          <span class="dim hint">{hint}</span>
        </button>
      </th>
    </tr>
  );
}

function TestRow(props: {
  repo: string;
  test: TestSummary;
  index: number;
  chosen: boolean;
  onSelect: Props["onSelect"];
}) {
  const { repo, test, index, chosen, onSelect } = props;
  const look = verdictLooks[test.verdict];
  const link = test.last_failure ?? test.last_run;
  return (
    <tr data-row={index} aria-rowindex={index + 2} class={chosen ? "chosen" : undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={`select ${printableName(test.name)}`}
          checked={chosen}
          {...(link === null ? { "data-row-link": true } : {})}
          onChange={() => onSelect([test], !chosen)}
        />
      </td>
      <td>
        <span class={`cell cell-${look.tone}`} title={verdictText(test)}>
          <span aria-hidden="true">{look.glyph}</span>
          <span class="unseen">{verdictText(test)}</span>
        </span>
      </td>
      <td class="test-cell">
        <div class="test-line">
          {link === null ? (
            <TestName path={test.path} name={test.name} />
          ) : (
            <a href={runUrl(link)} data-row-link>
              <TestName path={test.path} name={test.name} />
            </a>
          )}
          {test.labels.map((label) => (
            <span key={label} class="label">
              <Name text={label} />
            </span>
          ))}
        </div>
      </td>
      <td class="dim">
        <Name text={test.suite} />
      </td>
      <td>
        {countsText(test.counts)}
        {test.in_flight > 0 && (
          <span class="tone-active in-flight"> +{plural(test.in_flight, "run")}</span>
        )}
      </td>
      <td class="number dim">{test.mean_us > 0 ? duration(test.mean_us) : ""}</td>
      <td class="links">
        {test.last_failure !== null && <a href={runUrl(test.last_failure)}>failure</a>}
        {test.last_run !== null && <a href={runUrl(test.last_run)}>last</a>}
        <a href={testUrl(repo, test.test)}>history</a>
      </td>
    </tr>
  );
}
