// A log: only the lines on the screen are drawn, whatever its length. Text from data stays text.
import { useEffect, useRef, useState } from "preact/hooks";
import { isErrorLine } from "../model/log_errors.ts";
import { scrollRows } from "../model/scroll.ts";
import type { LogFeed } from "../state/log_feed.ts";
import {
  line_height,
  showLine,
  useFollow,
  useLayout,
  useLineRange,
  useSearch,
  useSteady,
  useViewport,
} from "./log_hooks.ts";
import { LogLine } from "./log_line.tsx";
import { LogToolbar } from "./log_toolbar.tsx";

const scrollbar = 16; // room for one below the last line

interface Props {
  feed: LogFeed;
  url: string; // the raw text
  fileName: string;
  dropped: number; // bytes that the cap left out in the middle
}

export function LogView({ feed, url, fileName, dropped }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useViewport(scroller);
  const [wrap, setWrap] = useState(false);
  const { layout, version } = useLayout(feed, wrap ? view.columns : 0);
  const { range, goal, reached, click } = useLineRange();
  const live = feed.state.value === "live" || feed.state.value === "reconnecting";
  const { follow, setFollow, stay } = useFollow(scroller, layout.rows, !feed.finished && !range);
  useSteady(scroller, view, layout.rows, follow);
  const show = (line: number) => {
    stay();
    showLine(scroller, layout, line);
  };
  const search = useSearch(feed, version, show);
  const errors = useSearch(feed, version, show, isErrorLine);

  // A link to lines goes there once they are there; later additions leave the reader in peace.
  useEffect(() => {
    if (goal === undefined || !layout.has(goal - 1)) return;
    reached();
    show(goal - 1);
  });

  const scroll = scrollRows(view, layout.rows, line_height, 20);
  const first = layout.lineAt(scroll.first);
  const last = scroll.last > scroll.first ? layout.lineAt(scroll.last - 1) : first - 1;
  const shift = (layout.rowOf(first) - scroll.first) * line_height;
  const lines = [];
  for (let line = first; line <= last; line++) {
    lines.push(
      <LogLine
        key={line}
        log={feed.log}
        line={line}
        rows={layout.rowsOf(line)}
        query={search.query}
        current={search.at === line || errors.at === line}
        chosen={range !== undefined && range.first <= line + 1 && line + 1 <= range.last}
        onClick={click}
      />,
    );
  }
  const width = wrap ? {} : { minWidth: `calc(${layout.widest + 2}ch + var(--log-gutter))` };

  return (
    <section class="log" aria-label="log">
      <LogToolbar
        feed={feed}
        search={search}
        errors={errors}
        url={url}
        fileName={fileName}
        dropped={dropped}
        wrap={wrap}
        onWrap={() => setWrap(!wrap)}
        follow={follow}
        live={live}
        onEnd={() => setFollow(true)}
      />
      <div
        class="log-scroller"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="log text"
        style={{ height: `${scroll.canvas + scrollbar}px` }}
      >
        {feed.log.lines === 0 && (
          <p class="log-empty dim">
            {feed.error.value || (feed.state.value === "complete" ? "The log is empty." : "…")}
          </p>
        )}
        <div class="log-canvas" style={{ height: `${scroll.canvas}px`, ...width }}>
          <div
            class={wrap ? "log-lines wrap" : "log-lines"}
            style={{ transform: `translateY(${scroll.offset + shift}px)` }}
          >
            {lines}
          </div>
        </div>
      </div>
    </section>
  );
}
