import { api, said } from "../api/client.ts";
import type { RetentionPage as Data, RetentionItem, RetentionUse } from "../api/shapes.ts";
import { AskButton } from "../components/confirm.tsx";
import { Frame } from "../components/frame.tsx";
import { Ago, Name, Sentence } from "../components/text.tsx";
import { bytes, count } from "../model/format.ts";
import { keptKinds, limitText } from "../model/retention.ts";
import { engineUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";

export function RetentionPage() {
  const page = usePageData<Data>("", {
    load: (signal) => api.retention(signal),
    concerns: (change) => change.engine,
  });
  return (
    <Frame page={page} title="Retention">
      {(data) => <Retention data={data} />}
    </Frame>
  );
}

function Retention({ data }: { data: Data }) {
  useHead("Retention", data.paused === "" ? "none" : "error");
  return (
    <>
      <nav class="crumbs" aria-label="breadcrumbs">
        <a href={engineUrl()}>Engine</a>
      </nav>
      <h1>Retention</h1>
      {[data.paused, data.error].map(
        (problem) =>
          problem !== "" && (
            <p key={problem} class="notice tone-error" role="alert">
              <Sentence text={problem} />
            </p>
          ),
      )}
      <p>
        {bytes(data.disk_free_bytes)} of the disk's {bytes(data.disk_total_bytes)} are free; below {bytes(data.disk_reserve_bytes)}{" "}
        no new work is taken. <LastRun data={data} />
      </p>
      <section class="card" aria-labelledby="uses">
        <h2 id="uses">What is kept</h2>
        <Uses uses={data.uses} />
      </section>
      <section class="card" aria-labelledby="going">
        <h2 id="going">What would go now</h2>
        {data.going.length === 0 ? (
          <p class="dim">Nothing.</p>
        ) : (
          <>
            <AskButton
              text="Remove it now"
              needs="admin"
              question={{
                title: "Remove it now?",
                text: "What is listed here is removed for ever, without waiting for the next look.",
                does: "Remove it",
                danger: true,
                act: () => said(api.runRetention()),
              }}
            />
            <Going items={data.going} />
          </>
        )}
      </section>
    </>
  );
}

function LastRun({ data }: { data: Data }) {
  const { last_run } = data;
  if (!last_run) return <>Nothing was removed yet since the server started.</>;
  return (
    <>
      Last looked <Ago at={last_run.at} />: {count(last_run.removed)} removed,{" "}
      {bytes(last_run.bytes)}.
      {last_run.error !== "" && (
        <span class="tone-error">
          {" "}
          <Sentence text={last_run.error} />
        </span>
      )}
    </>
  );
}

const Uses = ({ uses }: { uses: RetentionUse[] }) => (
  <div class="scroll-x" role="region" aria-label="kept, a line a kind" tabIndex={0}>
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">repository</th>
          <th scope="col">kind</th>
          <th scope="col">at most</th>
          <th scope="col" class="number">
            kept
          </th>
          <th scope="col" class="number">
            size
          </th>
          <th scope="col" class="number">
            would go
          </th>
        </tr>
      </thead>
      <tbody>
        {uses.map((use) => (
          <tr key={`${use.repo} ${use.kind}`}>
            <td>{use.repo === "" ? <span class="dim">all</span> : <Name text={use.repo} />}</td>
            <td>{keptKinds[use.kind]}</td>
            <td>{limitText(use)}</td>
            <td class="number">{count(use.count)}</td>
            <td class="number">{bytes(use.bytes)}</td>
            <td class="number">
              {use.going > 0 && `${count(use.going)}, ${bytes(use.going_bytes)}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Going = ({ items }: { items: RetentionItem[] }) => (
  <div class="scroll-x" role="region" aria-label="would go, a line each" tabIndex={0}>
    <table class="plain">
      <tbody>
        {items.map((item) => (
          <tr key={`${item.kind} ${item.what}`}>
            <td>
              <Name text={item.what} />
            </td>
            <td class="number">{bytes(item.bytes)}</td>
            <td>
              <Ago at={item.since} />
            </td>
            <td class="dim">
              <Sentence text={item.why} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
