// What is asked before the code of the pages is there is what that code asks.
import { afterEach, expect, test, vi } from "vitest";
import { api } from "../../src/api/client.ts";
import { firstQuestion } from "../../src/model/first_question.ts";

const { signal } = new AbortController();
const none = { branch: "", outcome: "", before: "", after_run: "", runs_at: "" };
const flaky = { standing: "", order: "", q: "" };
const sha = "0123456789abcdef0123456789abcdef01234567";

afterEach(() => vi.unstubAllGlobals());

test.each<[string, string, () => Promise<unknown>]>([
  ["/", "?add=1", () => api.repos(signal)],
  ["/engine", "", () => api.engine(signal)],
  ["/runs/41", "", () => api.run(41, signal)],
  ["/tasks/7", "?attempt=2", () => api.task(7, signal)],
  ["/experiments/3", "", () => api.experiment(3, signal)],
  ["/r/a%20b", "?q=x", () => api.branch("a b", { branch: "", limit: 30 }, signal)],
  ["/r/demo", "?commits=75", () => api.branch("demo", { branch: "", limit: 75 }, signal)],
  ["/r/demo", "?commits=900", () => api.branch("demo", { branch: "", limit: 200 }, signal)],
  [`/r/demo/c/${sha}`, "?request=1", () => api.commit("demo", sha, signal)],
  ["/r/demo/t/9", "", () => api.test("demo", "9", none, signal)],
  ["/r/demo/flaky", "", () => api.flaky("demo", flaky, signal)],
  ["/r/demo/clusters", "", () => api.clusters("demo", signal)],
])("%s%s", async (path, search, ask) => {
  const fetched = vi.fn((_url: string) => Promise.resolve(new Response("{}", { status: 404 })));
  vi.stubGlobal("fetch", fetched);
  await ask().catch(() => {});
  expect(firstQuestion(path, search)).toBe(fetched.mock.calls[0]?.[0]);
});

test.each([
  ["/r/demo/b/main", ""],
  ["/r/demo/t/9", "?branch=x"],
  ["/r/demo/flaky", "?q=x"],
  ["/tokens", ""],
  ["/runs/x", ""],
  ["/r/%E0%A4%A", ""],
  ["/r/demo/c/../../x", ""],
])("%s%s asks for itself", (path, search) => {
  expect(firstQuestion(path, search)).toBe("");
});
