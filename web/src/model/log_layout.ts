// Which row of the screen a line of a log is on. Without wrapping a line is a row; with it, a line takes
// as many rows as its columns need, which is exact in a fixed-width font.
import type { LogText } from "./log_text.ts";

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\ud83c-\ud83e][\udc00-\udfff]/g;
const ascii = /^[ -~]*$/;

// Columns that the text takes in a fixed-width font, as far as a screen can tell.
export function columns(text: string): number {
  if (ascii.test(text)) return text.length;
  const doubled = text.match(wide)?.reduce((sum, c) => sum + (c.length === 1 ? 1 : 0), 0) ?? 0;
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g) ?? [];
  const narrow_pairs = pairs.filter((c) => !/[\ud83c-\ud83e]/.test(c)).length;
  return text.length + doubled - narrow_pairs;
}

// Follows a log; `update` takes in the lines that were added since. `width` 0 does not wrap.
export class LogLayout {
  #starts: Uint32Array = new Uint32Array(1024);
  #lines = 0; // taken in; the log may be ahead
  rows = 0;
  widest = 0; // columns of the longest line

  constructor(
    private readonly log: LogText,
    private readonly width: number,
  ) {}

  // The last line may have grown, so it is measured again.
  update() {
    if (this.#lines > 0) {
      this.#lines -= 1;
      this.rows = this.#starts[this.#lines] ?? 0;
    }
    for (; this.#lines < this.log.lines; this.#lines++) {
      this.#setStart(this.#lines, this.rows);
      this.rows += this.#measure(this.#lines);
    }
    this.#setStart(this.#lines, this.rows);
  }

  #measure(line: number): number {
    if (this.log.widthBound(line) <= (this.width || this.widest)) return 1;
    const size = columns(this.log.text(line));
    this.widest = Math.max(this.widest, size);
    return this.width === 0 ? 1 : Math.max(1, Math.ceil(size / this.width));
  }

  #setStart(line: number, row: number) {
    if (line >= this.#starts.length) {
      const larger = new Uint32Array(this.#starts.length * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[line] = row;
  }

  has(line: number): boolean {
    return line < this.#lines;
  }

  rowOf(line: number): number {
    return this.#starts[Math.min(line, this.#lines)] ?? 0;
  }

  rowsOf(line: number): number {
    return this.rowOf(line + 1) - this.rowOf(line);
  }

  lineAt(row: number): number {
    let low = 0;
    let high = Math.max(0, this.#lines - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
