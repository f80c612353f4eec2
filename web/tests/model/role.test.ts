import { expect, test } from "vitest";
import { codeOf, mayNot, secondsOf } from "../../src/model/role.ts";

test("each role may do what those before it may", () => {
  expect(mayNot({ role: "viewer" }, "viewer")).toBe("");
  expect(mayNot({ role: "viewer" }, "nobody")).toBe("");
  expect(mayNot({ role: "viewer" }, "runner")).toBe("this needs the role runner, and you are a viewer");
  expect(mayNot({ role: "runner" }, "admin")).toBe("this needs the role admin, and you are a runner");
  expect(mayNot({ role: "admin" }, "admin")).toBe("");
  expect(mayNot(undefined, "admin")).toBe("");
});

test("the code of a one-click address stands behind the #", () => {
  expect(codeOf("#code=abc")).toBe("abc");
  expect(codeOf("")).toBe("");
  expect(codeOf("#main")).toBe("");
});

test("a lifetime is seconds, or for ever", () => {
  expect(secondsOf("90")).toBe(7_776_000);
  expect(secondsOf("")).toBe(null);
});
