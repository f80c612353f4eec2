import { api, said } from "../api/client.ts";
import type { RuleRequest, RuleSummary, RulesPage as Data } from "../api/shapes.ts";
import { Frame } from "../components/frame.tsx";
import { RepoHead } from "../components/repo_head.tsx";
import { RuleForm } from "../components/rule_form.tsx";
import { RuleList } from "../components/rule_list.tsx";
import { plural } from "../model/format.ts";
import { printableName } from "../model/printable.ts";
import { ruleDraft, ruleRequest } from "../model/rule_form.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function RulesPage({ repo }: { repo: string }) {
  const page = usePageData<Data>("", {
    load: (signal) => api.rules(repo, signal),
    concerns: () => true, // rules are no refs, no commits and no tasks
  });
  return (
    <Frame page={page} title={`Branch rules · ${repo}`}>
      {(data) => <Rules data={data} reach={(revision) => page.reach(revision)} />}
    </Frame>
  );
}

const new_rule = "new";
const close = () => setQuery({ rule: "" });

type Order = (action: Promise<{ revision: number }>) => Promise<string>;

function Rules({ data, reach }: { data: Data; reach: (revision: number) => Promise<void> }) {
  useHead(`Branch rules · ${data.repo}`);
  const asked = query.value.rule ?? "";
  const edited = data.rules.find((rule) => String(rule.id) === asked);
  // Only this page shows rules, and a change of them may be nobody else's news. An order gives all of a rule, so
  // the next one waits until what this one did is shown.
  const order: Order = (action) => said(action.then((done) => reach(done.revision)));
  return (
    <>
      <RepoHead repo={data.repo} tab="rules">
        Branch rules
      </RepoHead>
      <section class="card" aria-labelledby="rules">
        <h2 id="rules">{plural(data.rules.length, "rule")}</h2>
        <p class="dim">
          The first rule that fits a branch says which tests of its commits are run, and how often. A branch that
          none fits is not tested.
        </p>
        <RuleList
          rules={data.rules}
          orders={{
            edit: (rule) => setQuery({ rule: String(rule.id) }),
            move: (rule, position) => order(api.changeRule(data.repo, rule.id, moved(rule, position))),
            remove: (rule) => order(api.removeRule(data.repo, rule.id)),
          }}
        />
        {asked === "" && (
          <button type="button" onClick={() => setQuery({ rule: new_rule })}>
            Add a rule
          </button>
        )}
      </section>
      {(asked === new_rule || edited) && (
        <section class="card" aria-labelledby="edit" key={asked}>
          <h2 id="edit">{edited ? `The rule of ${printableName(edited.branches)}` : "A new rule"}</h2>
          {!edited && <p class="dim">It comes in front of the others.</p>}
          <Edit repo={data.repo} rule={edited} order={order} />
        </section>
      )}
    </>
  );
}

const moved = (rule: RuleSummary, position: number): RuleRequest => ({
  ...ruleRequest(ruleDraft(rule), rule),
  position,
});

function Edit(props: {
  repo: string;
  rule: RuleSummary | undefined;
  order: Order;
}) {
  const { repo, rule, order } = props;
  const repos = usePageData("", {
    load: (signal) => api.repos(signal),
    concerns: (change) => change.refs,
  });
  const primary = repos.data.value?.repos.find((each) => each.name === repo)?.primary;
  return (
    <RuleForm
      repo={repo}
      sample={{ sha: primary?.head?.sha ?? "", branch: printableName(primary?.name ?? "") }}
      rule={rule}
      onSave={async (request) => {
        const wrong = await order(
          rule ? api.changeRule(repo, rule.id, request) : api.addRule(repo, request),
        );
        if (wrong === "") close();
        return wrong;
      }}
      onCancel={close}
    />
  );
}
