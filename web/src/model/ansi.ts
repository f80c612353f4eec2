// Terminal text as spans of plain text with a style. Colours and weights alone are taken (SGR); every
// other control sequence is dropped. Colours are drawn from our own sixteen, which have contrast in
// light and dark: those of 256 and of 24 bits become the nearest of them.

// A style in 16 bits, so that a log can keep one for the start of each line.
//   0-4 text colour + 1 · 5-9 background + 1 · 10 bold · 11 dim · 12 italic · 13 underline · 14 inverse
export type Style = number;

const colour = 0x1f;
const background_shift = 5;
const bits: Record<number, number> = { 1: 1 << 10, 2: 1 << 11, 3: 1 << 12, 4: 1 << 13, 7: 1 << 14 };
const resets: Record<number, number> = {
  22: (1 << 10) | (1 << 11),
  23: 1 << 12,
  24: 1 << 13,
  27: 1 << 14,
};

export interface Span {
  text: string;
  style: Style;
}

// CSI, whole or cut off by the end of the line; OSC up to its end; and the shorter escapes.
const escapes =
  /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\[[0-?]*[ -/]*$|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]+[0-~]|[0-Z\\^-~])?|\u009b([0-?]*)[ -/]*([@-~])/g;
const longest_parameters = 64;

// The text without its sequences.
export const plain = (line: string): string =>
  line.includes("\u001b") || line.includes("\u009b") ? line.replace(escapes, "") : line;

// What a terminal would show of a line that returns to its start, as progress bars do.
export function lastOverwrite(line: string): string {
  const end = line.endsWith("\r") ? line.length - 1 : line.length;
  const start = line.lastIndexOf("\r", end - 1) + 1;
  return start === 0 && end === line.length ? line : line.slice(start, end);
}

// The style that holds after this line; all of it counts, overwritten parts too.
export function styleAfter(line: string, style: Style): Style {
  if (!line.includes("\u001b") && !line.includes("\u009b")) return style;
  let after = style;
  for (const match of line.matchAll(escapes)) after = styleOf(match, after);
  return after;
}

export function spans(line: string, style: Style): Span[] {
  const out: Span[] = [];
  let at = 0;
  let now = style;
  const push = (text: string) => {
    if (text !== "") out.push({ text, style: now });
  };
  for (const match of line.matchAll(escapes)) {
    push(line.slice(at, match.index));
    now = styleOf(match, now);
    at = match.index + match[0].length;
  }
  push(line.slice(at));
  return out;
}

function styleOf(match: RegExpExecArray, style: Style): Style {
  const final = match[2] ?? match[4];
  const parameters = match[1] ?? match[3] ?? "";
  return final === "m" ? applySgr(parameters, style) : style;
}

function applySgr(parameters: string, before: Style): Style {
  const codes = parameters.split(/[;:]/, longest_parameters).map(Number);
  let style = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [index, used] = extended(codes, i + 1);
      style = code === 38 ? withText(style, index) : withBackground(style, index);
      i += used;
    } else {
      style = applyCode(code, style);
    }
  }
  return style;
}

function applyCode(code: number, style: Style): Style {
  if (code === 0 || Number.isNaN(code)) return 0;
  if (code >= 30 && code <= 37) return withText(style, code - 30);
  if (code >= 90 && code <= 97) return withText(style, code - 90 + 8);
  if (code >= 40 && code <= 47) return withBackground(style, code - 40);
  if (code >= 100 && code <= 107) return withBackground(style, code - 100 + 8);
  if (code === 39) return withText(style, undefined);
  if (code === 49) return withBackground(style, undefined);
  return (style | (bits[code] ?? 0)) & ~(resets[code] ?? 0);
}

const withText = (style: Style, index: number | undefined): Style =>
  (style & ~colour) | (index === undefined ? 0 : index + 1);
const withBackground = (style: Style, index: number | undefined): Style =>
  (style & ~(colour << background_shift)) |
  (index === undefined ? 0 : (index + 1) << background_shift);

// After 38 or 48: "5;n" or "2;r;g;b". The colour, and how many codes it took.
function extended(codes: number[], at: number): [number | undefined, number] {
  if (codes[at] === 5) return [from256(codes[at + 1] ?? 0), 2];
  if (codes[at] === 2) {
    return [nearest(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), 4];
  }
  return [undefined, 1];
}

function from256(n: number): number {
  if (n < 16) return n;
  if (n >= 232) return nearest(8 + (n - 232) * 10, 8 + (n - 232) * 10, 8 + (n - 232) * 10);
  const step = (x: number) => (x === 0 ? 0 : 55 + x * 40);
  const cube = n - 16;
  return nearest(step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6));
}

// By hue and lightness: grey where the parts are alike, else the bits of the stronger parts.
function nearest(r: number, g: number, b: number): number {
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  if (high - low < 40) return high < 64 ? 0 : high < 150 ? 8 : high < 215 ? 7 : 15;
  const middle = (high + low) / 2;
  const hue = (r > middle ? 1 : 0) | (g > middle ? 2 : 0) | (b > middle ? 4 : 0);
  return high > 200 ? hue + 8 : hue;
}

// The classes of a style; "" for none. log.css has them.
export function styleClasses(style: Style): string {
  if (style === 0) return "";
  const classes: string[] = [];
  const text = style & colour;
  const background = (style >> background_shift) & colour;
  if (text) classes.push(`fg${text - 1}`);
  if (background) classes.push(`bg${background - 1}`);
  if (style & (1 << 10)) classes.push("bold");
  if (style & (1 << 11)) classes.push("dim");
  if (style & (1 << 12)) classes.push("italic");
  if (style & (1 << 13)) classes.push("underline");
  if (style & (1 << 14)) classes.push("inverse");
  return classes.join(" ");
}
