// Finding text in a log, a slice of lines at a time, so that a long one does not stop the page.
export interface Searchable {
  readonly lines: number;
  text(line: number): string;
}

export interface Found {
  query: string;
  lines: number[]; // that have the query, rising
  searched: number; // lines looked at for good; the last one may still grow, so it never is
  done: boolean; // all that was there has been looked at
}

export const emptySearch = (query: string): Found => ({
  query,
  lines: [],
  searched: 0,
  done: query === "",
});

function has(query: string): (text: string) => boolean {
  const wanted = query.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}

export function searchOn(
  found: Found,
  log: Searchable,
  budget: number,
  matches = has(found.query),
): Found {
  if (found.query === "") return found;
  const from = found.searched;
  const to = Math.min(log.lines, from + budget);
  const { lines } = found; // grows: to copy it for each slice would cost more than the search
  while ((lines.at(-1) ?? -1) >= from) lines.pop();
  for (let line = from; line < to; line++) {
    if (matches(log.text(line))) lines.push(line);
  }
  const done = to === log.lines;
  return { query: found.query, lines, searched: done ? Math.max(0, to - 1) : to, done };
}

// The next (or previous) of `lines` from `line`, around the end; undefined where there is none.
export function nextFound(lines: number[], line: number, back: boolean): number | undefined {
  if (back) return lines.findLast((l) => l < line) ?? lines.at(-1);
  return lines.find((l) => l > line) ?? lines[0];
}

// [start, end) of each place where the query is in the text.
export function places(text: string, query: string): [number, number][] {
  const out: [number, number][] = [];
  if (query === "") return out;
  const lower = text.toLowerCase();
  const hay = lower.length === text.length ? lower : text; // a few letters change their length
  const needle = query.toLowerCase();
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
    out.push([at, at + needle.length]);
  }
  return out;
}

export interface Piece {
  text: string;
  style: number;
  found: boolean;
}

// Spans of style cut where what was found begins and ends.
export function cutSpans(spans: { text: string; style: number }[], query: string): Piece[] {
  const found = places(spans.map((span) => span.text).join(""), query);
  const pieces: Piece[] = [];
  let offset = 0;
  for (const { text, style } of spans) {
    let at = 0;
    for (const [start, end] of found) {
      const from = Math.max(at, Math.min(text.length, start - offset));
      const to = Math.max(at, Math.min(text.length, end - offset));
      if (from > at) pieces.push({ text: text.slice(at, from), style, found: false });
      if (to > from) pieces.push({ text: text.slice(from, to), style, found: true });
      at = Math.max(at, to);
    }
    if (at < text.length) pieces.push({ text: text.slice(at), style, found: false });
    offset += text.length;
  }
  return pieces;
}
