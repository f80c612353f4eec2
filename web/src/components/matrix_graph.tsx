// Merges and branch points over the matrix. The heads of the commits say the same in words.
import { useMemo } from "preact/hooks";
import { commitGraph, type GraphCommit, graphDots, graphPath } from "../model/commit_graph.ts";
import { column_width } from "./matrix_row.tsx";

const lane = 9;

export interface DrawnGraph {
  width: number;
  height: number;
  path: string;
  dots: string;
}

export function useGraph(commits: GraphCommit[]): DrawnGraph {
  const shas = commits.map((commit) => commit.sha).join();
  return useMemo(() => {
    const graph = commitGraph(commits);
    return {
      width: commits.length * column_width,
      height: graph.height * lane,
      path: graphPath(graph, column_width, lane),
      dots: graphDots(graph, column_width, lane),
    };
  }, [shas]);
}

export const MatrixGraph = ({ graph }: { graph: DrawnGraph }) => (
  <svg
    class="matrix-graph"
    aria-hidden="true"
    width={graph.width}
    height={graph.height}
    viewBox={`0 0 ${graph.width} ${graph.height}`}
  >
    <path class="graph-lines" d={graph.path} />
    <path class="graph-dots" d={graph.dots} />
  </svg>
);
