// Which tests: a filter by suites, labels, paths, ids and a regular expression, with what it matches at a
// commit shown as one types.
import type { Selection } from "../api/shapes.ts";
import {
  type FilterDraft,
  filterOf,
  type ListPart,
  listParts,
  type PartChoice,
  partWords,
} from "../model/filter_form.ts";
import { count, plural } from "../model/format.ts";
import { type Matches, useMatches } from "../state/matches.ts";
import { Select, TextField } from "./form.tsx";
import { Sentence, TestName } from "./text.tsx";

const choices = [
  { value: "any", text: "any" },
  { value: "these", text: "these" },
  { value: "none", text: "none" },
] as const;

const most_shown = 8;

export function FilterFields(props: {
  draft: FilterDraft;
  onChange: (draft: FilterDraft) => void;
}) {
  const { draft, onChange } = props;
  const set = (name: ListPart, change: Partial<FilterDraft["parts"][ListPart]>) =>
    onChange({
      ...draft,
      parts: { ...draft.parts, [name]: { ...draft.parts[name], ...change } },
    });
  return (
    <div class="filter-fields">
      {listParts.map((name) => {
        const { choice, text } = draft.parts[name];
        const { label, hint } = partWords[name];
        return (
          <div key={name} class="filter-part" role="group" aria-label={label}>
            <Select
              label={label}
              value={choice}
              options={choices}
              onChange={(next: PartChoice) => set(name, { choice: next })}
            />
            {choice === "these" && (
              <TextField
                label={hint}
                area
                mono
                value={text}
                onInput={(next) => set(name, { text: next })}
              />
            )}
          </div>
        );
      })}
      <TextField
        label="regular expression"
        mono
        placeholder="any"
        hint="RE2, searched in path::name"
        value={draft.regex}
        onInput={(regex) => onChange({ ...draft, regex })}
      />
    </div>
  );
}

// What the filter means at a commit. `at` says which commit that is.
export function MatchedTests(props: {
  repo: string;
  sha: string;
  at: string;
  draft: FilterDraft;
  only?: NonNullable<Selection["only"]>;
}) {
  const { repo, sha, at, draft, only } = props;
  const filter = filterOf(draft);
  const matches = useMatches(repo, sha, only && only !== "all" ? { filter, only } : { filter });
  return (
    <div class="matches" role="status">
      <MatchedList matches={matches} at={at} />
    </div>
  );
}

function MatchedList({ matches, at }: { matches: Matches; at: string }) {
  const { page, error } = matches;
  if (error !== "") {
    return (
      <p class="field-error">
        <Sentence text={error} />
      </p>
    );
  }
  if (!page) return <p class="dim">…</p>;
  const more = page.matching - Math.min(page.tests.length, most_shown);
  return (
    <>
      <p>
        <strong>{count(page.matching)}</strong> of {plural(page.listed, "test")} {at}
      </p>
      <ul>
        {page.tests.slice(0, most_shown).map((test) => (
          <li key={test.test}>
            <TestName path={test.path} name={test.name} />
          </li>
        ))}
      </ul>
      {more > 0 && page.tests.length > 0 && <p class="dim">and {count(more)} more</p>}
    </>
  );
}
