// Where the points of a rate's chart stand: oldest commit left, newest right; 0 below, 1 above. In the units
// of a view box.
import type { TestCommit } from "../api/shapes.ts";
import { trials } from "./test_history.ts";

export interface RatePoint {
  place: number; // among the commits, newest first
  x: number;
  y: number;
  top: number; // of its interval
  bottom: number;
  radius: number; // more runs, a larger point
}

export interface ChartSize {
  width: number;
  height: number;
  margin: number; // to the left and the right of the first and last point
}

// Commits without a run leave a gap.
export function ratePoints(commits: TestCommit[], size: ChartSize): RatePoint[] {
  const step = (size.width - 2 * size.margin) / Math.max(1, commits.length - 1);
  const y = (rate: number) => (1 - rate) * size.height;
  const points: RatePoint[] = [];
  for (const [place, commit] of commits.entries()) {
    const n = trials(commit);
    if (n === 0) continue;
    const from_left = commits.length - 1 - place;
    points.push({
      place,
      x: commits.length === 1 ? size.width / 2 : size.margin + from_left * step,
      y: y(commit.failures / n),
      top: y(commit.rate_high),
      bottom: y(commit.rate_low),
      radius: Math.min(6, 2 + Math.log10(n) * 1.5),
    });
  }
  return points.reverse();
}

export const pathOf = (points: RatePoint[]): string =>
  points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
