// Begins an experiment with a test.
import { useState } from "preact/hooks";
import type { ExperimentRequest } from "../api/shapes.ts";
import {
  emptyForm,
  type ExperimentForm as Fields,
  requestOf,
  wrongConfidence,
  wrongEffort,
  wrongNumber,
  wrongRisk,
} from "../model/experiment.ts";
import { Choice } from "./controls.tsx";
import { CheckField, Form, TextField } from "./form.tsx";

const kinds = [
  { value: "hunt", text: "Hunt" },
  { value: "prove", text: "Prove fixed" },
  { value: "bisect", text: "Bisect" },
  { value: "diagnose", text: "Diagnose" },
] as const;

const leads: Record<Fields["kind"], string> = {
  hunt: "Runs it until it has failed so often, and tells how often it fails.",
  prove: "Runs it until it can be said that it is fixed, or that it is not.",
  bisect: "Finds the commit that made it fail more often; all stored runs are evidence.",
  diagnose: "Compares its runs under other conditions, until one is found that changes the rate.",
};

export function ExperimentForm(props: {
  repo: string;
  test: number;
  sha: string;
  kind?: Fields["kind"] | undefined; // the one that is chosen at first
  // Resolves to "" where the server took it, else to what is wrong.
  onStart: (request: ExperimentRequest) => Promise<string>;
}) {
  const [fields, setFields] = useState(() => ({
    ...emptyForm(props.sha),
    ...(props.kind && { kind: props.kind }),
  }));
  const [yes, setYes] = useState(false);
  const set = (change: Partial<Fields>) => setFields({ ...fields, ...change });
  const field = (name: Exclude<keyof Fields, "kind">, label: string, hint = "", wrong = "") => (
    <TextField
      label={label}
      hint={hint}
      error={wrong}
      mono
      value={fields[name]}
      onInput={(text) => set({ [name]: text })}
    />
  );
  const bisects = fields.kind === "bisect";
  const wrong =
    wrongNumber(fields.runs) +
    (fields.kind === "hunt" ? wrongNumber(fields.until_failures) : "") +
    (fields.kind === "prove" ? wrongRisk(fields.risk) : "") +
    (bisects ? wrongConfidence(fields.confidence) : "") +
    (fields.kind === "diagnose" ? wrongEffort(fields.effort) : "");
  const start = () => props.onStart(requestOf(fields, props.repo, props.test, yes));
  return (
    <Form label="experiment" submit="Start" disabled={wrong !== ""} onSubmit={start}>
      <Choice
        label="kind of experiment"
        value={fields.kind}
        options={[...kinds]}
        onChange={(kind) => set({ kind })}
      />
      <p class="dim">{leads[fields.kind]}</p>
      {!bisects && field("commit", "at commit", "a branch, a tag, or an id")}
      {bisects && field("good", "good", "an ancestor; the beginning is open without")}
      {bisects && field("bad", "bad", "a branch, a tag, or an id")}
      {fields.kind === "prove" &&
        field("against", "against", "the rate before (.05, 5%), a commit where it failed, or known")}
      {fields.kind === "prove" &&
        field("risk", "risk", "of saying fixed wrongly", wrongRisk(fields.risk))}
      {fields.kind === "hunt" &&
        field("until_failures", "until failures", "", wrongNumber(fields.until_failures))}
      {bisects &&
        field("confidence", "confidence", "with which the culprit is said; .95 without", wrongConfidence(fields.confidence))}
      {fields.kind === "diagnose" &&
        field("effort", "effort", "times as many runs and orders, 1 to 10", wrongEffort(fields.effort))}
      {fields.kind !== "diagnose" &&
        field("condition", "under the condition", "cpus=0.5 TZ=Asia/Tokyo; an ordinary run's without")}
      {field("runs", "runs at most", "", wrongNumber(fields.runs))}
      <CheckField label="however many runs it takes" checked={yes} onChange={setYes} />
    </Form>
  );
}
