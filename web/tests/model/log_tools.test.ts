import { describe, expect, test } from "vitest";
import { diffLines, essence } from "../../src/model/log_diff.ts";
import { isErrorLine } from "../../src/model/log_errors.ts";
import { reproduceCommand, shellWord } from "../../src/model/reproduce.ts";

describe("lines that tell of an error", () => {
  test.each([
    "E   assert 3 == 4",
    "Traceback (most recent call last):",
    "FAILED tests/test_cache.py::test_entry",
    "java.lang.NullPointerException: x",
    "[  FAILED  ] Cache.Entry (3 ms)",
    "not ok 3 - adds",
    "thread 'main' panicked at src/main.rs:4",
    "2 failed, 0 errors",
  ])("%s", (line) => expect(isErrorLine(line)).toBe(true));
  test.each(["12 passed, 0 failed", "no errors", "terror", "all good", ""])("not %s", (line) =>
    expect(isErrorLine(line)).toBe(false),
  );
});

describe("two logs", () => {
  const show = (left: string[], right: string[]) =>
    diffLines(left, right).map((row) => `${row.kind[0]}${row.left ?? "-"}${row.right ?? "-"}`);

  test("that are the same, and empty ones", () => {
    expect(show(["a", "b"], ["a", "b"])).toEqual(["s00", "s11"]);
    expect(show([], [])).toEqual([]);
    expect(show([], ["a"])).toEqual(["d-0"]);
  });
  test("with lines that one lacks, and lines that differ", () => {
    expect(show(["a", "x", "b", "c"], ["a", "b", "y", "c"])).toEqual(["s00", "d1-", "s21", "d-2", "s33"]);
    expect(show(["a", "x", "c"], ["a", "y", "c"])).toEqual(["s00", "d11", "s22"]);
  });
  test("every line of both is there once, in order, whatever they are", () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    for (let round = 0; round < 200; round++) {
      const log = () => Array.from({ length: random(12) }, () => "abc"[random(3)] ?? "");
      const [left, right] = [log(), log()];
      const rows = diffLines(left, right);
      const lines = (side: "left" | "right") => rows.flatMap((row) => row[side] ?? []);
      expect(lines("left")).toEqual(left.map((_, i) => i));
      expect(lines("right")).toEqual(right.map((_, i) => i));
      for (const row of rows) {
        if (row.kind === "same") expect(left[row.left]).toBe(right[row.right]);
      }
    }
  });
  test("that have nothing in common are told in time", () => {
    const log = (letter: string) => Array.from({ length: 20_000 }, (_, i) => `${letter}${i}`);
    expect(diffLines(log("a"), log("b"))).toHaveLength(20_000);
  });
  test("numbers, times, addresses and spaces do not count", () => {
    expect(essence("12:00:01.123  took 35 ms at 0xdeadbeef")).toBe(essence("09:13:55.004 took 7 ms at 0x12"));
    expect(essence("order a b")).not.toBe(essence("order b a"));
  });
});

test("the command that shows a result again is safe in a shell", () => {
  expect(shellWord("it's")).toBe(String.raw`'it'\''s'`);
  const command = reproduceCommand({
    repo: "demo",
    sha: "0123456789abcdef",
    test: "unit/a.py::t[x y]",
    condition: ["cpus=0.5"],
    times: 20,
  });
  expect(command).toBe(
    "testlooper run demo 0123456789 --test 'unit/a.py::t[x y]' --condition cpus=0.5 --times 20 --wait",
  );
});
