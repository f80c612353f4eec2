import { useEffect, useState } from "preact/hooks";
import { api, said } from "../api/client.ts";
import type { Quarantine, QuarantinePage as Data } from "../api/shapes.ts";
import { AskButton } from "../components/confirm.tsx";
import { Form, TextField } from "../components/form.tsx";
import { Frame } from "../components/frame.tsx";
import { RepoHead } from "../components/repo_head.tsx";
import { Ago, Name, Sentence, TestName } from "../components/text.tsx";
import { daysError, expiryText, listFormats, listUrl, quarantineRequest } from "../model/flaky.ts";
import { plural } from "../model/format.ts";
import { printableName } from "../model/printable.ts";
import { testUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function QuarantinePage({ repo }: { repo: string }) {
  const page = usePageData<Data>("", {
    load: (signal) => api.quarantine(repo, signal),
    concerns: () => true, // it is no commit and no task
  });
  return (
    <Frame page={page} title={`Quarantine · ${repo}`}>
      {(data) => <Entries data={data} refresh={() => page.refresh()} />}
    </Frame>
  );
}

function Entries({ data, refresh }: { data: Data; refresh: () => void }) {
  useHead(`Quarantine · ${data.repo}`);
  const asked = query.value.test ?? "";
  const order = (action: Promise<unknown>) => said(action.then(refresh));
  return (
    <>
      <RepoHead repo={data.repo} tab="quarantine">
        Quarantine
      </RepoHead>
      <section class="card quarantined" aria-labelledby="entries">
        <h2 id="entries">{plural(data.tests.length, "test")}</h2>
        <p class="dim">
          Other systems read this list and leave these tests out. Here they run and count as all others, so that
          nothing is hidden. What has expired is in the list no more.
        </p>
        {data.tests.length === 0 ? (
          <p class="empty">No test is in quarantine.</p>
        ) : (
          <ul class="lines">
            {data.tests.map((entry) => (
              <Entry key={entry.id} repo={data.repo} entry={entry} order={order} />
            ))}
          </ul>
        )}
        <p>
          <span class="dim">for other tools, an argument a line:</span>{" "}
          {listFormats.map((format) => (
            <a key={format} class="format" href={listUrl(data.repo, format)}>
              {format}
            </a>
          ))}
        </p>
      </section>
      <section class="card" aria-labelledby="add">
        <h2 id="add">Put a test in</h2>
        <Add repo={data.repo} test={asked} order={order} />
      </section>
    </>
  );
}

type Order = (action: Promise<unknown>) => Promise<string>;

function Entry({ repo, entry, order }: { repo: string; entry: Quarantine; order: Order }) {
  return (
    <li>
      <span class="line-text">
        <a href={testUrl(repo, entry.test)}>
          <TestName path={entry.path} name={entry.name} />
        </a>{" "}
        <span class="dim">
          <Name text={entry.suite} />
        </span>
        <div>
          <span class={entry.expired ? "tone-error" : ""}>{expiryText(entry)}</span>, owner{" "}
          <Name text={entry.owner} />: <Sentence text={entry.reason} />
        </div>
        <div class="dim">
          {entry.rate !== "" && <Sentence text={`${entry.standing}: ${entry.rate}; `} />}
          by <Name text={entry.quarantined_by} />, <Ago at={entry.quarantined_at} />
        </div>
      </span>
      <span class="line-acts">
        <AskButton
          text="Take out"
          label={`take out ${printableName(entry.name)}`}
          question={{
            title: "Take it out of quarantine?",
            text: "Other systems will run it, and its failures will be failures there.",
            does: "Take it out",
            danger: true,
            act: () => order(api.removeQuarantine(repo, entry.id)),
          }}
        />
      </span>
    </li>
  );
}

function Add({ repo, test, order }: { repo: string; test: string; order: Order }) {
  const [draft, setDraft] = useState({ test, owner: "", reason: "", days: "" });
  useEffect(() => {
    if (test !== "") setDraft((known) => ({ ...known, test }));
  }, [test]);
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const request = quarantineRequest(draft);
  const submit = async () => {
    if (!request) return "";
    const wrong = await order(api.addQuarantine(repo, request));
    if (wrong === "") {
      setDraft({ test: "", owner: draft.owner, reason: "", days: "" });
      setQuery({ test: "" });
    }
    return wrong;
  };
  return (
    <Form label="a test for quarantine" submit="Put it in" disabled={!request} onSubmit={submit} done="It is in.">
      <TextField
        label="test"
        wide
        mono
        hint="path::name, or suite/path::name"
        value={draft.test}
        onInput={(text) => change({ test: text })}
      />
      <div class="fields">
        <TextField
          label="owner"
          hint="who looks after it"
          value={draft.owner}
          onInput={(owner) => change({ owner })}
        />
        <TextField
          label="days"
          numeric
          placeholder="30"
          hint="then it expires"
          error={daysError(draft)}
          value={draft.days}
          onInput={(days) => change({ days })}
        />
      </div>
      <TextField
        label="reason"
        wide
        value={draft.reason}
        onInput={(reason) => change({ reason })}
      />
    </Form>
  );
}
