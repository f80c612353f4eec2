// Begins a proof for each flaky test of a cluster: one fix may end all of it.
import { useState } from "preact/hooks";
import { wrongRisk } from "../model/experiment.ts";
import { Form, TextField } from "./form.tsx";

interface Fix {
  commit?: string;
  risk: number;
}

export function ProveCluster(props: {
  flaky: boolean; // one of its tests is
  // Resolves to "" where the server took all of them, else to what is wrong.
  onStart: (fix: Fix) => Promise<string>;
}) {
  const [commit, setCommit] = useState("");
  const [risk, setRisk] = useState("0.05");
  if (!props.flaky) return <p class="dim">None of them is known to flake now.</p>;
  const start = () =>
    props.onStart({ ...(commit === "" ? {} : { commit }), risk: Number(risk) });
  return (
    <details>
      <summary>Prove its tests</summary>
      <p class="dim">
        Runs each flaky test of it until it can be said whether it is fixed, against the rate that is
        known of it.
      </p>
      <Form label="proof" submit="Start" disabled={wrongRisk(risk) !== ""} onSubmit={start}>
        <TextField
          label="at commit"
          hint="with the fix: a branch, a tag, or an id; the primary branch's head without"
          mono
          value={commit}
          onInput={setCommit}
        />
        <TextField
          label="risk"
          hint="of saying fixed wrongly, of all together"
          error={wrongRisk(risk)}
          mono
          value={risk}
          onInput={setRisk}
        />
      </Form>
    </details>
  );
}
