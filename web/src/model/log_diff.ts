// Two logs side by side: which lines say the same, but for what differs from run to run anyway.
export type DiffRow =
  | { kind: "same"; left: number; right: number }
  | { kind: "differs"; left: number | undefined; right: number | undefined };

// Numbers, times, addresses and ids are not what one looks for.
export const essence = (line: string): string =>
  line
    .replace(/0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+(?:[.:,]\d+)*/gi, "#")
    .replace(/\s+/g, " ")
    .trim();

const most_edits = 1_000;

// Myers' greedy way: the shortest list of lines to leave out on either side. Where that is longer than anybody would
// read, what is between the common beginning and end is different as a whole.
export function diffLines(left: string[], right: string[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let [a, b] = [left.length, right.length];
  while (a > start && b > start && left[a - 1] === right[b - 1]) a--, b--;
  const same = (l: number, r: number) => rows.push({ kind: "same", left: l, right: r });
  for (let i = 0; i < start; i++) same(i, i);
  let [l, r] = [start, start];
  for (const [pair_left, pair_right] of common(left.slice(start, a), right.slice(start, b))) {
    pushDifference(rows, l, start + pair_left, r, start + pair_right);
    same(start + pair_left, start + pair_right);
    [l, r] = [start + pair_left + 1, start + pair_right + 1];
  }
  pushDifference(rows, l, a, r, b);
  for (let i = 0; a + i < left.length; i++) same(a + i, b + i);
  return rows;
}

function pushDifference(rows: DiffRow[], l: number, to_l: number, r: number, to_r: number) {
  for (let i = 0; i < Math.max(to_l - l, to_r - r); i++) {
    rows.push({
      kind: "differs",
      left: l + i < to_l ? l + i : undefined,
      right: r + i < to_r ? r + i : undefined,
    });
  }
}

// Pairs of equal lines, rising on both sides.
function common(left: string[], right: string[]): [number, number][] {
  const [n, m] = [left.length, right.length];
  const most = Math.min(n + m, most_edits);
  let best = new Map<number, number>([[1, 0]]); // the farthest left line on each diagonal
  const trail: Map<number, number>[] = [];
  for (let edits = 0; edits <= most; edits++) {
    const next = new Map<number, number>();
    for (let k = -edits; k <= edits; k += 2) {
      const below = best.get(k + 1) ?? -1;
      const beside = best.get(k - 1) ?? -1;
      let x = k === -edits || (k !== edits && beside < below) ? below : beside + 1;
      if (x < 0 || x > n || x - k < 0 || x - k > m) continue;
      while (x < n && x - k < m && left[x] === right[x - k]) x++;
      next.set(k, x);
      if (x >= n && x - k >= m) return pairs(trail, best, n, m, edits);
    }
    trail.push(best);
    best = next;
  }
  return [];
}

function pairs(
  trail: Map<number, number>[],
  last: Map<number, number>,
  n: number,
  m: number,
  edits: number,
): [number, number][] {
  const out: [number, number][] = [];
  let [x, y] = [n, m];
  for (let d = edits; d >= 0; d--) {
    const best = d === edits ? last : (trail[d] ?? last);
    const k = x - y;
    const below = best.get(k + 1) ?? -1;
    const beside = best.get(k - 1) ?? -1;
    const from = k === -d || (k !== d && beside < below) ? k + 1 : k - 1;
    const before_x = d === 0 ? 0 : (best.get(from) ?? 0);
    const before_y = d === 0 ? 0 : before_x - from;
    while (x > before_x && y > before_y) {
      x--;
      y--;
      out.push([x, y]);
    }
    [x, y] = [before_x, before_y];
  }
  return out.reverse();
}
