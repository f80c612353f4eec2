import { expect, test } from "vitest";
import {
  bars,
  daysError,
  intervalText,
  listUrl,
  percent,
  quarantineRequest,
  rateText,
  trendSentence,
} from "../../src/model/flaky.ts";
import { parseRoute } from "../../src/model/routes.ts";

test("rates have no more digits than are known", () => {
  expect(percent(0)).toBe("0 %");
  expect(percent(0.0041)).toBe("0.41 %");
  expect(percent(0.048)).toBe("4.8 %");
  expect(percent(0.4812)).toBe("48 %");
  expect(percent(1)).toBe("100 %");
  expect(rateText({ failures: 0, runs: 0 })).toBe("no runs");
  expect(intervalText({ failures: 3, runs: 1200, low: 0.001, high: 0.006 })).toBe(
    "0.1 % to 0.6 %, 3 of 1,200 runs",
  );
});

test("a trend is bars for the eyes and a sentence for the others", () => {
  const history = [
    { failures: 1, runs: 4 },
    { failures: 0, runs: 1 },
  ];
  expect(bars(history)).toEqual([
    { height: 0.25, text: "1 of 4 runs failed" },
    { height: 0, text: "0 of 1 run failed" },
  ]);
  expect(trendSentence(history)).toBe("rate of failures over time, oldest first: 25 %, 0 %");
});

test("a test is quarantined with an owner, a reason and an end", () => {
  const draft = { test: " a ", owner: "ada", reason: "r", days: "" };
  expect(quarantineRequest(draft)).toEqual({ test: "a", owner: "ada", reason: "r", days: 30 });
  expect(quarantineRequest({ ...draft, owner: " " })).toBeUndefined();
  expect(quarantineRequest({ ...draft, days: "1.5" })).toBeUndefined();
  for (const days of ["0", "367", "x"]) expect(daysError({ ...draft, days })).not.toBe("");
  expect(listUrl("a/b", "go")).toBe("/api/v1/repos/a%2Fb/quarantine?format=go");
});

test("the pages have their URLs", () => {
  expect(parseRoute("/r/demo/flaky")).toEqual({ page: "flaky", repo: "demo" });
  expect(parseRoute("/r/demo/clusters")).toEqual({ page: "clusters", repo: "demo" });
  expect(parseRoute("/r/demo/clusters/c1c1")).toEqual({ page: "cluster", repo: "demo", key: "c1c1" });
  expect(parseRoute("/r/demo/quarantine")).toEqual({ page: "quarantine", repo: "demo" });
});
