import { expect, test } from "vitest";
import { findPlaces, pagePlaces, type Place, shaPlaces, testQuestions } from "../../src/model/palette.ts";

const place = (kind: Place["kind"], text: string, more = ""): Place => ({
  kind,
  text,
  more,
  url: `/${kind}/${text}`,
});
const places = [
  place("page", "Engine", "queue slots"),
  place("branch", "fix/engine"),
  place("test", "tests/test_engine.py::test_queue", "unit"),
  place("commit", "Start the engine", "0123abcd Ada"),
];
const texts = (text: string, most = 10) => findPlaces(places, text, most).map((p) => p.text);

test("all words must occur in the name, in what else is known of it, or in its kind", () => {
  expect(texts("queue")).toEqual(["Engine", "tests/test_engine.py::test_queue"]);
  expect(texts("queue UNIT")).toEqual(["tests/test_engine.py::test_queue"]);
  expect(texts("commit ada")).toEqual(["Start the engine"]);
  expect(texts("nothing")).toEqual([]);
});

test("what begins with the text comes first, then the order of kinds is kept", () => {
  expect(texts("start")).toEqual(["Start the engine"]);
  expect(texts("fix")).toEqual(["fix/engine"]);
  expect(texts("engine")[0]).toBe("Engine");
  expect(texts("te")[0]).toBe("tests/test_engine.py::test_queue");
});

test("no text finds all, up to the most that is shown", () => {
  expect(texts("")).toHaveLength(4);
  expect(texts("", 2)).toEqual(["Engine", "fix/engine"]);
});

test("a commit's id leads to it in the repository one is in", () => {
  expect(shaPlaces("a b", " 0123abc ").map((p) => p.url)).toEqual(["/r/a%20b/c/0123abc"]);
  expect(shaPlaces("", "0123abc")).toEqual([]);
  expect(shaPlaces("demo", "0123ab")).toEqual([]);
  expect(shaPlaces("demo", "0123abcx")).toEqual([]);
});

test("a repository's pages are offered inside it alone", () => {
  expect(pagePlaces("").some((p) => p.url.startsWith("/r/"))).toBe(false);
  expect(pagePlaces("demo").map((p) => p.url)).toContain("/r/demo/compare");
});

test("each kind of experiment can be asked for about a test", () => {
  expect(testQuestions("a b", 7).map((p) => p.url)).toEqual([
    "/r/a%20b/t/7?ask=hunt",
    "/r/a%20b/t/7?ask=prove",
    "/r/a%20b/t/7?ask=bisect",
    "/r/a%20b/t/7?ask=diagnose",
  ]);
});
