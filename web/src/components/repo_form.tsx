// What a repository is to be tested by: to add one, or to change one.
import { useState } from "preact/hooks";
import type { RepoSummary } from "../api/shapes.ts";
import { emptyRepo, isSound, nameOf, numberError, type RepoDraft, repoDraft } from "../model/repo_form.ts";
import { Form, TextField } from "./form.tsx";

type Part = (name: keyof RepoDraft) => { value: string; onInput: (text: string) => void };

function useDraft(first: RepoDraft): [RepoDraft, Part] {
  const [draft, setDraft] = useState(first);
  return [
    draft,
    (name) => ({
      value: draft[name],
      onInput: (text) => setDraft((before) => ({ ...before, [name]: text })),
    }),
  ];
}

export function AddRepoForm(props: {
  onAdd: (draft: RepoDraft) => Promise<string>;
  onCancel?: () => void;
}) {
  const [draft, part] = useDraft(emptyRepo);
  return (
    <Form
      needs="admin"
      label="add a repository"
      submit="Add the repository"
      disabled={!isSound(draft)}
      onSubmit={() => props.onAdd(draft)}
      {...(props.onCancel ? { onCancel: props.onCancel } : {})}
    >
      <TextField
        label="path or URL"
        wide
        mono
        placeholder="/srv/git/project.git or https://…"
        hint="a whole path on the server's machine, or a URL that git can clone without asking"
        {...part("source")}
      />
      <div class="fields">
        <TextField
          label="name"
          placeholder={nameOf(draft.source) || "the last part of the path"}
          {...part("name")}
        />
        <BranchAndPeriod draft={draft} part={part} />
      </div>
      <details>
        <summary>More settings</summary>
        <div class="fields">
          <Rest draft={draft} part={part} />
        </div>
      </details>
    </Form>
  );
}

export function RepoSettingsForm(props: {
  repo: RepoSummary;
  onChange: (draft: RepoDraft) => Promise<string>;
}) {
  const [draft, part] = useDraft(repoDraft(props.repo));
  return (
    <Form
      needs="admin"
      label="settings"
      submit="Save"
      done="saved"
      disabled={!isSound(draft)}
      onSubmit={() => props.onChange(draft)}
    >
      <div class="fields">
        <BranchAndPeriod draft={draft} part={part} />
        <Rest draft={draft} part={part} />
      </div>
    </Form>
  );
}

const BranchAndPeriod = ({ draft, part }: { draft: RepoDraft; part: Part }) => (
  <>
    <TextField label="primary branch" placeholder="what HEAD names" {...part("primary_branch")} />
    <TextField
      label="fetch period, seconds"
      numeric
      placeholder="the server's"
      hint="between two looks at it; pushes that are announced are seen at once"
      error={numberError(draft, "fetch_period_s")}
      {...part("fetch_period_s")}
    />
  </>
);

const Rest = ({ draft, part }: { draft: RepoDraft; part: Part }) => (
  <>
    <TextField
      label="config file"
      mono
      placeholder=".testlooper/config.yaml"
      {...part("config_path")}
    />
    <TextField
      label="branch prefix"
      mono
      placeholder="all branches"
      hint="only branches that begin so are looked at"
      {...part("branch_prefix")}
    />
    <TextField
      label="scan depth, commits"
      numeric
      placeholder="the default"
      hint="how far back a branch is read when it is first seen"
      error={numberError(draft, "scan_depth")}
      {...part("scan_depth")}
    />
  </>
);
