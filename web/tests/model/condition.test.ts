import { expect, test } from "vitest";
import { conditionWords } from "../../src/model/condition.ts";

test("a short condition is shown as it is", () => {
  expect(conditionWords(["cpus=0.5", "after=a::b", "TZ=UTC"])).toEqual(["cpus=0.5", "after=a::b", "TZ=UTC"]);
});

test("of many tests that run before it the nearest are named", () => {
  const words = ["cpus=1", ...[1, 2, 3, 4, 5].map((n) => `after=t${n}`), "TZ=UTC"];
  expect(conditionWords(words)).toEqual([
    "cpus=1",
    "after 2 more tests",
    "after=t3",
    "after=t4",
    "after=t5",
    "TZ=UTC",
  ]);
});
