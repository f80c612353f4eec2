// Which rows are on the screen. Browsers cannot scroll through more than some 17 million pixels, so a
// longer list gets a canvas of `most_pixels` and its scroll position stands for a share of the way.
export const most_pixels = 8_000_000;

export interface Viewport {
  top: number; // scrolled so far, in pixels of the canvas
  height: number;
}

export interface Scroll {
  canvas: number; // pixels to scroll through
  first: number; // rows to draw: [first, last)
  last: number;
  offset: number; // where on the canvas row `first` is drawn
}

const share = (rows: number, row_height: number, height: number): number => {
  const full = rows * row_height;
  const canvas = Math.min(full, most_pixels);
  return canvas > height ? (full - height) / (canvas - height) : 1;
};

// How far down the rows themselves the screen begins, in pixels; and where to scroll to for that.
export const realTop = (view: Viewport, rows: number, row_height: number): number =>
  view.top * share(rows, row_height, view.height);
export const topFor = (real: number, rows: number, row_height: number, height: number): number =>
  real / share(rows, row_height, height);

export function scrollRows(
  view: Viewport,
  rows: number,
  row_height: number,
  overscan: number,
): Scroll {
  const canvas = Math.min(rows * row_height, most_pixels);
  const top = Math.max(0, Math.min(view.top, canvas - view.height));
  const real_top = realTop({ ...view, top }, rows, row_height);
  const first = Math.max(0, Math.floor(real_top / row_height) - overscan);
  const last = Math.min(rows, Math.ceil((real_top + view.height) / row_height) + overscan);
  return { canvas, first, last, offset: top + first * row_height - real_top };
}

// Where to scroll so that `row` is in the middle of the screen.
export function scrollTo(row: number, rows: number, row_height: number, height: number): number {
  const real = Math.max(0, row * row_height - (height - row_height) / 2);
  return topFor(real, rows, row_height, height);
}

// The part of [0, size) that a window from `from` to `to` sees, in steps, so that small moves keep what
// is drawn.
export function visible(
  from: number,
  to: number,
  step_size: number,
  size: number,
  overscan: number,
): [number, number] {
  const first = Math.floor(from / step_size / overscan) * overscan - overscan;
  const last = Math.ceil(to / step_size / overscan) * overscan + overscan;
  const low = Math.min(Math.max(0, first), size);
  return [low, Math.max(low, Math.min(size, last))];
}
