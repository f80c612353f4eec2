// Text that comes from data: names from git and from tests, commits, times. Never HTML.
import { useComputed } from "@preact/signals";
import type { CommitSummary, TaskSummary } from "../api/shapes.ts";
import { absolute, ago, durationMs, elapsed, isoTime, shortSha } from "../model/format.ts";
import { printable, printableName } from "../model/printable.ts";
import { commitUrl } from "../model/routes.ts";
import { startOf } from "../model/task.ts";
import { now } from "../state/clock.ts";

// A name on one line, its direction kept to itself; all of it on hover.
export function Name({ text, mono = false }: { text: string; mono?: boolean }) {
  const shown = printableName(text);
  return (
    <bdi class={mono ? "name mono" : "name"} title={shown}>
      {shown}
    </bdi>
  );
}

export const Sentence = ({ text }: { text: string }) => <bdi>{printable(text)}</bdi>;

export function TestName({ path, name }: { path: string; name: string }) {
  const title = printableName(path === "" ? name : `${path}::${name}`, 2000);
  return (
    <bdi class="name" title={title}>
      {path !== "" && <span class="test-path">{printableName(path)}::</span>}
      <span class="test-name">{printableName(name)}</span>
    </bdi>
  );
}

export function Ago({ at }: { at: number }) {
  const text = useComputed(() => ago(at, now.value));
  return (
    <time class="ago" dateTime={isoTime(at)} title={absolute(at)}>
      {text}
    </time>
  );
}

// About when a task that waits starts.
export function Starts({ task }: { task: TaskSummary }) {
  const text = useComputed(() => startOf(task, now.value));
  if (task.starts_at === null) return <span title="nobody knows yet when it starts">{text}</span>;
  return (
    <time dateTime={isoTime(task.starts_at)} title={`starts about ${absolute(task.starts_at)}`}>
      {text}
    </time>
  );
}

// Since `from`, going on until `to` is there.
export function Elapsed({ from, to }: { from: number; to: number | null }) {
  return to === null ? <Running from={from} /> : <span>{durationMs(to - from)}</span>;
}

function Running({ from }: { from: number }) {
  const text = useComputed(() => elapsed(now.value - from));
  return <span>{text}</span>;
}

export function CommitLink({ repo, sha }: { repo: string; sha: string }) {
  return (
    <a class="mono sha" href={commitUrl(repo, sha)}>
      {shortSha(sha)}
    </a>
  );
}

// One commit in a line: id, subject, who and when.
export function CommitLine({ repo, commit }: { repo: string; commit: CommitSummary }) {
  return (
    <span class="commit-line">
      <CommitLink repo={repo} sha={commit.sha} />
      <Name text={commit.subject} />
      <span class="dim">
        <Name text={commit.author} /> · <Ago at={commit.committed_at} />
      </span>
    </span>
  );
}
