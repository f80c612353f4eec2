// A log that grows: its text in chunks, where each line begins, and the terminal style that holds there.
// Appending costs what is appended; a line is cut out when it is looked at. 16 MB of text need about
// as much memory again as their lines need numbers.
import { lastOverwrite, plain, type Span, type Style, spans, styleAfter } from "./ansi.ts";
import { printable } from "./printable.ts";

const tab = 8;
// A line longer than this is cut where it is drawn and searched; the raw text has all of it.
export const drawn_characters = 10_000;
const looked_at = 4 * drawn_characters; // sequences draw nothing, but count here

class Numbers {
  #items = new Float64Array(1024);
  size = 0;
  push(value: number) {
    if (this.size === this.#items.length) {
      const larger = new Float64Array(this.size * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.size++] = value;
  }
  at(index: number): number {
    return this.#items[index] ?? 0;
  }
}

export class LogText {
  // Chunks end at the end of a line; `#tail` is the line that has no end yet.
  #chunks: string[] = [];
  #chunk_starts: number[] = [];
  // True where no character of the chunk takes more than one column.
  #chunk_narrow: boolean[] = [];
  #line_starts = new Numbers();
  #styles: Map<number, Style> = new Map();
  #length = 0;
  #tail = "";
  #style: Style = 0;

  // Lines, the unfinished one too.
  get lines(): number {
    return this.#line_starts.size + (this.#tail === "" ? 0 : 1);
  }

  append(text: string) {
    const last = text.lastIndexOf("\n");
    if (last < 0) {
      this.#tail += text;
      return;
    }
    const chunk = this.#tail + text.slice(0, last + 1);
    this.#tail = text.slice(last + 1);
    this.#chunks.push(chunk);
    this.#chunk_starts.push(this.#length);
    this.#chunk_narrow.push(!/[\t\u0080-\uffff]/.test(chunk));
    this.#indexLines(chunk);
    this.#length += chunk.length;
  }

  #indexLines(chunk: string) {
    const styled = chunk.includes("\u001b") || chunk.includes("\u009b");
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf("\n", at);
      if (this.#style !== 0) this.#styles.set(this.#line_starts.size, this.#style);
      if (styled) this.#style = styleAfter(chunk.slice(at, end), this.#style);
      this.#line_starts.push(this.#length + at);
      at = end + 1;
    }
  }

  // The characters of a line as they came, without the line's end.
  raw(line: number): string {
    if (line >= this.#line_starts.size) return this.#tail;
    const start = this.#line_starts.at(line);
    const index = this.#chunkOf(start);
    const chunk = this.#chunks[index] ?? "";
    const from = start - (this.#chunk_starts[index] ?? 0);
    return chunk.slice(from, chunk.indexOf("\n", from));
  }

  #chunkOf(offset: number): number {
    let low = 0;
    let high = this.#chunk_starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunk_starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // The line takes at most so many columns; known without cutting it out.
  widthBound(line: number): number {
    if (line >= this.#line_starts.size) return this.#tail.length * tab;
    const start = this.#line_starts.at(line);
    const next = line + 1 < this.#line_starts.size ? this.#line_starts.at(line + 1) : this.#length;
    return (next - 1 - start) * (this.#chunk_narrow[this.#chunkOf(start)] ? 1 : tab);
  }

  // What is searched, and what the layout measures.
  text(line: number): string {
    return shown(plain(this.#seen(this.raw(line)))).slice(0, drawn_characters);
  }

  #seen(raw: string): string {
    return lastOverwrite(raw).slice(0, looked_at);
  }

  // True where `text` and `spans` leave out the rest of a very long line.
  isCut(line: number): boolean {
    return this.widthBound(line) > drawn_characters && this.text(line).length >= drawn_characters;
  }

  spans(line: number): Span[] {
    const raw = this.raw(line);
    const seen = this.#seen(raw);
    const skipped = raw.lastIndexOf(seen);
    const start = this.#styleAt(line);
    const style = skipped > 0 ? styleAfter(raw.slice(0, skipped), start) : start;
    let column = 0;
    return spans(seen, style).map((span) => {
      const text = shown(span.text, column).slice(0, Math.max(0, drawn_characters - column));
      column += text.length;
      return { text, style: span.style };
    });
  }

  #styleAt(line: number): Style {
    return line >= this.#line_starts.size ? this.#style : (this.#styles.get(line) ?? 0);
  }
}

// Tabs as spaces, so that a column is a character; what cannot be drawn as its name.
function shown(text: string, column = 0): string {
  if (!text.includes("\t")) return printable(text);
  let out = "";
  for (const part of text.split(/(\t)/)) {
    out += part === "\t" ? " ".repeat(tab - ((column + out.length) % tab)) : printable(part);
  }
  return out;
}

// How many bytes at the end of `bytes` begin a character that is not complete: a log that grows is cut
// anywhere.
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return charBytes(byte) > back ? back : 0;
  }
  return 0;
}

const charBytes = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2);
