import { expect, test } from "vitest";
import { flakyTrend, height } from "../../src/model/flaky_trend.ts";

const daysOf = (...changes: [day: number, tests: number][]): number[] =>
  Array.from({ length: 29 }, (_, day) => changes.findLast(([from]) => from <= day)?.[1] ?? 0);

test("the trend tells of now, a week ago and four weeks ago", () => {
  const trend = flakyTrend(daysOf([0, 4], [10, 9], [25, 1_012]));
  expect(trend?.now).toBe(1012);
  expect(trend?.ago).toBe("9 a week ago, 4 four weeks ago");
  expect(trend?.sentence).toBe("1,012 tests known as flaky now, 9 a week ago, 4 four weeks ago: worse");
});

test("it is a week's change that counts, and the month's where the week had none", () => {
  expect(flakyTrend(daysOf([0, 1], [10, 9], [25, 8]))?.look.word).toBe("better");
  expect(flakyTrend(daysOf([0, 1], [10, 9]))?.look.word).toBe("worse");
  expect(flakyTrend(daysOf([0, 3]))?.look.word).toBe("steady");
});

test("its line begins at zero, and has a point for each day", () => {
  const line = flakyTrend(daysOf([0, 0], [14, 2]))?.line ?? "";
  expect(line.startsWith(`M0.0 ${height - 1}.0L3.0`)).toBe(true);
  expect(line.match(/[ML]/g)?.length).toBe(29);
  expect(line.endsWith("84.0 1.0")).toBe(true);
});

test("where no test was flaky there is nothing to draw", () => {
  expect(flakyTrend(daysOf())).toBeUndefined();
  expect(flakyTrend([])).toBeUndefined();
  expect(flakyTrend(daysOf([0, 2], [20, 0]))?.sentence).toMatch(/^0 tests known as flaky now.*better$/);
});
