// The question before something that cannot be undone. It stays, with what is wrong, where the server refused.
import { useState } from "preact/hooks";
import type { Needs } from "../model/role.ts";
import { ask, type Question, question } from "../state/confirm.ts";
import { whyNot } from "../state/session.ts";
import { Dialog } from "./controls.tsx";
import { Name, Sentence } from "./text.tsx";

const close = () => {
  question.value = undefined;
};

export function ConfirmDialog() {
  const asked = question.value;
  return (
    <Dialog open={asked !== undefined} title={asked?.title ?? ""} onClose={close}>
      {asked && <Asked key={asked.title} question={asked} />}
    </Dialog>
  );
}

function Asked({ question: asked }: { question: Question }) {
  const [busy, setBusy] = useState(false);
  const [typed, setTyped] = useState("");
  const [error, setError] = useState("");
  const act = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    const wrong = await asked.act();
    setBusy(false);
    setError(wrong);
    if (wrong === "") close();
  };
  return (
    <form class="form" onSubmit={(event) => void act(event)}>
      <p>
        <Sentence text={asked.text} />
      </p>
      {asked.typed !== undefined && (
        <label class="field">
          <span>
            Type <Name text={asked.typed} mono /> to confirm
          </span>
          <input value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
      )}
      <p class="form-said" role="alert">
        {error !== "" && <Sentence text={error} />}
      </p>
      <div class="form-end">
        <button type="button" autofocus={asked.typed === undefined} onClick={close}>
          Keep it as it is
        </button>
        <button
          type="submit"
          class={asked.danger ? "danger" : "main"}
          disabled={busy || (asked.typed !== undefined && typed !== asked.typed)}
        >
          {asked.does}
        </button>
      </div>
    </form>
  );
}

// A button that asks first.
export function AskButton(props: {
  text: string;
  label?: string; // where the text alone would not tell what it acts upon
  quiet?: boolean;
  disabled?: boolean;
  needs?: Needs; // the role; a runner's where nothing is said
  question: Question;
}) {
  const why = whyNot(props.needs ?? "runner");
  return (
    <button
      type="button"
      class={props.quiet ? "quiet" : undefined}
      aria-label={props.label}
      data-action=""
      disabled={props.disabled || why !== ""}
      title={why || undefined}
      onClick={() => ask(props.question)}
    >
      {props.text}
    </button>
  );
}
