// How an attempt went: its end, its exit code, how long it took.
import type { AttemptSummary } from "../api/shapes.ts";
import { bytes } from "../model/format.ts";
import { outcomeLooks } from "../model/looks.ts";
import { Mark } from "./mark.tsx";
import { Ago, Elapsed, Sentence } from "./text.tsx";

export function AttemptFacts({ attempt }: { attempt: AttemptSummary }) {
  return (
    <dl class="facts">
      <div>
        <dt>attempt</dt>
        <dd>{attempt.number}</dd>
      </div>
      <div>
        <dt>ended</dt>
        <dd>
          <Mark look={outcomeLooks[attempt.outcome]} words />
        </dd>
      </div>
      <div>
        <dt>exit code</dt>
        <dd>
          {attempt.exit_code ?? "none"}
          {attempt.oom_killed && <span class="tone-bad"> out of memory</span>}
        </dd>
      </div>
      <div>
        <dt>took</dt>
        <dd>
          <Elapsed from={attempt.started_at} to={attempt.finished_at} />
        </dd>
      </div>
      <div>
        <dt>started</dt>
        <dd>
          <Ago at={attempt.started_at} />
        </dd>
      </div>
      <div>
        <dt>log</dt>
        <dd>{bytes(attempt.log_bytes)}</dd>
      </div>
      {attempt.place !== "" && (
        <div>
          <dt>place</dt>
          <dd>
            {attempt.place}
            {attempt.place_reason !== "" && <span class="tone-muted"> {attempt.place_reason}</span>}
          </dd>
        </div>
      )}
      {attempt.cause !== "" && (
        <div class="cause">
          <dt>cause</dt>
          <dd>
            <Sentence text={attempt.cause} />
          </dd>
        </div>
      )}
    </dl>
  );
}
