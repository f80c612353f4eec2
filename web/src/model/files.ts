// The API's files that a browser takes as they are: logs and artifacts.
const base = "/api/v1";

export const logUrl = (task: number, attempt: number): string =>
  `${base}/tasks/${task}/attempts/${attempt}/log`;
// What the beginning of a log is drawn from, before the rest of a long one keeps the browser busy.
export const first_log_bytes = 128 << 10;
export const first_log_range = `bytes=0-${first_log_bytes - 1}`;
export const runLogUrl = (run: number): string => `${base}/runs/${run}/log`;
// A path keeps its slashes.
export const artifactUrl = (task: number, attempt: number, path: string): string =>
  `${base}/tasks/${task}/attempts/${attempt}/artifacts/${path.split("/").map(encodeURIComponent).join("/")}`;
