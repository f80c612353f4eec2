// How many tests of a repository are known as flaky, against a week and four weeks ago: the figure in words, and a
// line of the days.
import { count, plural } from "./format.ts";
import type { Look } from "./looks.ts";
import { trendLooks } from "./flaky.ts";

export interface FlakyTrend {
  now: number;
  ago: string; // "9 a week ago, 4 four weeks ago"
  look: Look;
  sentence: string;
  line: string; // an SVG path, `width` × `height`
}

export const width = 84;
export const height = 20;

// `days` as the server gives them: oldest first, today last. Undefined where no test was known in all that time.
export function flakyTrend(days: number[]): FlakyTrend | undefined {
  if (!days.some((n) => n > 0)) return undefined;
  const back = (n: number) => days.at(-1 - n) ?? days[0] ?? 0;
  const [now, week, month] = [back(0), back(7), back(28)];
  const ago = `${count(week)} a week ago, ${count(month)} four weeks ago`;
  const look = trendOf(now - week || now - month);
  const sentence = `${plural(now, "test")} known as flaky now, ${ago}: ${look.word}`;
  return { now, ago, look, sentence, line: lineOf(days) };
}

function trendOf(change: number): Look {
  if (change === 0) return trendLooks.steady;
  return change > 0 ? trendLooks.worse : trendLooks.better;
}

// From zero: a line that shows only the difference makes much of little.
function lineOf(days: number[]): string {
  const most = Math.max(...days);
  const step = width / Math.max(1, days.length - 1);
  const y = (n: number) => height - 1 - (n / most) * (height - 2);
  return days.map((n, day) => `${day === 0 ? "M" : "L"}${(day * step).toFixed(1)} ${y(n).toFixed(1)}`).join("");
}
