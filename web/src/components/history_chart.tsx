// The rate of failures over commits, with its interval and its change points, and how long the test took. A click
// chooses a commit, a brush several; the tables below say the same in words and have buttons for it.
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { TestCommit } from "../api/shapes.ts";
import { shortSha } from "../model/format.ts";
import { verdictLooks } from "../model/looks.ts";
import { brushed, type ChangeLine, type Chosen, rateColumns } from "../model/rate_chart.ts";
import { historySentence, rateSentence } from "../model/test_history.ts";
import { axis, type Colour, Plot } from "./plot.tsx";
import { Name } from "./text.tsx";

interface Props {
  commits: TestCommit[]; // newest first
  changes: ChangeLine[];
  chosen: Chosen | undefined;
  onChoose: (chosen: { at: string; range: string }) => void;
}

const click_pixels = 4; // a shorter brush is a click

export function HistoryChart({ commits, changes, chosen, onChoose }: Props) {
  const [place, setPlace] = useState<number | null>(null);
  const columns = useMemo(() => rateColumns(commits), [commits]);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const pointing = useCallback(
    (): Pick<uPlot.Options, "cursor" | "hooks"> => ({
      cursor: {
        sync: { key: "history" },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        y: false,
      },
      hooks: {
        setCursor: [(plot) => setPlace(plot.cursor.idx ?? null)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < click_pixels) return;
            const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            choose.current(brushed(commits, from, to));
          },
        ],
        ready: [(plot) => clicks(plot, (at) => choose.current(brushed(commits, at, at)))],
      },
    }),
    [commits],
  );
  const rates = useMemo((): uPlot.AlignedData => {
    const { places, rate, low, high } = columns;
    return [places, low, high, rate];
  }, [columns]);
  const means = useMemo((): uPlot.AlignedData => [columns.places, columns.mean_ms], [columns]);
  const rateOptions = useCallback(
    (colour: Colour) => {
      const { cursor, hooks = {} } = pointing();
      return {
        ...(cursor && { cursor }),
        scales: { x: places(commits), y: { range: [0, 100] as [number, number] } },
        axes: [
          axis(colour, { show: false }),
          axis(colour, { splits: () => [0, 25, 50, 75, 100], values: (_, values) => values.map((v) => `${v} %`) }),
        ],
        series: [
          {},
          { stroke: colour("line-strong"), points: { show: false } },
          { stroke: colour("line-strong"), points: { show: false } },
          { stroke: colour("active-loud"), width: 1.5, points: { show: false } },
        ],
        bands: [{ series: [2, 1] as [number, number], fill: colour("active-fill") }],
        hooks: {
          ...hooks,
          drawClear: [(plot: uPlot) => drawChosen(plot, commits.length, chosen, colour)],
          draw: [
            (plot: uPlot) => drawChanges(plot, changes, colour),
            (plot: uPlot) => drawPoints(plot, commits, columns.radius, colour),
          ],
        },
      };
    },
    [pointing, commits, columns, changes, chosen?.[0], chosen?.[1]],
  );
  const meanOptions = useCallback(
    (colour: Colour) => ({
      ...pointing(),
      scales: { x: places(commits), y: { range: (_: uPlot, __: number, most: number) => [0, most || 1] as [number, number] } },
      axes: [
        axis(colour, { show: false }),
        axis(colour, { space: 24, values: (_, values) => values.map((ms) => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`)) }),
      ],
      series: [{}, { stroke: colour("dim"), width: 1.5, points: { show: commits.length < 100, size: 4 } }],
    }),
    [pointing, commits],
  );
  const at = place === null ? undefined : commits[commits.length - 1 - place];
  return (
    <figure class="rate-chart">
      <Plot
        label={`Rate of failures over ${commits.length} commits. ${historySentence(commits)}`}
        height={190}
        data={rates}
        options={rateOptions}
      />
      <Plot label="Mean duration at these commits" height={80} data={means} options={meanOptions} />
      <figcaption class="dim">
        {at ? (
          <>
            <span class="mono">{shortSha(at.sha)}</span> <Name text={at.subject} /> · {rateSentence(at)}
          </>
        ) : (
          "the rate with its 95 % band and, below, the mean duration; click a commit, or drag over some"
        )}
      </figcaption>
    </figure>
  );
}

const places = (commits: TestCommit[]) => ({
  time: false,
  range: [-0.5, commits.length - 0.5] as [number, number],
});

function clicks(plot: uPlot, onClick: (place: number) => void) {
  let down = 0;
  plot.over.addEventListener("mousedown", (event) => {
    down = event.clientX;
  });
  plot.over.addEventListener("click", (event) => {
    const { idx } = plot.cursor;
    if (Math.abs(event.clientX - down) < click_pixels && typeof idx === "number") onClick(idx);
  });
}

function drawChosen(plot: uPlot, count: number, chosen: Chosen | undefined, colour: Colour) {
  if (!chosen) return;
  const x = (place: number) => plot.valToPos(place, "x", true);
  const [left, right] = [x(count - 1 - chosen[1] - 0.5), x(count - 1 - chosen[0] + 0.5)];
  plot.ctx.fillStyle = colour("chosen");
  plot.ctx.fillRect(left, plot.bbox.top, Math.max(2, right - left), plot.bbox.height);
}

function drawChanges(plot: uPlot, changes: ChangeLine[], colour: Colour) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("bad-text");
  ctx.font = `${11 * devicePixelRatio}px sans-serif`;
  ctx.setLineDash([4, 3]);
  for (const { place, text } of changes) {
    const x = plot.valToPos(place - 0.5, "x", true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const right = x + 6 + ctx.measureText(text).width > bbox.left + bbox.width;
    ctx.textAlign = right ? "right" : "left";
    ctx.fillText(text, right ? x - 6 : x + 6, bbox.top + 14 * devicePixelRatio);
  }
  ctx.restore();
}

function drawPoints(plot: uPlot, commits: TestCommit[], radius: number[], colour: Colour) {
  const { ctx } = plot;
  const rates = plot.data[3];
  ctx.save();
  for (const [place, rate] of rates?.entries() ?? []) {
    const commit = commits[commits.length - 1 - place];
    if (rate === null || rate === undefined || !commit) continue;
    const { tone } = verdictLooks[commit.verdict];
    ctx.fillStyle = colour(tone === "none" || tone === "muted" ? "dim" : `${tone}-loud`);
    ctx.beginPath();
    const size = Math.min(radius[place] ?? 3, Math.max(1.5, plot.bbox.width / commits.length / devicePixelRatio / 2));
    ctx.arc(plot.valToPos(place, "x", true), plot.valToPos(rate, "y", true), size * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}
