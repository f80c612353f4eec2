// All runs of a test at a commit as a strip of cells, newest first, each a link.
import type { RunSummary } from "../api/shapes.ts";
import { duration } from "../model/format.ts";
import { outcomeLooks } from "../model/looks.ts";
import { runUrl } from "../model/routes.ts";

export function RunStrip({ runs, current }: { runs: RunSummary[]; current: number }) {
  return (
    <ol class="run-strip" aria-label="runs of this test at this commit, newest first">
      {runs.map((run) => {
        const look = outcomeLooks[run.outcome];
        return (
          <li key={run.id}>
            <a
              class={`cell cell-${look.tone}`}
              href={runUrl(run.id)}
              aria-current={run.id === current ? "page" : undefined}
              title={`run ${run.id}: ${look.word}, ${duration(run.duration_us)}`}
            >
              <span aria-hidden="true">{look.glyph}</span>
              <span class="unseen">
                run {run.id}, {look.word}
              </span>
            </a>
          </li>
        );
      })}
    </ol>
  );
}
