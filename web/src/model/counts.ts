// Sums over the outcomes of runs. `infra` is the machine's fault: it is no measurement.
import type { Counts } from "../api/shapes.ts";

export const failures = (c: Counts): number => c.failed + c.error + c.timed_out + c.crashed;
export const measured = (c: Counts): number =>
  failures(c) + c.passed + c.xfailed + c.xpassed + c.skipped;

// "3 of 40 failed", "40 passed", "no run"
export function countsText(c: Counts): string {
  const total = measured(c);
  const bad = failures(c);
  if (total === 0) return c.infra > 0 ? "machine's fault only" : "no run";
  if (bad > 0) return `${bad} of ${total} failed`;
  if (c.skipped === total) return total === 1 ? "skipped" : `${total} skipped`;
  return `${total} passed`;
}
