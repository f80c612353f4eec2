import { api } from "../api/client.ts";
import type { AuditLine, AuditPage as Data } from "../api/shapes.ts";
import { Select } from "../components/form.tsx";
import { Frame } from "../components/frame.tsx";
import { Ago, Name, Sentence } from "../components/text.tsx";
import { doneText } from "../model/audit.ts";
import { printableName } from "../model/printable.ts";
import { repoUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function AuditPage() {
  const { before = "", who = "", action = "" } = query.value;
  const page = usePageData<Data>([before, who, action].join(" "), {
    load: (signal) => api.audit({ before, who, action }, signal),
    concerns: () => before === "", // what is older does not change
  });
  return (
    <Frame page={page} title="Audit">
      {(data) => <Audit data={data} older={before !== ""} who={who} action={action} />}
    </Frame>
  );
}

interface AuditProps {
  data: Data;
  older: boolean;
  who: string; // "" is everybody
  action: string;
}

const choices = (all: string, names: string[], chosen: string) => [
  { value: "", text: all },
  ...[...new Set(chosen === "" ? names : [...names, chosen])].map((value) => ({ value, text: printableName(value) })),
];

function Audit({ data, older, who, action }: AuditProps) {
  useHead("Audit");
  const last = data.entries.at(-1);
  return (
    <>
      <h1>Audit</h1>
      <p class="lead dim">Who did what, newest first. Entries stay for ever.</p>
      <div class="fields">
        <Select
          label="Who"
          value={who}
          options={choices("everybody", data.people, who)}
          onChange={(value) => setQuery({ who: value, before: "" })}
        />
        <Select
          label="What"
          value={action}
          options={choices("everything", data.actions, action)}
          onChange={(value) => setQuery({ action: value, before: "" })}
        />
      </div>
      {data.entries.length === 0 ? (
        <p class="empty">
          {older ? "There is nothing older." : who + action === "" ? "Nobody has done anything yet." : "There is no such entry."}
        </p>
      ) : (
        <Entries entries={data.entries} />
      )}
      <p class="form-end">
        {older && (
          <button type="button" onClick={() => setQuery({ before: "" })}>
            Newest
          </button>
        )}
        {data.more && last && (
          <button type="button" onClick={() => setQuery({ before: String(last.id) })}>
            Older
          </button>
        )}
      </p>
    </>
  );
}

const Entries = ({ entries }: { entries: AuditLine[] }) => (
  <div class="scroll-x">
    <table class="plain stacked">
      <thead>
        <tr>
          <th scope="col">when</th>
          <th scope="col">who</th>
          <th scope="col">what</th>
          <th scope="col">repository</th>
          <th scope="col">details</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} data-row={entry.id}>
            <td class="dim">
              <Ago at={entry.at} />
            </td>
            <td>
              <Name text={entry.who} />
            </td>
            <td>
              <Name text={doneText(entry)} />
            </td>
            <td>
              {entry.repo !== "" && (
                <a href={repoUrl(entry.repo)} data-row-link>
                  <Name text={entry.repo} />
                </a>
              )}
            </td>
            <td class="entry-detail">
              <Sentence text={entry.detail} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
