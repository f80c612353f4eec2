import type { ComponentChildren } from "preact";
import { api, said } from "../api/client.ts";
import type { EnginePage as Data, RetentionPage, TaskSummary } from "../api/shapes.ts";
import { ActionButton } from "../components/action_button.tsx";
import { DiskCard } from "../components/disk_card.tsx";
import { EngineOrders } from "../components/engine_orders.tsx";
import { Frame } from "../components/frame.tsx";
import { TaskTable } from "../components/task_table.tsx";
import { Ago, Name, Sentence } from "../components/text.tsx";
import { bytes, count } from "../model/format.ts";
import { now } from "../state/clock.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";

export function EnginePage() {
  const page = usePageData<Data>("", {
    load: (signal) => api.engine(signal),
    concerns: () => true,
  });
  return (
    <Frame page={page} title="Engine">
      {(data) => <Engine data={data} />}
    </Frame>
  );
}

// Docker is asked for its images, so not with each change: once a minute.
function useDisk() {
  const minute = Math.floor(now.value / 60_000);
  return usePageData<RetentionPage>(String(minute), {
    load: (signal) => api.retention(signal),
    concerns: () => false,
  });
}

function Engine({ data }: { data: Data }) {
  const disk = useDisk();
  const room = disk.data.value;
  const busy = data.running.length > 0;
  const tone = data.executor === "" ? "error" : busy ? "active" : "none";
  useHead(`Engine: ${data.running.length} running, ${data.waiting_total} waiting`, tone);
  return (
    <>
      <h1>Engine</h1>
      {data.executor_error !== "" && (
        <p class="notice tone-error" role="alert">
          <Sentence text={data.executor_error} />
        </p>
      )}
      {data.draining && (
        <p class="notice" role="status">
          Draining: what runs ends, and no task is started until somebody resumes.{" "}
          <ActionButton needs="admin" text="Resume" done="" act={() => said(api.resume())} />
        </p>
      )}
      <dl class="figures">
        <Figure name="executor">
          {data.executor === "" ? (
            <span class="tone-error">none</span>
          ) : (
            <Name text={data.executor} />
          )}
        </Figure>
        {data.places !== "" && <Figure name="places">{data.places}</Figure>}
        <Figure name="slots in use">
          {data.running.length} of {data.slots}
        </Figure>
        <Figure name="waiting">{count(data.waiting_total)}</Figure>
        <Figure name="TestLooper">{data.version}</Figure>
        <Figure name="started">
          <Ago at={data.started_at} />
        </Figure>
        <Figure name="disk free">
          <a href="#disk">{room ? bytes(room.disk_free_bytes) : "…"}</a>
        </Figure>
      </dl>
      <EngineOrders
        draining={data.draining}
        onDrain={() => said(api.drain())}
        onReload={() => api.reload()}
      />
      <Queue title="Running" tasks={data.running} none="Nothing runs." />
      <Queue
        title="Waiting, next first"
        tasks={data.waiting}
        none="Nothing waits."
        more={data.waiting_total - data.waiting.length}
      />
      <Queue title="Finished, newest first" tasks={data.finished} none="Nothing has ended yet." />
      <DiskCard page={room} error={disk.error.value?.message ?? ""} />
    </>
  );
}

const Figure = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Queue(props: { title: string; tasks: TaskSummary[]; none: string; more?: number }) {
  return (
    <section class="card" aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.tasks.length === 0 ? (
        <p class="dim">{props.none}</p>
      ) : (
        <TaskTable
          tasks={props.tasks}
          label={props.title}
          onCancel={(task) => said(api.cancelTask(task))}
        />
      )}
      {(props.more ?? 0) > 0 && <p class="dim">and {count(props.more ?? 0)} more</p>}
    </section>
  );
}
