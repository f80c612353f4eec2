// The log of a run, alone or beside one of another outcome at the same commit. Which one is in the URL.
import type { RunPage, RunSummary } from "../api/shapes.ts";
import { runLogUrl } from "../model/files.ts";
import { duration } from "../model/format.ts";
import { outcomeLooks } from "../model/looks.ts";
import { query, setQuery } from "../state/query.ts";
import { RunLog } from "./attempt_log.tsx";
import { Select } from "./form.tsx";
import { later } from "./later.tsx";

const LogBeside = later(() => import("./log_beside.tsx").then((file) => file.LogBeside));

const failed = ({ outcome }: RunSummary): boolean =>
  outcomeLooks[outcome].tone === "bad" || outcomeLooks[outcome].tone === "error";

// Runs that ended otherwise than this one, the newest first.
const others = ({ run, siblings }: RunPage): RunSummary[] =>
  siblings.filter((each) => each.id !== run.id && failed(each) !== failed(run));

const title = (run: RunSummary): string =>
  `run ${run.id}: ${outcomeLooks[run.outcome].word}, ${duration(run.duration_us)}`;

export function RunLogs({ page }: { page: RunPage }) {
  const { run, log } = page;
  const choices = others(page);
  const other = choices.find((each) => String(each.id) === query.value.beside);
  const can = choices.length > 0 && log.kind !== "none" && log.removed_at === null;
  return (
    <>
      {can && (
        <div class="toolbar beside-choice">
          <button
            type="button"
            aria-pressed={other !== undefined}
            onClick={() => setQuery({ beside: other ? "" : String(choices[0]?.id ?? "") })}
          >
            {failed(run) ? "Beside a passing run" : "Beside a failing run"}
          </button>
          {other && (
            <Select
              label="which run"
              unseen
              value={String(other.id)}
              options={choices.slice(0, 100).map((each) => ({ value: String(each.id), text: title(each) }))}
              onChange={(beside) => setQuery({ beside })}
            />
          )}
        </div>
      )}
      {other ? (
        <LogBeside
          key={other.id}
          left={{ title: title(run), url: runLogUrl(run.id) }}
          right={{ title: title(other), url: runLogUrl(other.id) }}
        />
      ) : (
        <RunLog key={run.id} page={page} />
      )}
    </>
  );
}
