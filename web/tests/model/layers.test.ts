// The folders of src point one way, and only src/api talks to the server.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const src = join(import.meta.dirname, "../../src");
// What each folder may import values from, besides itself. Types of the API may be named anywhere.
const may: Record<string, string[]> = {
  api: ["model"],
  model: [],
  state: ["api", "model", "icons"],
  components: ["model", "state"],
  pages: ["api", "model", "state", "components"],
};

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.tsx?$/.test(file),
);
const text = (file: string) => readFileSync(join(src, file), "utf8");
const folderOf = (file: string) => file.split("/")[0] ?? "";

describe.each(files.filter((file) => folderOf(file) in may))("%s", (file) => {
  test("imports only from the layers below", () => {
    const imports = [...text(file).matchAll(/^import (?!type\b)[^;]*?from "(\.[^"]+)"/gms)];
    for (const [, path] of imports) {
      const target = folderOf(normalize(join(dirname(file), path ?? "")));
      expect([folderOf(file), ...(may[folderOf(file)] ?? [])], path).toContain(target);
    }
  });

  test("leaves talking to the server to src/api", () => {
    if (folderOf(file) === "api") return;
    expect(text(file)).not.toMatch(/(?<![#.\w])fetch\(|new EventSource|XMLHttpRequest|WebSocket/);
  });

  test("makes no HTML from data", () => {
    expect(text(file)).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  });

  test("is a file one can read", () => {
    if (file === "api/types.ts") return; // generated
    expect(text(file).split("\n").length).toBeLessThanOrEqual(300);
  });
});

test("styles know no siblings: a row that comes would have all rows of a table styled anew", () => {
  const styles = readdirSync(join(src, "styles"));
  expect(styles.length).toBeGreaterThan(3);
  for (const file of styles) {
    const selectors = text(join("styles", file))
      .replace(/\{[^{}]*\}/g, "")
      .replace(/calc\([^)]*\)/g, "");
    expect(selectors, file).not.toMatch(/ [+~] /);
  }
});

test("model/ is pure: no clock, no page, no chance", () => {
  for (const file of files.filter((f) => folderOf(f) === "model")) {
    expect(text(file), file).not.toMatch(
      /Date\.now|new Date\(\)|performance\.|document\.|window\.|location\.|setTimeout|Math\.random|preact/,
    );
  }
});
