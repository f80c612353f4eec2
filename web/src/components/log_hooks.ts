// What a log remembers while it is looked at: where one is in it, what is searched, which lines are chosen.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Breath } from "../state/breath.ts";
import { clickLine, formatRange, type LineRange, parseRange } from "../model/line_range.ts";
import { LogLayout } from "../model/log_layout.ts";
import { most_pixels, realTop, scrollTo, topFor, type Viewport } from "../model/scroll.ts";
import { emptySearch, type Found, nextFound, searchOn } from "../model/search.ts";
import type { LogFeed } from "../state/log_feed.ts";

export const line_height = 18; // as log.css has it
const gutter = 72; // line numbers, as log.css has it
const lines_a_slice = 1_000;

type Scroller = { current: HTMLDivElement | null };

// The size of the scroller, and how many characters fit into its width.
export function useViewport(scroller: Scroller): Viewport & { columns: number } {
  const [view, setView] = useState({ top: 0, height: 600, columns: 80 });
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const onScroll = () =>
      setView((v) => (v.top === box.scrollTop ? v : { ...v, top: box.scrollTop }));
    const onResize = () => {
      const columns = Math.max(20, Math.floor((box.clientWidth - gutter - 24) / charWidth(box)));
      setView((v) => ({ ...v, height: box.clientHeight, columns }));
    };
    const observer = new ResizeObserver(onResize);
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, [scroller]);
  return view;
}

function charWidth(box: HTMLElement): number {
  const probe = document.createElement("span");
  probe.className = "log-probe";
  probe.textContent = "0".repeat(100);
  box.append(probe);
  const width = probe.getBoundingClientRect().width / 100;
  probe.remove();
  return width || 8;
}

// `width` 0 does not wrap. The layout grows with the log; a new object says so.
export function useLayout(feed: LogFeed, width: number): { layout: LogLayout; version: number } {
  const layout = useMemo(() => new LogLayout(feed.log, width), [feed, width]);
  const version = feed.version.value;
  return useMemo(() => {
    layout.update();
    return { layout, version };
  }, [layout, version]);
}

// The browser tells of a new position after it was painted; what is drawn must be right before that.
function jump(box: HTMLElement, top: number) {
  box.scrollTop = top;
  box.dispatchEvent(new Event("scroll"));
}

// Follows the end while the log grows, until somebody scrolls up; goes on when they are at the end again.
export function useFollow(scroller: Scroller, rows: number, begin: boolean) {
  const [follow, setFollow] = useState(begin);
  const last_top = useRef(0);
  const sent = useRef(false);
  // Whoever is sent to a line stays there, though it be the last so far.
  const stay = () => {
    sent.current = true;
    setFollow(false);
  };
  useLayoutEffect(() => {
    const box = scroller.current;
    if (follow && box) jump(box, box.scrollHeight);
  }, [scroller, follow, rows]);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const onScroll = () => {
      const at_end = box.scrollTop + box.clientHeight >= box.scrollHeight - 4;
      if (box.scrollTop < last_top.current - 1 && !at_end) setFollow(false);
      else if (at_end && box.scrollTop > last_top.current && !sent.current) setFollow(true);
      sent.current = false;
      last_top.current = box.scrollTop;
    };
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => box.removeEventListener("scroll", onScroll);
  }, [scroller]);
  return { follow, setFollow, stay };
}

// Where the scroll position stands for a share of the way, it means another row when rows are added: what
// is read stays where it is.
export function useSteady(scroller: Scroller, view: Viewport, rows: number, follow: boolean) {
  const rows_before = useRef(rows);
  useLayoutEffect(() => {
    const box = scroller.current;
    const { height } = view;
    if (box && !follow && rows_before.current !== rows && rows * line_height > most_pixels) {
      const real = realTop({ top: box.scrollTop, height }, rows_before.current, line_height);
      jump(box, topFor(real, rows, line_height, height));
    }
    rows_before.current = rows;
  });
}

// Lines chosen by the URL's hash or by clicks; each changes the other. `goal` is the line that a link goes to,
// until somebody has gone there.
export function useLineRange() {
  const [range, setRange] = useState<LineRange | undefined>(() => parseRange(location.hash));
  const [goal, setGoal] = useState(range?.first);
  useEffect(() => {
    const onHash = () => {
      const next = parseRange(location.hash);
      setRange(next);
      setGoal(next?.first);
    };
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  const click = (line: number, shift: boolean) => {
    const next = clickLine(range, line, shift);
    const url = location.pathname + location.search + (next ? formatRange(next) : "");
    history.replaceState(null, "", url);
    setRange(next);
  };
  return { range, goal, reached: () => setGoal(undefined), click };
}

export interface Search {
  query: string;
  found: Found;
  at: number | undefined; // the line one is at
  setQuery: (query: string) => void;
  step: (back: boolean) => void;
}

// Searches what is there, a slice at a time, and what is added: for the query, or for what `matches` says.
export function useSearch(
  feed: LogFeed,
  version: number,
  show: (line: number) => void,
  matches?: (text: string) => boolean,
): Search {
  const [found, setFound] = useState<Found>(() => emptySearch(""));
  const [at, setAt] = useState<number>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let state = found;
    const slice = () => {
      const breath = new Breath();
      do state = searchOn(state, feed.log, lines_a_slice, matches);
      while (!state.done && !breath.isDue);
      if (!state.done) timer = setTimeout(slice, 0);
      // Somebody may have typed on since this slice was due.
      setFound((now) => (now.query === state.query ? state : now));
    };
    if (found.query !== "") timer = setTimeout(slice, 0);
    return () => clearTimeout(timer);
    // `found` changes with each slice; only a new question or new text starts them again.
  }, [feed, version, found.query]);

  const step = (back: boolean) => {
    const next = nextFound(found.lines, at ?? (back ? Number.POSITIVE_INFINITY : -1), back);
    if (next === undefined) return;
    setAt(next);
    show(next);
  };
  const setQuery = (query: string) => {
    setFound(emptySearch(query));
    setAt(undefined);
  };
  return { query: found.query, found, at, setQuery, step };
}

// Brings a line to the middle of the screen.
export function showLine(scroller: Scroller, layout: LogLayout, line: number) {
  const box = scroller.current;
  if (!box) return;
  jump(box, scrollTo(layout.rowOf(line), layout.rows, line_height, box.clientHeight));
}
