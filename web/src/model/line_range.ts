// "#L10" and "#L10-L20": lines of a log in a URL, counted from 1.
export interface LineRange {
  first: number;
  last: number;
}

export function parseRange(hash: string): LineRange | undefined {
  const match = /^#L([1-9]\d{0,8})(?:-L([1-9]\d{0,8}))?$/.exec(hash);
  if (!match) return undefined;
  const a = Number(match[1]);
  const b = Number(match[2] ?? match[1]);
  return { first: Math.min(a, b), last: Math.max(a, b) };
}

export const formatRange = (range: LineRange): string =>
  range.first === range.last ? `#L${range.first}` : `#L${range.first}-L${range.last}`;

// A click chooses a line; with shift it stretches what was chosen before to that line; a click on
// the one chosen line takes the choice away.
export function clickLine(
  range: LineRange | undefined,
  line: number,
  shift: boolean,
): LineRange | undefined {
  if (shift && range) {
    return { first: Math.min(range.first, line), last: Math.max(range.last, line) };
  }
  if (range?.first === line && range.last === line) return undefined;
  return { first: line, last: line };
}
