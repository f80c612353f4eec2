// The rate of failures over commits: a point a commit with its interval, the oldest left. The table below says
// the same in words; a point leads to the runs behind it.
import type { TestCommit } from "../api/shapes.ts";
import { shortSha } from "../model/format.ts";
import { verdictLooks } from "../model/looks.ts";
import { pathOf, ratePoints } from "../model/rate_chart.ts";
import { historySentence, rateSentence } from "../model/test_history.ts";

const size = { width: 1000, height: 140, margin: 12 };
const lines = [0, 0.25, 0.5, 0.75, 1];
const left = 44; // of the scale
const top = 10;

interface Props {
  commits: TestCommit[]; // newest first
  chosen: string; // a commit's id, or ""
  onChoose: (sha: string) => void;
}

export function RateChart({ commits, chosen, onChoose }: Props) {
  const points = ratePoints(commits, size);
  return (
    <figure class="rate-chart">
      <svg
        viewBox={`${-left} ${-top} ${size.width + left} ${size.height + 2 * top}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Rate of failures over ${commits.length} commits. ${historySentence(commits)}`}
      >
        {lines.map((rate) => (
          <line
            key={rate}
            class="grid-line"
            x1={0}
            x2={size.width}
            y1={(1 - rate) * size.height}
            y2={(1 - rate) * size.height}
          />
        ))}
        {points.map((point) => (
          <line
            key={point.place}
            class="band"
            x1={point.x}
            x2={point.x}
            y1={point.top}
            y2={point.bottom}
          />
        ))}
        <path class="rate-line" d={pathOf(points)} />
        {points.map((point) => {
          const commit = commits[point.place];
          if (!commit) return null;
          const look = verdictLooks[commit.verdict];
          return (
            <g key={point.place} onClick={() => onChoose(commit.sha === chosen ? "" : commit.sha)}>
              <title>{`${shortSha(commit.sha)} ${rateSentence(commit)}`}</title>
              <rect
                class={commit.sha === chosen ? "hit chosen" : "hit"}
                x={point.x - size.margin / 2}
                y={0}
                width={size.margin}
                height={size.height}
              />
              <line
                class={`point tone-${look.tone}`}
                x1={point.x}
                x2={point.x}
                y1={point.y}
                y2={point.y}
                stroke-width={2 * point.radius}
              />
            </g>
          );
        })}
      </svg>
      <div class="rate-scale" aria-hidden="true">
        {lines.toReversed().map((rate) => (
          <span key={rate}>{rate * 100} %</span>
        ))}
      </div>
      <figcaption class="dim">
        <span>older</span>
        <span>each commit's rate, with its 95 % interval</span>
        <span>newer</span>
      </figcaption>
    </figure>
  );
}
