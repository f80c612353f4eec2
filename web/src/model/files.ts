// The API's files that a browser takes as they are: logs and artifacts.
const base = "/api/v1";

export const logUrl = (task: number, attempt: number): string =>
  `${base}/tasks/${task}/attempts/${attempt}/log`;
export const runLogUrl = (run: number): string => `${base}/runs/${run}/log`;
// A path keeps its slashes.
export const artifactUrl = (task: number, attempt: number, path: string): string =>
  `${base}/tasks/${task}/attempts/${attempt}/artifacts/${path.split("/").map(encodeURIComponent).join("/")}`;
