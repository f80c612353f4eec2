import { api } from "../api/client.ts";
import type { ExperimentsPage as Data, ExperimentSummary } from "../api/shapes.ts";
import { Choice } from "../components/controls.tsx";
import { Frame } from "../components/frame.tsx";
import { Pill } from "../components/mark.tsx";
import { Ago, Name, Sentence, TestName } from "../components/text.tsx";
import { experimentLook, kindTitles } from "../model/experiment.ts";
import { count } from "../model/format.ts";
import { experimentUrl, repoUrl, testUrl, withQuery } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

const standings = [
  { value: "", text: "All" },
  { value: "running", text: "Running" },
  { value: "paused", text: "Paused" },
  { value: "stopped", text: "Stopped" },
  { value: "decided", text: "Decided" },
] as const;

type Standing = (typeof standings)[number]["value"];
const isStanding = (text: string): text is Standing => standings.some((s) => s.value === text);

export function ExperimentsPage() {
  const { repo = "", test = "", before = "", standing: typed = "" } = query.value;
  const standing = isStanding(typed) ? typed : "";
  const asked = { repo, test, standing, before };
  const page = usePageData<Data>(withQuery(asked, {}), {
    load: (signal) => api.experiments(asked, signal),
    concerns: (change) => change.experiments.length > 0,
  });
  return (
    <Frame page={page} title="Experiments">
      {(data) => <Experiments data={data} standing={standing} />}
    </Frame>
  );
}

function Experiments({ data, standing }: { data: Data; standing: Standing }) {
  useHead("Experiments");
  const last = data.experiments.at(-1);
  return (
    <>
      <h1>Experiments</h1>
      <p class="lead dim">
        Questions about flaky tests, answered by running them. A test's page begins one.
      </p>
      <Choice
        label="experiments that are"
        value={standing}
        options={[...standings]}
        onChange={(value) => setQuery({ standing: value, before: "" })}
      />
      {data.experiments.length === 0 ? (
        <p class="empty">There are none.</p>
      ) : (
        <Rows experiments={data.experiments} />
      )}
      {data.more && last && (
        <p class="form-end">
          <button type="button" onClick={() => setQuery({ before: String(last.id) })}>
            Older
          </button>
        </p>
      )}
    </>
  );
}

const Rows = ({ experiments }: { experiments: ExperimentSummary[] }) => (
  <div class="scroll-x">
    <table class="plain stacked">
      <thead>
        <tr>
          <th scope="col">experiment</th>
          <th scope="col">state</th>
          <th scope="col">test</th>
          <th scope="col">failed</th>
          <th scope="col">answer</th>
          <th scope="col">asked</th>
        </tr>
      </thead>
      <tbody>
        {experiments.map((each) => (
          <tr key={each.id} data-row={each.id}>
            <td>
              <a href={experimentUrl(each.id)} data-row-link>
                {kindTitles[each.kind]} {each.id}
              </a>
            </td>
            <td>
              <Pill look={experimentLook(each)} />
            </td>
            <td class="test-cell">
              <a href={repoUrl(each.repo)}>
                <Name text={each.repo} />
              </a>{" "}
              <a href={testUrl(each.repo, each.test)}>
                <TestName path={each.path} name={each.name} />
              </a>
            </td>
            <td class="number">
              {count(each.failures)} of {count(each.runs)}
            </td>
            <td class="entry-detail">
              <Sentence text={each.answer} />
            </td>
            <td class="dim">
              <Ago at={each.created_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
