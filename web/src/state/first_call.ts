// The first page's data, asked for while its code is still under way. A page whose question depends on more than
// its path asks for itself.
import { api, askEarly, logBeginning } from "../api/client.ts";
import type { TaskPage } from "../api/shapes.ts";
import { logUrl } from "../model/files.ts";
import { parseRoute } from "../model/routes.ts";

export function askForFirstPage(path: string, search: string) {
  const route = parseRoute(path);
  if (route.page === "run") askEarly((signal) => api.run(route.run, signal));
  if (route.page === "task") askEarly((signal) => api.task(route.task, signal), askForLog);
  if (route.page === "experiment") askEarly((signal) => api.experiment(route.experiment, signal));
  if (route.page === "engine") askEarly((signal) => api.engine(signal));
  if (route.page === "clusters") askEarly((signal) => api.clusters(route.repo, signal));
  if (search !== "") return;
  const none = { branch: "", outcome: "", before: "", after_run: "" };
  if (route.page === "test") askEarly((signal) => api.test(route.repo, route.test, none, signal));
  const flaky = { standing: "", order: "", q: "" };
  if (route.page === "flaky") askEarly((signal) => api.flaky(route.repo, flaky, signal));
}

// Of the attempt that is shown where nobody chose another.
function askForLog({ task, attempts }: TaskPage) {
  const attempt = attempts.at(-1);
  if (!attempt || attempt.log_removed_at !== null || location.search !== "") return;
  askEarly((signal) => logBeginning(logUrl(task.id, attempt.number), signal));
}
