// The history in the matrix's head: each commit a dot in its column, newest left, and lines from it to its parents.
// Lines keep to lanes, so that none runs through a commit that is not on it.
export interface GraphCommit {
  sha: string;
  parents: string[];
}

export interface GraphEdge {
  from: number; // column of the commit
  to: number; // column of its parent; the number of commits where the parent is older than all of them
  lanes: [start: number, along: number, end: number];
  merge: boolean; // to another parent than the first
}

export interface CommitGraph {
  lanes: number[]; // of each commit
  edges: GraphEdge[];
  height: number; // lanes in use
}

export const most_lanes = 4; // further ones share the last

export function commitGraph(commits: GraphCommit[]): CommitGraph {
  const columns = new Map(commits.map((commit, column) => [commit.sha, column]));
  const waiting: (string | undefined)[] = []; // a lane each: the commit that it leads to
  const lanes: number[] = [];
  const open: { sha: string; edge: GraphEdge }[] = [];
  const edges: GraphEdge[] = [];
  const free = () => {
    const lane = waiting.indexOf(undefined);
    return lane < 0 ? waiting.length : lane;
  };
  for (const [column, { sha, parents }] of commits.entries()) {
    const reached = waiting.indexOf(sha);
    const lane = reached < 0 ? free() : reached;
    for (let i = 0; i < waiting.length; i++) if (waiting[i] === sha) waiting[i] = undefined;
    lanes.push(lane);
    for (const [place, parent] of parents.entries()) {
      let along = waiting.indexOf(parent);
      if (along < 0 || place === 0) {
        along = place === 0 ? lane : free();
        waiting[along] = parent;
      }
      const to = columns.get(parent) ?? commits.length;
      const edge: GraphEdge = { from: column, to, lanes: [lane, along, along], merge: place > 0 };
      edges.push(edge);
      open.push({ sha: parent, edge });
    }
  }
  for (const { edge } of open) edge.lanes[2] = lanes[edge.to] ?? edge.lanes[1];
  const cut = (lane: number) => Math.min(lane, most_lanes - 1);
  for (const edge of edges) edge.lanes = [cut(edge.lanes[0]), cut(edge.lanes[1]), cut(edge.lanes[2])];
  return {
    lanes: lanes.map(cut),
    edges,
    height: Math.min(most_lanes, Math.max(1, waiting.length, ...lanes.map((lane) => lane + 1))),
  };
}

// One path for all edges, in columns of `width` and lanes of `lane` pixels.
export function graphPath(graph: CommitGraph, width: number, lane: number): string {
  const x = (column: number) => (column + 0.5) * width;
  const y = (place: number) => (place + 0.5) * lane;
  return graph.edges
    .map(({ from, to, lanes: [start, along, end] }) => {
      let d = `M${x(from)} ${y(start)}`;
      let at = x(from);
      if (start !== along) {
        at += width;
        d += `C${at - width / 2} ${y(start)} ${at - width / 2} ${y(along)} ${at} ${y(along)}`;
      }
      const bend = end === along ? x(to) : Math.max(at, x(to) - width);
      d += `L${bend} ${y(along)}`;
      if (end !== along) d += `C${x(to) - width / 2} ${y(along)} ${x(to) - width / 2} ${y(end)} ${x(to)} ${y(end)}`;
      return d;
    })
    .join("");
}

// Dots: lines without a length, whose round ends are all of them.
export const graphDots = (graph: CommitGraph, width: number, lane: number): string =>
  graph.lanes.map((place, column) => `M${(column + 0.5) * width} ${(place + 0.5) * lane}h0`).join("");
