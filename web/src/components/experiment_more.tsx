// Has an experiment go on with more than it was asked for at first.
import { useState } from "preact/hooks";
import type { ExperimentMore as More, ExperimentPage } from "../api/shapes.ts";
import { moreOf, type MoreForm, wrongConfidence, wrongNumber } from "../model/experiment.ts";
import { count } from "../model/format.ts";
import { CheckField, Form, TextField } from "./form.tsx";

export function ExperimentMore(props: {
  page: ExperimentPage;
  // Resolves to "" where the server took it, else to what is wrong.
  onContinue: (more: More) => Promise<string>;
}) {
  const { kind } = props.page.experiment;
  const [fields, setFields] = useState<MoreForm>({ runs: "", until_failures: "", confidence: "" });
  const [yes, setYes] = useState(false);
  const field = (name: keyof MoreForm, label: string, hint: string, wrong: string) => (
    <TextField
      label={label}
      hint={hint}
      error={wrong}
      mono
      value={fields[name]}
      onInput={(text) => setFields({ ...fields, [name]: text })}
    />
  );
  const wrong =
    wrongNumber(fields.runs) + wrongNumber(fields.until_failures) + wrongConfidence(fields.confidence);
  const more = moreOf(fields, yes);
  return (
    <details>
      <summary>Continue with more</summary>
      <Form
        label="more"
        submit="Continue with it"
        disabled={wrong !== "" || Object.keys(more).length === 0}
        onSubmit={() => props.onContinue(more)}
      >
        {field("runs", "runs at most", `of all, instead of ${count(props.page.experiment.max_runs)}`, wrongNumber(fields.runs))}
        {kind === "hunt" &&
          field("until_failures", "until failures", "of all", wrongNumber(fields.until_failures))}
        {kind === "bisect" &&
          field("confidence", "confidence", "with which the culprit is said: 0.99", wrongConfidence(fields.confidence))}
        <CheckField label="however many runs it takes" checked={yes} onChange={setYes} />
      </Form>
    </details>
  );
}
