// A button that does something on the server, and says what came of it.
import { useState } from "preact/hooks";
import { Sentence } from "./text.tsx";

interface Props {
  text: string;
  done: string; // what is said where it went well
  quiet?: boolean;
  // Resolves to "" where the server took it, else to what is wrong.
  act: () => Promise<string>;
}

export function ActionButton({ text, done, quiet, act }: Props) {
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
        disabled={busy}
        onClick={() => void click()}
      >
        {text}
      </button>
      <span role="status">{answer !== "" && <Sentence text={answer} />}</span>
    </span>
  );
}
