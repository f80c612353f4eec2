// What can be asked of the whole engine: to drain, to read its configuration again; and the way to what it keeps.
import { useState } from "preact/hooks";
import type { ReloadReport } from "../api/shapes.ts";
import { reloadSentence } from "../model/reload.ts";
import { retentionUrl } from "../model/routes.ts";
import { ActionButton } from "./action_button.tsx";
import { AskButton } from "./confirm.tsx";
import { Sentence } from "./text.tsx";

interface Props {
  draining: boolean;
  // Resolves to "" where the server took it, else to what is wrong.
  onDrain: () => Promise<string>;
  onReload: () => Promise<ReloadReport>;
}

export function EngineOrders({ draining, onDrain, onReload }: Props) {
  const [report, setReport] = useState("");
  const reload = async () => {
    setReport("");
    try {
      setReport(reloadSentence(await onReload()));
      return "";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <div class="engine-orders">
      {!draining && (
        <AskButton
          text="Drain…"
          needs="admin"
          question={{
            title: "Drain the engine?",
            text:
              "What runs ends, and no task is started until somebody resumes, over restarts too. Pushes and " +
              "requests are taken all the same, and wait.",
            does: "Drain it",
            act: onDrain,
          }}
        />
      )}
      <ActionButton needs="admin" text="Read the configuration again" done="" act={reload} />
      <a href={retentionUrl()}>What is kept, and for how long</a>
      {report !== "" && (
        <p class="engine-report" role="status">
          <Sentence text={report} />
        </p>
      )}
    </div>
  );
}
