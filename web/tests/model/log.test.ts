import { describe, expect, test } from "vitest";
import { lastOverwrite, plain, spans, styleAfter, styleClasses } from "../../src/model/ansi.ts";
import { columns, LogLayout } from "../../src/model/log_layout.ts";
import { drawn_characters, incompleteTail, LogText } from "../../src/model/log_text.ts";
import { most_pixels, scrollRows, scrollTo, visible } from "../../src/model/scroll.ts";
import { cutSpans, emptySearch, nextFound, places, searchOn } from "../../src/model/search.ts";

const esc = "\u001b[";
const classesOf = (codes: string) => styleClasses(styleAfter(`${esc}${codes}m`, 0));
const logOf = (text: string): LogText => {
  const log = new LogText();
  log.append(text);
  return log;
};
const linesOf = (log: LogText): string[] =>
  Array.from({ length: log.lines }, (_, line) => log.text(line));

describe("terminal sequences", () => {
  test.each([
    ["31", "fg1"],
    ["1;31", "fg1 bold"],
    ["97;44", "fg15 bg4"],
    ["38;5;9", "fg9"],
    ["38;5;196", "fg9"],
    ["38;5;21", "fg12"],
    ["38;5;244", "fg8"],
    ["38;2;255;0;0", "fg9"],
    ["38;2;0;120;0", "fg2"],
    ["48;2;0;0;0", "bg0"],
    ["38:5:4", "fg4"],
    ["31;0", ""],
    ["", ""],
    ["31;39", ""],
    ["1;4;7;22", "underline inverse"],
    ["38;5", "fg0"],
    ["38", ""],
    ["999", ""],
  ])("%s", (codes, classes) => {
    expect(classesOf(codes)).toBe(classes);
  });

  test("text between sequences keeps the style that holds there", () => {
    expect(spans(`a${esc}31mb${esc}0mc`, 0)).toEqual([
      { text: "a", style: 0 },
      { text: "b", style: 2 },
      { text: "c", style: 0 },
    ]);
  });

  test.each([
    [`${esc}2J${esc}1;1Hx`, "x"],
    ["\u001b]0;title\u0007x", "x"],
    ["\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["\u001b(Bx", "x"],
    ["\u001b7x\u001b8", "x"],
    ["\u009b31mx", "x"],
    [`x${esc}`, "x"],
    ["x\u001b", "x"],
    [`${esc}?25lx`, "x"],
  ])("%j draws %j", (line, drawn) => {
    expect(plain(line)).toBe(drawn);
    expect(
      spans(line, 0)
        .map((span) => span.text)
        .join(""),
    ).toBe(drawn);
  });

  test("a bomb of parameters is read in no time", () => {
    const bomb = `${esc}${"1;".repeat(500_000)}m`.repeat(4) + `${esc}38;5;`.repeat(100_000);
    const start = performance.now();
    plain(bomb);
    styleAfter(bomb, 0);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("only what was written last on a line is seen", () => {
    expect(lastOverwrite("10%\r50%\r100%")).toBe("100%");
    expect(lastOverwrite("done\r")).toBe("done");
    expect(lastOverwrite("plain")).toBe("plain");
  });
});

describe("a log that grows", () => {
  test("is the same however it was cut into pieces", () => {
    const text = `one\n${esc}31mtwo\nthree${esc}0m\n\nlast 😀`;
    const whole = logOf(text);
    const pieces = new LogText();
    for (const c of text.split("")) pieces.append(c);
    expect(linesOf(pieces)).toEqual(linesOf(whole));
    expect(linesOf(whole)).toEqual(["one", "two", "three", "", "last 😀"]);
    for (let line = 0; line < whole.lines; line++) {
      expect(pieces.spans(line)).toEqual(whole.spans(line));
    }
  });

  test("a colour goes on over the ends of lines", () => {
    const log = logOf(`${esc}31ma\nb\n${esc}0mc\n`);
    expect(log.spans(1)).toEqual([{ text: "b", style: 2 }]);
    expect(log.spans(2)).toEqual([{ text: "c", style: 0 }]);
  });

  test("a colour from a part that was overwritten holds", () => {
    expect(logOf(`${esc}32m10%\r100%\n`).spans(0)).toEqual([{ text: "100%", style: 3 }]);
  });

  test("tabs reach the next column of eight; control characters have names", () => {
    expect(logOf("a\tb\t\tc\u0007\u202e\n").text(0)).toBe("a       b               c␇⟨U+202E⟩");
  });

  test("an endless line is cut where it is drawn", () => {
    const log = logOf(`${"x".repeat(5_000_000)}\nnext`);
    expect(log.text(0)).toHaveLength(drawn_characters);
    expect(log.isCut(0)).toBe(true);
    expect(log.isCut(1)).toBe(false);
    const drawn = log.spans(0).reduce((sum, span) => sum + span.text.length, 0);
    expect(drawn).toBe(drawn_characters);
  });

  test("an empty log has no lines, and one line needs no end", () => {
    expect(new LogText().lines).toBe(0);
    expect(logOf("x").lines).toBe(1);
    expect(logOf("x\n").lines).toBe(1);
  });

  test("16 MB are taken in and laid out, a row a line", () => {
    const log = new LogText();
    const chunk = `${esc}32mworker 3: block 1234 done in 7 ms${esc}0m and some more text here\n`;
    const piece = chunk.repeat(1000);
    for (let size = 0; size < 16 << 20; size += piece.length) log.append(piece);
    const layout = new LogLayout(log, 0);
    layout.update();
    expect(log.lines).toBeGreaterThan(200_000);
    expect(layout.rows).toBe(log.lines);
  });

  test("bytes that begin a character are told, wherever the text is cut", () => {
    const bytes = new TextEncoder().encode("aé€😀");
    for (let cut = 0; cut <= bytes.length; cut++) {
      const part = bytes.subarray(0, cut);
      const whole = part.subarray(0, part.length - incompleteTail(part));
      expect(() => new TextDecoder("utf-8", { fatal: true }).decode(whole)).not.toThrow();
      expect(part.length - whole.length).toBeLessThan(4);
    }
    expect(incompleteTail(new Uint8Array([0x80, 0x80, 0x80, 0x80]))).toBe(0);
  });
});

describe("layout", () => {
  test("without wrapping a line is a row", () => {
    const layout = new LogLayout(logOf("a\nlonger line\n"), 0);
    layout.update();
    expect([layout.rows, layout.widest, layout.rowOf(1), layout.lineAt(1)]).toEqual([2, 11, 1, 1]);
  });

  test("with wrapping a line takes the rows it needs, and an empty one takes one", () => {
    const log = logOf(`${"x".repeat(25)}\n\nshort\n`);
    const layout = new LogLayout(log, 10);
    layout.update();
    expect(layout.rows).toBe(5);
    expect([0, 1, 2].map((line) => layout.rowsOf(line))).toEqual([3, 1, 1]);
    expect([0, 2, 3, 4].map((row) => layout.lineAt(row))).toEqual([0, 0, 1, 2]);
  });

  test("the last line is measured again when it grew", () => {
    const log = logOf("abc");
    const layout = new LogLayout(log, 4);
    layout.update();
    expect(layout.rows).toBe(1);
    log.append("defgh\nnext");
    layout.update();
    expect([layout.rows, layout.rowsOf(0), layout.rowOf(1)]).toEqual([3, 2, 2]);
  });

  test("wide characters take two columns", () => {
    expect(columns("abc")).toBe(3);
    expect(columns("日本")).toBe(4);
    expect(columns("é")).toBe(1);
    expect(columns("😀")).toBe(2);
  });
});

describe("scrolling", () => {
  test("draws what is seen and a little more", () => {
    const scroll = scrollRows({ top: 1000, height: 200 }, 10_000, 20, 5);
    expect(scroll).toEqual({ canvas: 200_000, first: 45, last: 65, offset: 900 });
  });

  test("more rows than a browser can scroll through are all reached", () => {
    const rows = 16_000_000;
    const bottom = scrollRows({ top: most_pixels - 600, height: 600 }, rows, 18, 0);
    expect(bottom.canvas).toBe(most_pixels);
    expect(bottom.last).toBe(rows);
    for (const row of [0, 5, 8_000_000, rows - 1]) {
      const top = scrollTo(row, rows, 18, 600);
      const seen = scrollRows({ top, height: 600 }, rows, 18, 0);
      expect(seen.first).toBeLessThanOrEqual(row);
      expect(seen.last).toBeGreaterThan(row);
    }
  });

  test("a short list is drawn from its top", () => {
    expect(scrollRows({ top: 0, height: 600 }, 3, 18, 20)).toEqual({
      canvas: 54,
      first: 0,
      last: 3,
      offset: 0,
    });
  });

  test("the window over a table moves in steps and stays inside", () => {
    expect(visible(0, 500, 24, 1000, 10)).toEqual([0, 40]);
    expect(visible(100, 600, 24, 1000, 10)).toEqual([0, 40]);
    expect(visible(-5000, -4000, 24, 1000, 10)).toEqual([0, 0]);
    expect(visible(23_500, 24_500, 24, 1000, 10)).toEqual([960, 1000]);
    expect(visible(1e9, 1e9 + 500, 24, 1000, 10)).toEqual([1000, 1000]);
  });
});

describe("searching", () => {
  const log = logOf(`alpha\n${esc}31mBETA${esc}0m gamma\nalpha beta\n`);

  test("finds lines whatever the case and the colours", () => {
    expect(searchOn(emptySearch("beta g"), log, 100).lines).toEqual([1]);
    expect(searchOn(emptySearch("ALPHA"), log, 100).lines).toEqual([0, 2]);
  });

  test("goes on where it stopped, and looks again at a line that grew", () => {
    const grown = logOf("xx\nal");
    let found = searchOn(emptySearch("alpha"), grown, 100);
    expect(found.lines).toEqual([]);
    grown.append("pha\nalpha\n");
    found = searchOn(found, grown, 1);
    expect(found.lines).toEqual([1]);
    found = searchOn(found, grown, 1);
    expect(searchOn(found, grown, 100).lines).toEqual([1, 2]);
  });

  test("next and previous go around the end", () => {
    expect(nextFound([2, 5], 2, false)).toBe(5);
    expect(nextFound([2, 5], 5, false)).toBe(2);
    expect(nextFound([2, 5], 2, true)).toBe(5);
    expect(nextFound([], 2, false)).toBeUndefined();
  });

  test("what is found is marked across colours", () => {
    const pieces = cutSpans(
      [
        { text: "one tw", style: 0 },
        { text: "o three", style: 2 },
      ],
      "two",
    );
    expect(pieces).toEqual([
      { text: "one ", style: 0, found: false },
      { text: "tw", style: 0, found: true },
      { text: "o", style: 2, found: true },
      { text: " three", style: 2, found: false },
    ]);
    expect(pieces.map((piece) => piece.text).join("")).toBe("one two three");
  });

  test("places do not overlap, and letters that grow in lower case do no harm", () => {
    expect(places("aaaa", "aa")).toEqual([
      [0, 2],
      [2, 4],
    ]);
    expect(places("İx İx", "x")).toEqual([
      [1, 2],
      [4, 5],
    ]);
  });
});
