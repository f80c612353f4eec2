// How an experiment goes, as a picture that grows: failures by runs beside what was asked, or a bisection's belief over
// its commits. The page says the same in words and tables.
import { useCallback, useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import type uPlot from "uplot";
import type { ExperimentExport, ExperimentPage } from "../api/shapes.ts";
import { graphDots, graphPath } from "../model/commit_graph.ts";
import { percent } from "../model/experiment.ts";
import { beliefOf, failureCurve, type FailureCurve } from "../model/experiment_curve.ts";
import { count, plural, shortSha } from "../model/format.ts";
import { commitUrl } from "../model/routes.ts";
import { isDrawn, useExported } from "../state/exported.ts";
import { axis, type Colour, Plot } from "./plot.tsx";

export function ExperimentCharts({ page }: { page: ExperimentPage }) {
  const exported = useExported(page);
  const { kind, id } = page.experiment;
  if (!isDrawn(page)) return null;
  const bisects = kind === "bisect";
  return (
    <section class="card" aria-labelledby="course">
      <h2 id="course">{bisects ? "What is believed of each commit" : "How it goes"}</h2>
      <div class="course">
        {exported &&
          (bisects ? (
            <BeliefChart page={page} range={exported.range} />
          ) : (
            <CurveChart key={id} page={page} runs={exported.runs} />
          ))}
      </div>
    </section>
  );
}

function CurveChart({ page, runs }: { page: ExperimentPage; runs: ExperimentExport["runs"] }) {
  const curve = useMemo(() => failureCurve(page, runs), [page, runs]);
  const data = useMemo(
    (): uPlot.AlignedData => [curve.runs, curve.failures, ...curve.guides.map((guide) => guide.failures)],
    [curve],
  );
  const options = useCallback((colour: Colour) => curveOptions(curve, colour), [curve]);
  const { experiment } = page;
  return (
    <figure class="rate-chart">
      <Plot
        label={`${plural(experiment.failures, "failure")} in ${plural(experiment.runs, "run")}, as they came`}
        height={180}
        data={data}
        options={options}
      />
      <figcaption class="dim">
        failures by runs
        {curve.guides.map((guide) => (
          <span key={guide.words}>
            {" · "}
            <span class={`guide guide-${guide.tone}`} aria-hidden="true">
              ┄
            </span>{" "}
            {guide.words}
          </span>
        ))}
        {curve.ends !== undefined && ` · it ends at about ${count(curve.ends)} runs`}
      </figcaption>
    </figure>
  );
}

const guideTokens = { good: "good-loud", bad: "bad-loud", dim: "dim" } as const;

const curveOptions = (curve: FailureCurve, colour: Colour): Omit<uPlot.Options, "width" | "height"> => ({
  cursor: { show: false },
  scales: {
    x: { time: false, range: (_, __, most) => [0, Math.max(1, most)] },
    y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] },
  },
  axes: [
    axis(colour, { size: 24, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5] }),
    axis(colour, { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 1e4] }),
  ],
  series: [
    {},
    { stroke: colour("active-loud"), width: 2, points: { show: false }, paths: stepped },
    ...curve.guides.map((guide) => ({
      stroke: colour(guideTokens[guide.tone]),
      dash: [5, 4],
      points: { show: false },
    })),
  ],
});

// A failure happens at its run: the line rises there, and stays until the next.
const stepped: uPlot.Series.PathBuilder = (plot, series, from, to) => {
  const line = new Path2D();
  const values = plot.data[series];
  let before: number | undefined;
  for (let i = from; i <= to; i++) {
    const value = values?.[i];
    if (value === null || value === undefined) continue;
    const x = plot.valToPos(plot.data[0][i] ?? 0, "x", true);
    const y = plot.valToPos(value, "y", true);
    if (before === undefined) line.moveTo(x, y);
    else {
      line.lineTo(x, before);
      line.lineTo(x, y);
    }
    before = y;
  }
  return { stroke: line };
};

const lane = 9;
const bars = 90; // pixels of a certain one

function BeliefChart({ page, range }: { page: ExperimentPage; range: ExperimentExport["range"] }) {
  const belief = useMemo(() => beliefOf(page, range), [page, range]);
  const { columns, graph } = belief;
  const { route } = useLocation(); // the table has links; a picture's parts cannot have the focus
  const width = Math.max(5, Math.min(24, Math.floor(1100 / Math.max(1, columns.length))));
  const whole = { width: columns.length * width, height: bars + 8 + graph.height * lane };
  const likeliest = columns.reduce((best, column) => Math.max(best, column.probability), 0);
  return (
    <figure class="belief">
      <div class="scroll-x">
        <svg
          role="img"
          aria-label={`The likeliest of ${plural(columns.length, "commit")} did it with ${percent(likeliest)}`}
          width={whole.width}
          height={whole.height}
          viewBox={`0 0 ${whole.width} ${whole.height}`}
        >
          {columns.map((column, i) => (
            <g key={column.sha} onClick={() => route(commitUrl(page.experiment.repo, column.sha))}>
              <title>
                {`${shortSha(column.sha)}: ${percent(column.probability)}` +
                  (column.runs > 0 ? `; ${count(column.failures)} of ${plural(column.runs, "run")} failed` : "; not run")}
              </title>
              <rect class="belief-hit" x={i * width} y={0} width={width} height={whole.height} />
              <rect
                class="belief-bar"
                x={i * width + 1}
                y={bars * (1 - column.probability)}
                width={width - 2}
                height={Math.max(column.candidate ? 1 : 0, bars * column.probability)}
              />
              {column.runs > 0 && (
                <rect
                  class={column.failures > 0 ? "belief-failed" : "belief-passed"}
                  x={i * width + 1}
                  y={bars + 2}
                  width={width - 2}
                  height={4}
                />
              )}
            </g>
          ))}
          <g transform={`translate(0 ${bars + 8})`} class="matrix-graph">
            <path class="graph-lines" d={graphPath(graph, width, lane)} />
            <path class="graph-dots" d={graphDots(graph, width, lane)} />
          </g>
        </svg>
      </div>
      <figcaption class="dim">
        oldest left; a bar is how likely the commit did it, the mark below it whether runs of it failed
      </figcaption>
    </figure>
  );
}
