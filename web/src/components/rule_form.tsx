// A branch rule: for which branches, which tests, how often, and when besides.
import { useState } from "preact/hooks";
import type { RuleRequest, RuleSummary } from "../api/shapes.ts";
import {
  idleError,
  onlyWords,
  ruleDraft,
  ruleRequest,
  scheduleError,
  type ScheduleOnly,
} from "../model/rule_form.ts";
import { CountsFields } from "./counts_fields.tsx";
import { FilterFields, MatchedTests } from "./filter_form.tsx";
import { CheckField, Form, Select, TextField } from "./form.tsx";

interface Props {
  repo: string;
  // Where the filter's matches are looked up; "" where no commit is known.
  sample: { sha: string; branch: string };
  rule?: RuleSummary | undefined; // absent: a new one
  // Resolves to "" where the server took it, else to what is wrong.
  onSave: (request: RuleRequest) => Promise<string>;
  onCancel: () => void;
}

const onlyOptions = Object.entries(onlyWords).map(([value, text]) => ({
  value: value as ScheduleOnly,
  text,
}));

export function RuleForm({ repo, sample, rule, onSave, onCancel }: Props) {
  const [draft, setDraft] = useState(() => ruleDraft(rule));
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const request = ruleRequest(draft, rule);
  return (
    <Form
      needs="admin"
      label={rule ? `rule ${rule.id}` : "a new rule"}
      submit={rule ? "Save" : "Add the rule"}
      disabled={!request}
      onSubmit={async () => (request ? onSave(request) : "")}
      onCancel={onCancel}
    >
      <TextField
        label="branches"
        mono
        placeholder="release/*"
        hint="a branch, or a glob: ? and * stop at a slash, ** does not; * alone is every branch"
        value={draft.branches}
        onInput={(branches) => change({ branches })}
      />
      <fieldset>
        <legend>Which tests</legend>
        <FilterFields draft={draft.filter} onChange={(filter) => change({ filter })} />
        {sample.sha !== "" && (
          <MatchedTests
            repo={repo}
            sha={sample.sha}
            at={`match at the newest commit of ${sample.branch}`}
            draft={draft.filter}
          />
        )}
      </fieldset>
      <fieldset>
        <legend>How often</legend>
        <CountsFields draft={draft.counts} least={0} onChange={(counts) => change({ counts })} />
        <CheckField
          label="commits that are no longer a branch's newest are tested too"
          checked={draft.superseded}
          onChange={(superseded) => change({ superseded })}
        />
      </fieldset>
      <fieldset>
        <legend>By the clock</legend>
        <div class="fields">
          <TextField
            label="schedule"
            mono
            placeholder="never"
            hint="five fields as in cron, UTC: 0 3 * * * is each night at three"
            value={draft.schedule}
            onInput={(schedule) => change({ schedule })}
          />
          <TextField
            label="more runs each time"
            numeric
            placeholder="0"
            value={draft.schedule_runs}
            error={scheduleError(draft)}
            onInput={(schedule_runs) => change({ schedule_runs })}
          />
          <Select
            label="of"
            value={draft.schedule_only}
            options={onlyOptions}
            onChange={(schedule_only) => change({ schedule_only })}
          />
        </div>
      </fieldset>
      <fieldset>
        <legend>In idle room</legend>
        <TextField
          label="at most, of each test"
          numeric
          placeholder="0"
          hint="while nothing else is to be done, the newest commit's tests are run more often: those first of which most is learnt in a second"
          value={draft.idle_runs}
          error={idleError(draft)}
          onInput={(idle_runs) => change({ idle_runs })}
        />
      </fieldset>
    </Form>
  );
}
