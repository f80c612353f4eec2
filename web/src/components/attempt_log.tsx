// The log of an attempt, from the page's data to the view of it.
import { useEffect, useState } from "preact/hooks";
import type { AttemptSummary } from "../api/shapes.ts";
import { LogFeed } from "../state/log_feed.ts";
import { LogView } from "./log_view.tsx";

interface Props {
  task: number;
  attempt: AttemptSummary;
  url: string;
}

// Mounted anew for another attempt (by its key): a feed belongs to one.
export function AttemptLog({ task, attempt, url }: Props) {
  const [feed] = useState(() => new LogFeed(task, attempt.number, attempt.outcome !== ""));
  useEffect(() => () => feed.close(), [feed]);
  return (
    <LogView
      feed={feed}
      url={url}
      fileName={`task-${task}-attempt-${attempt.number}.log`}
      dropped={attempt.log_dropped}
    />
  );
}
