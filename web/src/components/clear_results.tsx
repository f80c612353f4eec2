// Has the results of some tests of a commit count no longer: which, and whether one is sure.
import { useState } from "preact/hooks";
import { count } from "../model/format.ts";
import { type Scope, scopes, scopeWords } from "../model/run_request.ts";
import { Dialog } from "./controls.tsx";
import { Form, Select } from "./form.tsx";

interface Props {
  counts: Record<Scope, number>;
  // Resolves to "" where the server took it, else to what is wrong.
  onClear: (scope: Scope) => Promise<string>;
}

export function ClearResults({ counts, onClear }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" data-action="" disabled={counts.all === 0} onClick={() => setOpen(true)}>
        Clear results…
      </button>
      <Dialog open={open} title="Clear results?" onClose={() => setOpen(false)}>
        {open && <Clear counts={counts} onClear={onClear} onDone={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Clear({ counts, onClear, onDone }: Props & { onDone: () => void }) {
  const [scope, setScope] = useState<Scope>(counts.selected > 0 ? "selected" : "failed");
  const clear = async () => {
    const wrong = await onClear(scope);
    if (wrong === "") onDone();
    return wrong;
  };
  return (
    <Form
      label="clear results"
      submit="Clear them"
      danger
      disabled={counts[scope] === 0}
      onSubmit={clear}
      onCancel={onDone}
    >
      <p>
        Results up to now of these tests no longer count, on no page. The runs stay stored, the audit tells
        of it, and nothing runs again by itself.
      </p>
      <Select
        label="tests"
        value={scope}
        options={scopes.map((value) => ({
          value,
          text: `${scopeWords[value]} (${count(counts[value])})`,
        }))}
        onChange={setScope}
      />
    </Form>
  );
}
