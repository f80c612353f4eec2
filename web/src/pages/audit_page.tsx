import { api } from "../api/client.ts";
import type { AuditLine, AuditPage as Data } from "../api/shapes.ts";
import { Frame } from "../components/frame.tsx";
import { Ago, Name, Sentence } from "../components/text.tsx";
import { doneText } from "../model/audit.ts";
import { repoUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { query, setQuery } from "../state/query.ts";

export function AuditPage() {
  const before = Number.parseInt(query.value.before ?? "", 10) || 0;
  const page = usePageData<Data>(String(before), {
    load: (signal) => api.audit(before, signal),
    concerns: () => before === 0, // what is older does not change
  });
  return (
    <Frame page={page} title="Audit">
      {(data) => <Audit data={data} before={before} />}
    </Frame>
  );
}

function Audit({ data, before }: { data: Data; before: number }) {
  useHead("Audit");
  const last = data.entries.at(-1);
  return (
    <>
      <h1>Audit</h1>
      <p class="lead dim">Who did what, newest first. Entries stay for ever.</p>
      {data.entries.length === 0 ? (
        <p class="empty">
          {before > 0 ? "There is nothing older." : "Nobody has done anything yet."}
        </p>
      ) : (
        <Entries entries={data.entries} />
      )}
      <p class="form-end">
        {before > 0 && (
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
