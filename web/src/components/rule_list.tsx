// The branch rules of a repository in their order: the first that fits a branch counts.
import { useState } from "preact/hooks";
import type { RuleSummary } from "../api/shapes.ts";
import { countsSentence } from "../model/counts_form.ts";
import { plural } from "../model/format.ts";
import { printableName } from "../model/printable.ts";
import { scheduleSentence } from "../model/rule_form.ts";
import { AskButton } from "./confirm.tsx";
import { Name, Sentence } from "./text.tsx";
import { whyNot } from "../state/session.ts";

// Each resolves to "" where the server took it, else to what is wrong.
export interface RuleOrders {
  edit: (rule: RuleSummary) => void;
  move: (rule: RuleSummary, position: number) => Promise<string>;
  remove: (rule: RuleSummary) => Promise<string>;
}

export function RuleList({ rules, orders }: { rules: RuleSummary[]; orders: RuleOrders }) {
  const [error, setError] = useState("");
  const why = whyNot("admin");
  const move = async (rule: RuleSummary, position: number) =>
    setError(await orders.move(rule, position));
  return (
    <>
      <ol class="lines rules">
        {rules.map((rule, i) => (
          <li key={rule.id}>
            <span class="rule-place dim">{i + 1}.</span>
            <span class="line-text">
              <strong>
                <Name text={rule.branches} mono />
              </strong>{" "}
              <Sentence text={ruleSentence(rule)} />
            </span>
            <span class="line-acts">
              <button
                type="button"
                class="quiet"
                aria-label={`earlier: ${printableName(rule.branches)}`}
                disabled={i === 0 || why !== ""}
                title={why || undefined}
                onClick={() => void move(rule, i)}
              >
                ↑
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={`later: ${printableName(rule.branches)}`}
                disabled={i === rules.length - 1 || why !== ""}
                title={why || undefined}
                onClick={() => void move(rule, i + 2)}
              >
                ↓
              </button>
              <button
                type="button"
                aria-label={`change ${printableName(rule.branches)}`}
                onClick={() => orders.edit(rule)}
              >
                Change
              </button>
              <AskButton
                text="Remove"
                needs="admin"
                label={`remove ${printableName(rule.branches)}`}
                question={{
                  title: "Remove the rule?",
                  text:
                    `Branches that only ${printableName(rule.branches)} fits go by the next rule that fits them, ` +
                    "or are no longer tested. What was measured stays.",
                  does: "Remove it",
                  danger: true,
                  act: () => orders.remove(rule),
                }}
              />
            </span>
          </li>
        ))}
      </ol>
      <p class="form-said" role="alert">
        {error !== "" && <Sentence text={error} />}
      </p>
    </>
  );
}

function ruleSentence(rule: RuleSummary): string {
  const nothing = [rule.runs, rule.fail_runs, rule.flake_runs, rule.new_runs].every((n) => n === 0);
  const parts = [nothing ? "not tested" : `${rule.filter_text}: ${countsSentence(rule)}`];
  const schedule = scheduleSentence(rule);
  if (schedule !== "") parts.push(schedule);
  if (rule.idle_runs > 0) {
    parts.push(`up to ${plural(rule.idle_runs, "run")} of each in idle room`);
  }
  if (!rule.superseded) parts.push("only the newest commit");
  return parts.join("; ");
}
