// What reading the server's configuration again has led to, in a sentence.
import type { ReloadReport } from "../api/shapes.ts";

export function reloadSentence(report: ReloadReport): string {
  const part = (what: string, names: string[]) =>
    names.length > 0 ? [`${what}: ${names.join(", ")}`] : [];
  const parts = [
    ...part("added", report.added),
    ...part("changed", report.changed),
    ...part("removed", report.removed),
    ...report.warnings,
  ];
  return parts.length === 0 ? "nothing has changed" : parts.join("; ");
}
