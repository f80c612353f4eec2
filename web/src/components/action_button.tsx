// A button that does something on the server, and says what came of it.
import { useState } from "preact/hooks";
import type { Needs } from "../model/role.ts";
import { whyNot } from "../state/session.ts";
import { Sentence } from "./text.tsx";

interface Props {
  text: string;
  done: string; // what is said where it went well
  quiet?: boolean;
  needs?: Needs; // the role; a runner's where nothing is said
  // Resolves to "" where the server took it, else to what is wrong.
  act: () => Promise<string>;
}

export function ActionButton({ text, done, quiet, needs = "runner", act }: Props) {
  const why = whyNot(needs);
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState("");
  const click = async () => {
    setBusy(true);
    setAnswer((await act()) || done);
    setBusy(false);
  };
  return (
    <span class="action">
      <button
        type="button"
        class={quiet ? "quiet" : undefined}
        data-action=""
        disabled={busy || why !== ""}
        title={why || undefined}
        onClick={() => void click()}
      >
        {text}
      </button>
      <span role="status">{answer !== "" && <Sentence text={answer} />}</span>
    </span>
  );
}
