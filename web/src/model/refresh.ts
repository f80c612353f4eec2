// When a page is fetched again after a change: at once where it is quiet, else no more often than half
// a second, and never so often that fetching takes more than a fifth of the time.
const shortest_ms = 500;
const cost_share = 5;

export function refreshDelay(now: number, last_start: number, last_cost: number): number {
  const due = last_start + Math.max(shortest_ms, last_cost * cost_share);
  return Math.max(0, due - now);
}

// Waits between attempts to reach a server that went away: 0.5 s doubled up to 15 s.
export const retryDelay = (failures: number): number =>
  Math.min(15_000, 500 * 2 ** Math.max(0, failures - 1));
