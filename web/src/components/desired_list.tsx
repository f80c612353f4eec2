// What was asked for at a commit, and how far each wish has come.
import type { DesiredSummary } from "../api/shapes.ts";
import { count, plural } from "../model/format.ts";
import { Progress } from "./controls.tsx";
import { Ago, Name, Sentence } from "./text.tsx";

const sources: Record<DesiredSummary["source"], string> = {
  branch_rule: "branch rule",
  request: "request",
  schedule: "schedule",
  idle: "idle room",
};

export function DesiredList({ desired }: { desired: DesiredSummary[] }) {
  return (
    <section class="card" aria-labelledby="desired">
      <h2 id="desired">Desired testing</h2>
      {desired.length === 0 && <p class="dim">Nobody has asked for runs of this commit.</p>}
      <ul class="desired">
        {desired.map((wish) => (
          <li key={wish.id}>
            <span>
              <Sentence text={wish.filter} />, {plural(wish.runs, "time")}
            </span>
            <Progress
              done={wish.done + wish.given_up}
              wanted={wish.wanted}
              label={`wish ${wish.id}`}
            />
            <span class="dim">
              {sources[wish.source]} {wish.id} ·{" "}
              {wish.requested_by !== "" && (
                <>
                  <Name text={wish.requested_by} /> ·{" "}
                </>
              )}
              <Ago at={wish.created_at} />
            </span>
            <span class="number">
              {count(wish.done)}/{count(wish.wanted)}
              {wish.in_flight > 0 && `, ${count(wish.in_flight)} under way`}
              {wish.given_up > 0 && `, ${count(wish.given_up)} given up`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
