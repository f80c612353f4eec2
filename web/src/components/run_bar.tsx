// "Run N more times": all tests of the commit, the failed, the flaky, the new, or those that are chosen; and
// how far the request has come that was made last.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { RequestPage } from "../api/shapes.ts";
import { countsText } from "../model/counts.ts";
import { count, plural } from "../model/format.ts";
import { maxTimes, minTimes, parseTimes, type Scope, scopeSentences, scopes, scopeWords } from "../model/run_request.ts";
import { cancelQuestion } from "../model/questions.ts";
import { whyNot } from "../state/session.ts";
import { AskButton } from "./confirm.tsx";
import { Progress } from "./controls.tsx";
import { Sentence } from "./text.tsx";

interface Props {
  counts: Record<Scope, number>;
  // Resolves to "" where the server took it, else to what is wrong.
  onRun: (scope: Scope, times: number) => Promise<string>;
  children: ComponentChildren; // what else can be done with tests
}

export function RunBar({ counts, onRun, children }: Props) {
  const [text, setText] = useState("10");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const times = parseTimes(text);
  const why = whyNot("runner");

  const run = async (scope: Scope) => {
    if (times === undefined || busy) return;
    setBusy(true);
    setError(await onRun(scope, times));
    setBusy(false);
  };

  return (
    <div class="run-bar" role="group" aria-label="run tests again">
      <label>
        Run{" "}
        <input
          inputMode="numeric"
          aria-label="how many more times"
          aria-invalid={times === undefined}
          size={6}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />{" "}
        more {times === 1 ? "time" : "times"}
      </label>
      {scopes.map((scope) => (
        <button
          type="button"
          key={scope}
          data-action={`Run ${scopeSentences[scope]} ${text} more times`}
          disabled={counts[scope] === 0 || times === undefined || busy || why !== ""}
          title={why || plural(counts[scope], "test")}
          onClick={() => void run(scope)}
        >
          {scopeWords[scope]} <span class="choice-count">{count(counts[scope])}</span>
        </button>
      ))}
      {children}
      <span class="run-said" role="alert">
        {times === undefined && `a number from ${minTimes} to ${count(maxTimes)}`}
        {error !== "" && <Sentence text={error} />}
      </span>
    </div>
  );
}

// The request that was made last, as far as it has come.
export function RequestProgress(props: {
  page: RequestPage;
  // Resolves to "" where the server took it, else to what is wrong.
  onCancel: () => Promise<string>;
  onClose: () => void;
}) {
  const { page, onCancel, onClose } = props;
  const { desired, counts, finished, error } = page;
  const over = desired.done + desired.given_up;
  return (
    <div class="request" role="status">
      <span class="request-title">
        Request {desired.id}: <Sentence text={desired.filter} />, {plural(desired.runs, "time")}
      </span>
      <Progress done={over} wanted={desired.wanted} label={`request ${desired.id}`} />
      <span class="number">
        {count(desired.done)} of {plural(desired.wanted, "run")}
      </span>
      <span>
        {countsText(counts)}
        {desired.given_up > 0 && `, ${count(desired.given_up)} given up by the machine`}
        {finished ? " · finished" : ` · ${count(desired.in_flight)} under way`}
      </span>
      {error !== "" && (
        <span class="tone-error error-line">
          <Sentence text={error} />
        </span>
      )}
      {!finished && (
        <AskButton
          text="cancel"
          label={`cancel this request ${desired.id}`}
          quiet
          question={cancelQuestion(`request ${desired.id}`, onCancel)}
        />
      )}
      <button type="button" class="quiet" onClick={onClose}>
        hide
      </button>
    </div>
  );
}
