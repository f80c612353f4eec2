// Words and numbers of experiments, and what the server is told of a form.
import { expect, test } from "vitest";
import type { ExperimentSummary } from "../../src/api/shapes.ts";
import {
  emptyForm,
  experimentLook,
  percent,
  rateText,
  requestOf,
  wrongNumber,
  wrongRisk,
} from "../../src/model/experiment.ts";

test.each([
  [0, "0 %"],
  [0.001234, "0.12 %"],
  [0.0526, "5.3 %"],
  [0.0999, "10 %"],
  [0.2149, "21 %"],
  [1, "100 %"],
])("a share of %d is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test("a rate is told with its interval, and not before anything was measured", () => {
  expect(rateText(0.05, 0.011, 0.146, 60)).toBe("5 %, between 1.1 % and 15 %");
  expect(rateText(0, 0, 1, 0)).toBe("");
});

test("what is shown is the verdict, and until it is said the standing", () => {
  const of = (standing: ExperimentSummary["standing"], verdict: string) =>
    experimentLook({ standing, verdict } as ExperimentSummary).word;
  expect(of("running", "")).toBe("running");
  expect(of("decided", "still_flaky")).toBe("still flaky");
  expect(of("decided", "a word of a newer server")).toBe("decided");
});

test("a diagnosis shows its cause", () => {
  const of = (standing: ExperimentSummary["standing"], verdict: string) =>
    experimentLook({ kind: "diagnose", standing, verdict } as ExperimentSummary).word;
  expect(of("decided", "zone")).toBe("time zone");
  expect(of("decided", "order_victim")).toBe("victim of other tests");
  expect(of("decided", "never_failed")).toBe("never failed");
  expect(of("decided", "a word of a newer server")).toBe("a word of a newer server");
  expect(of("stopped", "")).toBe("stopped");
});

test("a condition is typed as its words, and a diagnosis has none", () => {
  const form = { ...emptyForm("abc"), condition: "  cpus=0.5 TZ=Asia/Tokyo " };
  expect(requestOf(form, "demo", 9, false).condition).toEqual(["cpus=0.5", "TZ=Asia/Tokyo"]);
  expect(requestOf({ ...form, kind: "diagnose" }, "demo", 9, false)).toEqual({
    kind: "diagnose",
    repo: "demo",
    test: "9",
    yes: false,
    commit: "abc",
  });
});

test("each kind asks for what is its own, and leaves the rest to the server", () => {
  const form = { ...emptyForm("abc"), against: ".2", good: "v1" };
  expect(requestOf(form, "demo", 9, false)).toEqual({
    kind: "hunt",
    repo: "demo",
    test: "9",
    yes: false,
    commit: "abc",
    until_failures: 10,
  });
  expect(requestOf({ ...form, kind: "prove", runs: "500" }, "demo", 9, true)).toEqual({
    kind: "prove",
    repo: "demo",
    test: "9",
    yes: true,
    runs: 500,
    commit: "abc",
    against: ".2",
    risk: 0.05,
  });
  expect(requestOf({ ...form, kind: "bisect" }, "demo", 9, false)).toEqual({
    kind: "bisect",
    repo: "demo",
    test: "9",
    yes: false,
    good: "v1",
    bad: "abc",
  });
});

test("numbers are looked at as they are typed", () => {
  expect(wrongNumber("")).toBe("");
  expect(wrongNumber("12")).toBe("");
  expect(wrongNumber("1.5")).not.toBe("");
  expect(wrongNumber("many")).not.toBe("");
  expect(wrongRisk(".05")).toBe("");
  expect(wrongRisk("1")).not.toBe("");
});
