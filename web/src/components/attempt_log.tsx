// Logs, from a page's data to the view of them: an attempt's, and the part of it that is a run's own.
import { useEffect, useState } from "preact/hooks";
import type { AttemptSummary, RunPage } from "../api/shapes.ts";
import { logUrl, runLogUrl } from "../model/files.ts";
import { LogFeed, type LogSource } from "../state/log_feed.ts";
import { LogView } from "./log_view.tsx";
import { Ago } from "./text.tsx";

// Mounted anew for another attempt (by its key): a feed belongs to one.
export function AttemptLog({ task, attempt }: { task: number; attempt: AttemptSummary }) {
  if (attempt.log_removed_at !== null) return <Removed at={attempt.log_removed_at} />;
  const url = logUrl(task, attempt.number);
  const live = attempt.outcome === "" ? { task, attempt: attempt.number } : undefined;
  return (
    <Log
      source={live ? { url, live } : { url }}
      fileName={`task-${task}-attempt-${attempt.number}.log`}
      dropped={attempt.log_dropped}
    />
  );
}

// The run's own part where there is one, else all that its attempt wrote.
export function RunLog({ page }: { page: RunPage }) {
  const { run, attempt, log } = page;
  if (log.removed_at !== null) return <Removed at={log.removed_at} />;
  if (log.kind === "whole") return <AttemptLog task={run.task} attempt={attempt} />;
  if (log.kind === "none") return <p class="empty">This run left no output.</p>;
  return <Log source={{ url: runLogUrl(run.id) }} fileName={`run-${run.id}.log`} dropped={0} />;
}

function Log(props: { source: LogSource; fileName: string; dropped: number }) {
  const [feed] = useState(() => new LogFeed(props.source));
  useEffect(() => () => feed.close(), [feed]);
  return (
    <LogView feed={feed} url={props.source.url} fileName={props.fileName} dropped={props.dropped} />
  );
}

const Removed = ({ at }: { at: number }) => (
  <p class="empty">
    The log was removed by retention, <Ago at={at} />.
  </p>
);
