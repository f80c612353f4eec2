// Two logs side by side, the differences marked. What differs from run to run anyway (numbers, times, ids) does not
// count; only the lines on the screen are drawn.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { count, plural } from "../model/format.ts";
import { type DiffRow, diffLines, essence } from "../model/log_diff.ts";
import type { LogText } from "../model/log_text.ts";
import { scrollRows, scrollTo } from "../model/scroll.ts";
import { LogFeed } from "../state/log_feed.ts";
import { line_height, useViewport } from "./log_hooks.ts";

const most_lines = 50_000; // of each that are compared

export interface Side {
  title: string;
  url: string;
}

// Mounted anew for other logs (by its key): a feed belongs to one.
export function LogBeside({ left, right }: { left: Side; right: Side }) {
  const [feeds] = useState(() => [new LogFeed({ url: left.url }), new LogFeed({ url: right.url })] as const);
  useEffect(
    () => () => {
      for (const feed of feeds) feed.close();
    },
    [feeds],
  );
  const trouble = feeds.map((feed) => feed.error.value).find((error) => error !== "");
  if (trouble) return <p class="empty">{trouble}</p>;
  if (feeds.some((feed) => feed.state.value !== "complete")) return <p class="dim">reading both logs…</p>;
  return <Both titles={[left.title, right.title]} logs={[feeds[0].log, feeds[1].log]} />;
}

const linesOf = (log: LogText): string[] =>
  Array.from({ length: Math.min(log.lines, most_lines) }, (_, line) => essence(log.text(line)));

function Both({ titles, logs }: { titles: [string, string]; logs: [LogText, LogText] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useViewport(scroller);
  const rows = useMemo(() => diffLines(linesOf(logs[0]), linesOf(logs[1])), [logs[0], logs[1]]);
  const places = useMemo(() => differences(rows), [rows]);
  const [at, setAt] = useState<number>();
  const step = (by: 1 | -1) => {
    if (places.length === 0) return;
    const next = at === undefined ? (by > 0 ? 0 : places.length - 1) : (at + by + places.length) % places.length;
    setAt(next);
    const box = scroller.current;
    if (box) box.scrollTop = scrollTo(places[next] ?? 0, rows.length, line_height, box.clientHeight);
  };
  const { first, last, canvas, offset } = scrollRows(view, rows.length, line_height, 20);
  return (
    <section class="log beside" aria-label="two logs side by side">
      <div class="log-toolbar">
        <span class="log-search">
          <button type="button" data-find-previous aria-label="previous difference" onClick={() => step(-1)}>
            ↑
          </button>
          <button type="button" data-find-next aria-label="next difference" onClick={() => step(1)}>
            ↓
          </button>
          <span class="found" role="status">
            {places.length === 0
              ? "no difference but in numbers, times and ids"
              : at === undefined
                ? plural(places.length, "difference")
                : `${count(at + 1)} of ${count(places.length)}`}
          </span>
        </span>
        {logs.some((log) => log.lines > most_lines) && (
          <span class="tone-machine">the first {count(most_lines)} lines are compared</span>
        )}
      </div>
      <div class="beside-titles">
        {titles.map((title) => (
          <strong key={title}>{title}</strong>
        ))}
      </div>
      <div
        class="log-scroller"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="both logs"
        style={{ height: `${canvas}px` }}
      >
        <div class="log-canvas" style={{ height: `${canvas}px` }}>
          <div class="log-lines" style={{ transform: `translateY(${offset}px)` }}>
            {rows.slice(first, last).map((row, i) => (
              <div
                key={first + i}
                class={row.kind === "same" ? "beside-row" : "beside-row differs"}
                style={{ height: `${line_height}px` }}
              >
                <Half log={logs[0]} line={row.left} mark="−" kind={row.kind} />
                <Half log={logs[1]} line={row.right} mark="+" kind={row.kind} />
              </div>
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}

function Half(props: {
  log: LogText;
  line: number | undefined;
  mark: string;
  kind: DiffRow["kind"];
}) {
  const { log, line, kind, mark } = props;
  if (line === undefined) return <span class="half missing" />;
  const text = log.text(line);
  return (
    <span class="half" title={text.length > 60 ? text.slice(0, 2000) : undefined}>
      <span class="half-number">{line + 1}</span>
      <span class="half-mark">{kind === "same" ? "" : <ins aria-label="differs">{mark}</ins>}</span>
      <span class="line-text">{text}</span>
    </span>
  );
}

// Where runs of lines that differ begin.
const differences = (rows: DiffRow[]): number[] =>
  rows.flatMap((row, i) => (row.kind === "differs" && rows[i - 1]?.kind !== "differs" ? [i] : []));
