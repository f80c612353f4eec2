// How many tests are known as flaky, now and before: a small line, and the same in words.
import { flakyTrend, height, width } from "../model/flaky_trend.ts";
import { count } from "../model/format.ts";
import { Mark } from "./mark.tsx";

export function FlakyTrend({ days }: { days: number[] }) {
  const trend = flakyTrend(days);
  if (!trend) return <span class="dim">none in four weeks</span>;
  return (
    <>
      <span class="trend-now">
        <svg class="trend" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={trend.sentence}>
          <path d={`${trend.line}V${height}H0Z`} class="trend-area" />
          <path d={trend.line} class="trend-line" />
        </svg>
        {count(trend.now)} <Mark look={trend.look} />
      </span>
      <span class="dim trend-ago">{trend.ago}</span>
    </>
  );
}
