import { useState } from "preact/hooks";
import { api } from "../api/client.ts";
import type { ComparePage as Data } from "../api/shapes.ts";
import { ComparedCommitLine, CompareGroups } from "../components/compare_table.tsx";
import { Choice } from "../components/controls.tsx";
import { Form, TextField } from "../components/form.tsx";
import { Frame } from "../components/frame.tsx";
import { RepoHead } from "../components/repo_head.tsx";
import { Sentence } from "../components/text.tsx";
import { changeChoices, changeGroups } from "../model/compare.ts";
import { shortSha } from "../model/format.ts";
import { compareUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function ComparePage({ repo }: { repo: string }) {
  const { head = "", base = "" } = query.value;
  return (
    <>
      <RepoHead repo={repo} tab="compare">
        Compare
      </RepoHead>
      <Which key={`${head} ${base}`} head={head} base={base} />
      {head === "" ? (
        <Nothing repo={repo} />
      ) : (
        <Compared key={`${head} ${base}`} repo={repo} head={head} base={base} />
      )}
    </>
  );
}

function Which(props: { head: string; base: string }) {
  const [head, setHead] = useState(props.head);
  const [base, setBase] = useState(props.base);
  const go = async () => {
    setQuery({ head: head.trim(), base: base.trim(), show: "" });
    return "";
  };
  return (
    <Form needs="nobody" label="which commits" submit="Compare" disabled={head.trim() === ""} onSubmit={go}>
      <div class="fields which">
        <TextField
          label="commit"
          mono
          placeholder="a branch, a tag, or an id"
          value={head}
          onInput={setHead}
        />
        <TextField
          label="with"
          mono
          placeholder="its parent"
          value={base}
          onInput={setBase}
        />
      </div>
    </Form>
  );
}

function Nothing({ repo }: { repo: string }) {
  useHead(`Compare · ${repo}`);
  return (
    <p class="empty">
      Name a commit, and another to compare it with: which tests fail newly, are fixed, flake, came, went, or
      have another name. A commit's page has a link to it too.
    </p>
  );
}

function Compared({ repo, head, base }: { repo: string; head: string; base: string }) {
  const page = usePageData<Data>("", {
    load: (signal) => api.compare(repo, head, base, signal),
    // It names no commit's number, so that any that changed may be one of the two.
    concerns: (change) => change.refs || change.commits.length > 0,
  });
  return (
    <Frame page={page} title={`Compare · ${repo}`}>
      {(data) => <Comparison data={data} />}
    </Frame>
  );
}

function Comparison({ data }: { data: Data }) {
  const shown = query.value.show ?? "all";
  const failing = data.totals.find((total) => total.change === "newly_failing")?.tests ?? 0;
  useHead(
    `${shortSha(data.base.sha)}…${shortSha(data.head.sha)} · ${data.repo}: ${failing} newly failing`,
    failing > 0 ? "bad" : "none",
  );
  const groups = changeGroups(data.tests, shown);
  return (
    <>
      <section class="card" aria-label="the commits">
        <ComparedCommitLine repo={data.repo} commit={data.head} role="commit" />
        <ComparedCommitLine repo={data.repo} commit={data.base} role="with" />
        <Parents data={data} />
      </section>
      {data.warning !== "" && (
        <p class="notice tone-muted">
          <Sentence text={data.warning} />
        </p>
      )}
      <div class="toolbar">
        <Choice
          label="show"
          value={shown}
          options={changeChoices(data)}
          onChange={(value) => setQuery({ show: value === "all" ? "" : value })}
        />
      </div>
      {groups.length === 0 ? (
        <p class="empty">No test differs{shown === "all" ? "" : " so"}.</p>
      ) : (
        <CompareGroups key={shown} repo={data.repo} groups={groups} />
      )}
    </>
  );
}

// A merge is compared with each of its parents.
function Parents({ data }: { data: Data }) {
  const { parents, sha } = data.head;
  const only_this = parents.length === 1 && parents[0] === data.base.sha;
  if (parents.length === 0 || only_this) return null;
  return (
    <p>
      <span class="dim">compare with {parents.length > 1 ? "its parents" : "its parent"}:</span>{" "}
      {parents.map((parent) => (
        <a
          key={parent}
          class="mono sha"
          href={compareUrl(data.repo, sha, parent)}
          aria-current={parent === data.base.sha ? "true" : undefined}
        >
          {shortSha(parent)}
        </a>
      ))}
    </p>
  );
}
