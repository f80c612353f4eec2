// A row's cells as one background: runs of cells that look the same are one stop of a gradient.
import { cellLooks, isCellChar } from "./cells.ts";
import type { Tone } from "./looks.ts";

// As controls.css fills the cells.
const loud: ReadonlySet<Tone> = new Set<Tone>(["bad", "flaky", "error"]);
const fillOf = (char: string): string => {
  const tone = isCellChar(char) ? cellLooks[char].tone : "none";
  if (tone === "none") return "transparent";
  if (tone === "waiting") return "var(--muted-fill)";
  return `var(--${tone}-${loud.has(tone) ? "loud" : "fill"})`;
};

export function stripOf(cells: string, width: number): string {
  const stops: string[] = [];
  for (let start = 0; start < cells.length; ) {
    const fill = fillOf(cells[start] ?? "-");
    let end = start + 1;
    while (end < cells.length && fillOf(cells[end] ?? "-") === fill) end++;
    stops.push(`${fill} ${start * width}px ${end * width}px`);
    start = end;
  }
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}
