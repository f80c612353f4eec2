import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { api, said } from "../api/client.ts";
import type {
  ClusterPage as ClusterData,
  ClustersPage as Data,
  ClusterTest,
  FailingTogether,
} from "../api/shapes.ts";
import { Frame } from "../components/frame.tsx";
import { Mark } from "../components/mark.tsx";
import { ProveCluster } from "../components/prove_cluster.tsx";
import { RepoHead } from "../components/repo_head.tsx";
import { Ago, CommitLink, Name, Sentence, TestName } from "../components/text.tsx";
import { standingLooks } from "../model/flaky.ts";
import { count, plural } from "../model/format.ts";
import { outcomeLooks } from "../model/looks.ts";
import { clustersUrl, clusterUrl, experimentsUrl, runUrl, testUrl, withQuery } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";

const concerns = (change: { refs: boolean; commits: number[] }) =>
  change.refs || change.commits.length > 0;
const firstLine = (text: string): string => text.split("\n")[0] ?? "";
const shortKey = (key: string): string => key.slice(0, 12);

export function ClustersPage({ repo }: { repo: string }) {
  const page = usePageData<Data>("", { load: (signal) => api.clusters(repo, signal), concerns });
  return (
    <Frame page={page} title={`Clusters · ${repo}`}>
      {(data) => <Clusters data={data} />}
    </Frame>
  );
}

function Clusters({ data }: { data: Data }) {
  useHead(`Clusters · ${data.repo}`);
  return (
    <>
      <RepoHead repo={data.repo} tab="clusters">
        Clusters
      </RepoHead>
      <p class="dim">
        Failures that say the same, but for numbers, dates, addresses and temporary paths, are one cluster. One fix
        may end all of it.
      </p>
      {data.clusters.length === 0 ? (
        <p class="empty">No failure has said anything yet.</p>
      ) : (
        <section class="card clusters" aria-label="clusters">
          <Table data={data} />
          {data.more && <p class="dim">Older ones are left out.</p>}
        </section>
      )}
      {data.together.length > 0 && (
        <section class="card" aria-labelledby="together">
          <h2 id="together">Flaky tests that fail together</h2>
          <p class="dim">Half of the attempts in which one of them fails, the others do too.</p>
          {data.together.map((group) => (
            <Group key={group.tests[0]?.test} repo={data.repo} group={group} />
          ))}
        </section>
      )}
    </>
  );
}

const Table = ({ data }: { data: Data }) => (
  <div class="scroll-x">
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">they say</th>
          <th scope="col">failures</th>
          <th scope="col">tests</th>
          <th scope="col">first</th>
          <th scope="col">last</th>
        </tr>
      </thead>
      <tbody>
        {data.clusters.map((cluster) => (
          <tr key={cluster.key} data-row={cluster.key}>
            <td class="flaky-why">
              <a href={clusterUrl(data.repo, cluster.key)} data-row-link>
                <Name text={firstLine(cluster.message)} mono />
              </a>
            </td>
            <td>{count(cluster.failures)}</td>
            <td>{count(cluster.tests)}</td>
            <td>
              <Ago at={cluster.first_at} />
            </td>
            <td>
              <Ago at={cluster.last_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Group = ({ repo, group }: { repo: string; group: FailingTogether }) => (
  <div class="together">
    <p>
      {plural(group.tests.length, "test")}, together in {plural(group.attempts, "attempt")}
    </p>
    <Tests repo={repo} tests={group.tests} />
  </div>
);

const Tests = ({ repo, tests }: { repo: string; tests: ClusterTest[] }) => (
  <ul class="lines">
    {tests.map((test) => (
      <li key={test.test}>
        <span class="line-text">
          {test.standing !== "" && <Mark look={standingLooks[test.standing]} />}{" "}
          <a href={testUrl(repo, test.test)}>
            <TestName path={test.path} name={test.name} />
          </a>{" "}
          <span class="dim">
            <Name text={test.suite} /> · {plural(test.failures, "failure")}
          </span>
        </span>
      </li>
    ))}
  </ul>
);

export function ClusterPage({ repo, cluster }: { repo: string; cluster: string }) {
  const page = usePageData<ClusterData>("", {
    load: (signal) => api.cluster(repo, cluster, signal),
    concerns,
  });
  return (
    <Frame page={page} title={`Cluster ${shortKey(cluster)} · ${repo}`}>
      {(data) => <Cluster data={data} />}
    </Frame>
  );
}

function Cluster({ data }: { data: ClusterData }) {
  const { repo, cluster } = data;
  const { route } = useLocation();
  useHead(`${firstLine(cluster.message)} · ${repo}`, "bad");
  return (
    <>
      <RepoHead repo={repo} tab="clusters">
        Cluster <span class="mono">{shortKey(cluster.key)}</span>
      </RepoHead>
      <section class="card" aria-label="what they say">
        <pre class="cluster-message">
          <Sentence text={cluster.message} />
        </pre>
        <dl class="facts cluster-facts">
          <Fact name="in common">
            <Name text={firstLine(data.normalised)} mono />
          </Fact>
          <Fact name="failures">
            {count(cluster.failures)} of {plural(cluster.tests, "test")}
          </Fact>
          <Fact name="first">
            <CommitLink repo={repo} sha={data.first.sha} /> <Name text={data.first.subject} />{" "}
            <span class="dim">
              · <a href={runUrl(cluster.first_run)}>the run</a> <Ago at={cluster.first_at} />
            </span>
          </Fact>
          <Fact name="last">
            <CommitLink repo={repo} sha={data.last.sha} /> <Name text={data.last.subject} />{" "}
            <span class="dim">
              · <a href={runUrl(cluster.last_run)}>the run</a> <Ago at={cluster.last_at} />
            </span>
          </Fact>
        </dl>
      </section>
      <section class="card" aria-labelledby="tests">
        <h2 id="tests">{plural(cluster.tests, "test")}</h2>
        <Tests repo={repo} tests={data.tests} />
        <ProveCluster
          flaky={data.tests.some((test) => test.standing === "flaky")}
          onStart={(fix) =>
            said(
              api
                .startExperiment({ kind: "prove", repo, cluster: cluster.key, ...fix })
                .then(() => route(`${experimentsUrl()}${withQuery({ repo }, {})}`)),
            )
          }
        />
      </section>
      {data.others.length > 0 && (
        <section class="card" aria-labelledby="others">
          <h2 id="others">Flaky tests that fail together with these</h2>
          <Tests repo={repo} tests={data.others} />
        </section>
      )}
      <section class="card" aria-labelledby="runs">
        <h2 id="runs">Newest runs</h2>
        <ul class="lines">
          {data.runs.map((run) => (
            <li key={run.id}>
              <span class="line-text">
                <Mark look={outcomeOf(run.outcome)} /> <a href={runUrl(run.id)}>run {run.id}</a>{" "}
                <TestName path={run.path} name={run.name} />{" "}
                <span class="dim">
                  at <CommitLink repo={repo} sha={run.sha} /> · <Ago at={run.started_at} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <p>
        <a href={clustersUrl(repo)}>All clusters</a>
      </p>
    </>
  );
}

const outcomeOf = (outcome: string) =>
  Object.entries(outcomeLooks).find(([name]) => name === outcome)?.[1] ?? outcomeLooks.failed;

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
