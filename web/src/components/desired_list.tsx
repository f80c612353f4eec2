// What was asked for at a commit, and how far each wish has come; a person may ask for more, for less, or
// for nothing more.
import { useState } from "preact/hooks";
import type { DesiredSummary, WishChange } from "../api/shapes.ts";
import { countsDraft, countsOf, countsSentence } from "../model/counts_form.ts";
import { count } from "../model/format.ts";
import { cancelQuestion } from "../model/questions.ts";
import { experimentsUrl, rulesUrl } from "../model/routes.ts";
import { Condition } from "./condition.tsx";
import { AskButton } from "./confirm.tsx";
import { Progress } from "./controls.tsx";
import { CountsFields } from "./counts_fields.tsx";
import { Form } from "./form.tsx";
import { Ago, Name, Sentence } from "./text.tsx";

const sources: Record<DesiredSummary["source"], string> = {
  branch_rule: "branch rule",
  request: "request",
  schedule: "schedule",
  idle: "idle room",
  experiment: "experiment",
};

// Each resolves to "" where the server took it, else to what is wrong.
export interface WishOrders {
  change: (wish: number, to: WishChange) => Promise<string>;
  cancel: (wish: number) => Promise<string>;
}

export function DesiredList(props: {
  repo: string;
  desired: DesiredSummary[];
  orders: WishOrders;
}) {
  return (
    <section class="card" aria-labelledby="desired">
      <h2 id="desired">Desired testing</h2>
      {props.desired.length === 0 && (
        <p class="dim">Nobody has asked for runs of this commit.</p>
      )}
      <ul class="desired">
        {props.desired.map((wish) => (
          <Wish key={wish.id} wish={wish} repo={props.repo} orders={props.orders} />
        ))}
      </ul>
    </section>
  );
}

function Wish(props: { wish: DesiredSummary; repo: string; orders: WishOrders }) {
  const { wish, repo, orders } = props;
  const [changing, setChanging] = useState(false);
  const name = `${sources[wish.source]} ${wish.id}`;
  return (
    <li>
      <span>
        <Sentence text={wish.filter} />, {countsSentence(wish)}
        {wish.condition.length > 0 && (
          <>
            {" "}
            under <Condition words={wish.condition} />
          </>
        )}
      </span>
      <Progress done={wish.done + wish.given_up} wanted={wish.wanted} label={`wish ${wish.id}`} />
      <span class="dim">
        {name} ·{" "}
        {wish.requested_by !== "" && (
          <>
            <Name text={wish.requested_by} /> ·{" "}
          </>
        )}
        <Ago at={wish.created_at} />
        {wish.stopped_at !== null && " · stopped"}
      </span>
      <span class="number">
        {count(wish.done)}/{count(wish.wanted)}
        {wish.in_flight > 0 && `, ${count(wish.in_flight)} under way`}
        {wish.given_up > 0 && `, ${count(wish.given_up)} given up`}
      </span>
      <span class="wish-acts">
        {wish.source === "branch_rule" ? (
          <a href={rulesUrl(repo)}>branch rules</a>
        ) : wish.source === "experiment" ? (
          <a href={experimentsUrl()}>experiments</a>
        ) : (
          <button
            type="button"
            class="quiet"
            aria-expanded={changing}
            aria-label={`change ${name}`}
            onClick={() => setChanging(!changing)}
          >
            {wish.stopped_at === null ? "change" : "take up again"}
          </button>
        )}
        {wish.stopped_at === null && wish.done + wish.given_up < wish.wanted && (
          <AskButton
            text="cancel"
            label={`cancel ${name}`}
            quiet
            question={cancelQuestion(name, () => orders.cancel(wish.id))}
          />
        )}
      </span>
      {changing && (
        <WishForm
          wish={wish}
          onChange={async (to) => {
            const wrong = await orders.change(wish.id, to);
            if (wrong === "") setChanging(false);
            return wrong;
          }}
          onCancel={() => setChanging(false)}
        />
      )}
    </li>
  );
}

function WishForm(props: {
  wish: DesiredSummary;
  onChange: (to: WishChange) => Promise<string>;
  onCancel: () => void;
}) {
  const [draft, setDraft] = useState(countsDraft(props.wish));
  const counts = countsOf(draft, 1);
  const change = async () => {
    if (!counts) return "";
    const { runs, ...more } = counts;
    return props.onChange({ times: runs, ...more });
  };
  return (
    <Form
      label={`change request ${props.wish.id}`}
      submit="Change"
      disabled={!counts}
      onSubmit={change}
      onCancel={props.onCancel}
    >
      <CountsFields draft={draft} least={1} onChange={setDraft} />
    </Form>
  );
}
