// What narrows the matrix and how it is grouped. All of it is in the URL.
import { useId } from "preact/hooks";
import type { BranchPage } from "../api/shapes.ts";
import { countShown, type Show } from "../model/cells.ts";
import { matcher } from "../model/filter.ts";
import { type Grouping, type MatrixLine, matrixLines } from "../model/matrix_lines.ts";
import { type MatrixMore, type MatrixView, primaryOf } from "../state/matrix_more.ts";
import { setQuery } from "../state/query.ts";
import { Choice, FilterBox } from "./controls.tsx";
import { Select } from "./form.tsx";
import { Sentence } from "./text.tsx";

export function shownLines(data: BranchPage, view: MatrixView, more: MatrixMore): MatrixLine[] {
  const named = matcher(view.text);
  const wanted = view.label.toLowerCase();
  const labels = more.labels.data;
  const changed = more.changed.data;
  return matrixLines(
    data.rows,
    view.show,
    (row) =>
      named(row) &&
      (wanted === "" ||
        (labels?.get(row.test)?.some((label) => label.toLowerCase() === wanted) ?? !labels)) &&
      (!view.changed || (changed?.has(row.test) ?? true)),
    view.group,
    more.clusters.data,
  );
}

const groupTexts: { value: Grouping; text: string }[] = [
  { value: "file", text: "by file" },
  { value: "folder", text: "by folder" },
  { value: "suite", text: "by suite" },
  { value: "cluster", text: "by cluster of failures" },
];

export function MatrixFilters(props: { data: BranchPage; view: MatrixView; more: MatrixMore }) {
  const { data, view, more } = props;
  const list = useId();
  const known = [...new Set([...(more.labels.data?.values() ?? [])].flat())].sort();
  const trouble = more.labels.error || more.changed.error || more.clusters.error;
  return (
    <div class="toolbar">
      <FilterBox label="filter tests" value={view.text} onChange={(q) => setQuery({ q })} />
      <Choice
        label="show"
        value={view.show}
        options={showOptions(data)}
        onChange={(value) => setQuery({ show: value === "all" ? "" : value })}
      />
      <input
        class="label-filter"
        type="search"
        list={list}
        aria-label="only tests with the label"
        placeholder="label"
        spellcheck={false}
        autocomplete="off"
        value={view.label}
        onFocus={more.askLabels}
        onInput={(event) => setQuery({ label: event.currentTarget.value })}
      />
      <datalist id={list}>
        {known.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
      <Select
        label="group"
        unseen
        value={view.group}
        options={groupTexts}
        onChange={(group) => setQuery({ group: group === "file" ? "" : group })}
      />
      {primaryOf(data) !== "" && (
        <button
          type="button"
          aria-pressed={view.changed}
          title={`tests that differ from ${primaryOf(data)}`}
          onClick={() => setQuery({ changed: view.changed ? "" : "1" })}
        >
          Changed by this branch
        </button>
      )}
      {trouble !== "" && (
        <span class="field-error" role="alert">
          <Sentence text={trouble} />
        </span>
      )}
    </div>
  );
}

const showTexts: [Show, string][] = [
  ["all", "All"],
  ["failing", "Failing"],
  ["flaky", "Flaky"],
  ["passing", "Passing"],
  ["unmeasured", "Not run"],
];
const showOptions = (data: BranchPage) =>
  showTexts.map(([value, text]) => ({ value, text, count: countShown(data.rows, value) }));
