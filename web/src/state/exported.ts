// An experiment's runs and evidence, for its charts: fetched again as it goes on, the less often the longer they are.
import { api } from "../api/client.ts";
import type { ExperimentExport, ExperimentPage } from "../api/shapes.ts";
import { useLazy } from "./lazy.ts";

const most_runs = 20_000; // beyond which a picture is not worth its fetching
const pictures = 100; // of a whole experiment

export const isDrawn = ({ experiment }: ExperimentPage): boolean =>
  experiment.runs > 0 && experiment.runs <= most_runs;

export function useExported(page: ExperimentPage): ExperimentExport | undefined {
  const { id, runs, standing } = page.experiment;
  const step = Math.max(1, Math.floor(runs / pictures));
  const key = isDrawn(page) ? `${id} ${Math.floor(runs / step)} ${standing}` : "";
  return useLazy(key, (signal) => api.experimentExport(id, signal), 300).data;
}
