import { api } from "../api/client.ts";
import type { FlakyPage as Data } from "../api/shapes.ts";
import { Choice, FilterBox } from "../components/controls.tsx";
import { FlakyTable } from "../components/flaky_table.tsx";
import { Frame } from "../components/frame.tsx";
import { RepoHead } from "../components/repo_head.tsx";
import { Name } from "../components/text.tsx";
import { plural } from "../model/format.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

type Standing = "flaky" | "fixed" | "all";
type Order = "impact" | "rate" | "newest" | "name";
const standings: { value: Standing; text: string }[] = [
  { value: "flaky", text: "flaky now" },
  { value: "fixed", text: "proven fixed" },
  { value: "all", text: "both" },
];
const orders: { value: Order; text: string }[] = [
  { value: "impact", text: "impact" },
  { value: "rate", text: "rate" },
  { value: "newest", text: "seen last" },
  { value: "name", text: "name" },
];

export function FlakyPage({ repo }: { repo: string }) {
  const { standing = "", order = "", q = "" } = query.value;
  const page = usePageData<Data>(`${standing} ${order} ${q}`, {
    load: (signal) => api.flaky(repo, { standing, order, q }, signal),
    concerns: (change) =>
      change.refs || change.commits.length > 0 || change.experiments.length > 0,
  });
  return (
    <Frame page={page} title={`Flaky tests · ${repo}`}>
      {(data) => <List data={data} />}
    </Frame>
  );
}

function List({ data }: { data: Data }) {
  const { standing = "flaky", order = "impact", q = "" } = query.value;
  useHead(`${plural(data.flaky, "flaky test")} · ${data.repo}`, data.flaky > 0 ? "flaky" : "none");
  return (
    <>
      <RepoHead repo={data.repo} tab="flaky">
        Flaky tests
      </RepoHead>
      <p class="dim">
        {plural(data.flaky, "test")} passed and failed at one commit, {data.fixed} proven fixed. Rates are told
        with their 95 % intervals; a test leaves the list when newer commits of{" "}
        <Name text={data.branch === "" ? "the primary branch" : data.branch} mono /> pass so often in a row that
        its old rate is excluded, at a risk of {Math.round(data.risk * 100)} %. Runs that the machine failed never
        count.
      </p>
      <div class="toolbar">
        <FilterBox
          label="filter tests"
          value={q}
          onChange={(text) => setQuery({ q: text })}
        />
        <Choice
          label="show"
          value={standing as Standing}
          options={standings}
          onChange={(value) => setQuery({ standing: value === "flaky" ? "" : value })}
        />
        <Choice
          label="order"
          value={order as Order}
          options={orders}
          onChange={(value) => setQuery({ order: value === "impact" ? "" : value })}
        />
      </div>
      {data.tests.length === 0 ? (
        <p class="empty">{q === "" ? "No test is listed." : "No listed test fits."}</p>
      ) : (
        <section class="card" aria-label="tests">
          <FlakyTable repo={data.repo} tests={data.tests} />
        </section>
      )}
      {data.more && <p class="dim">There are more: filter them.</p>}
    </>
  );
}
