// Runs of the tests that a filter means, with numbers of their own for those that fail, flake or are new.
import { useState } from "preact/hooks";
import type { RunRequest } from "../api/shapes.ts";
import { typedWords } from "../model/condition.ts";
import { type CountsDraft, countsOf } from "../model/counts_form.ts";
import { type FilterDraft, filterDraft, filterOf } from "../model/filter_form.ts";
import { Dialog } from "./controls.tsx";
import { CountsFields } from "./counts_fields.tsx";
import { FilterFields, MatchedTests } from "./filter_form.tsx";
import { Form, Select, TextField } from "./form.tsx";

interface Props {
  repo: string;
  sha: string;
  // Resolves to "" where the server took it, else to what is wrong.
  onRun: (request: RunRequest) => Promise<string>;
}

type Isolation = NonNullable<RunRequest["isolation"]>;
const places: { value: "" | Isolation; text: string }[] = [
  { value: "", text: "as the suites have it" },
  { value: "container", text: "in containers of their own" },
  { value: "sandbox", text: "in sandboxes" },
  { value: "auto", text: "the first in containers, the others in sandboxes" },
];

const once: CountsDraft = { runs: "10", fail_runs: "", flake_runs: "", new_runs: "" };

export function RunByFilter(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" data-action="Run tests by a filter…" onClick={() => setOpen(true)}>
        By filter…
      </button>
      <Dialog open={open} wide title="Run tests by a filter" onClose={() => setOpen(false)}>
        {open && <FilterRun {...props} onDone={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function FilterRun({ repo, sha, onRun, onDone }: Props & { onDone: () => void }) {
  const [filter, setFilter] = useState<FilterDraft>(() => filterDraft());
  const [draft, setDraft] = useState(once);
  const [isolation, setIsolation] = useState<"" | Isolation>("");
  const [condition, setCondition] = useState("");
  const counts = countsOf(draft, 1);
  const run = async () => {
    if (!counts) return "";
    const { runs, ...more } = counts;
    const wanted = Object.fromEntries(Object.entries(more).filter(([, n]) => n > 0));
    const where = isolation === "" ? {} : { isolation };
    const words = typedWords(condition);
    const under = words.length === 0 ? {} : { condition: words };
    const wrong = await onRun({ times: runs, ...wanted, filter: filterOf(filter), ...where, ...under });
    if (wrong === "") onDone();
    return wrong;
  };
  return (
    <Form label="run tests by a filter" submit="Run them" disabled={!counts} onSubmit={run}>
      <FilterFields draft={filter} onChange={setFilter} />
      <MatchedTests repo={repo} sha={sha} at="of this commit match" draft={filter} />
      <CountsFields draft={draft} least={1} onChange={setDraft} />
      <TextField
        label="under the condition"
        hint="cpus=0.5 TZ=Asia/Tokyo order=reverse; such runs count for nothing else"
        mono
        value={condition}
        onInput={setCondition}
      />
      <Select label="where they run" value={isolation} options={places} onChange={setIsolation} />
    </Form>
  );
}
