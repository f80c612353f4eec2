// Which rows and columns of a long table are on the screen, whatever scrolls: the page, or a box in it.
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { visible } from "../model/scroll.ts";

export interface Extent {
  count: number;
  size: number; // pixels each
  overscan: number;
  before?: number; // pixels of the container before the first
}
export type Range = readonly [first: number, last: number];

const same = (a: Range, b: Range) => a[0] === b[0] && a[1] === b[1];

function useVisible(
  container: RefObject<HTMLElement | null>,
  extent: Extent,
  axis: "x" | "y",
): Range {
  const [range, setRange] = useState<Range>([0, Math.min(extent.count, 50)]);
  const { count, size, overscan, before = 0 } = extent;
  useLayoutEffect(() => {
    const update = () => {
      const box = container.current?.getBoundingClientRect();
      if (!box) return;
      const start = axis === "y" ? box.top : box.left;
      const room = axis === "y" ? window.innerHeight : window.innerWidth;
      const from = -start - before;
      const next = visible(from, from + room, size, count, overscan);
      setRange((now) => (same(now, next) ? now : next));
    };
    update();
    const observer = new ResizeObserver(update);
    if (container.current) observer.observe(container.current);
    const options = { capture: true, passive: true };
    window.addEventListener("scroll", update, options);
    window.addEventListener("resize", update);
    return () => {
      observer.disconnect();
      window.removeEventListener("scroll", update, options);
      window.removeEventListener("resize", update);
    };
  }, [container, axis, count, size, overscan, before]);
  return [Math.min(range[0], count), Math.min(range[1], count)];
}

export const useVisibleRows = (container: RefObject<HTMLElement | null>, extent: Extent): Range =>
  useVisible(container, extent, "y");

export interface Pane {
  rows: Range;
  columns: Range;
  aside: boolean; // scrolled to the side
}

// Both at once for a box that scrolls by itself. It asks for nothing that would have the browser lay out within a
// frame.
export function usePane(
  box: RefObject<HTMLElement | null>,
  rows: Extent,
  columns: Extent,
): Pane {
  const [pane, setPane] = useState<Pane>({
    rows: [0, Math.min(rows.count, 50)],
    columns: [0, Math.min(columns.count, 50)],
    aside: false,
  });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    let width = element.clientWidth;
    let height = element.clientHeight;
    const part = (from: number, room: number, extent: Extent) =>
      visible(from, from + room, extent.size, extent.count, extent.overscan);
    const update = () => {
      const next = {
        rows: part(element.scrollTop, height, rows),
        columns: part(element.scrollLeft, width, columns),
        aside: element.scrollLeft > 0,
      };
      setPane((now) =>
        same(now.rows, next.rows) && same(now.columns, next.columns) && now.aside === next.aside
          ? now
          : next,
      );
    };
    const observer = new ResizeObserver(() => {
      width = element.clientWidth;
      height = element.clientHeight;
      update();
    });
    observer.observe(element);
    element.addEventListener("scroll", update, { passive: true });
    update();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", update);
    };
  }, [box, rows.count, columns.count]);
  const within = ([first, last]: Range, count: number): Range => [
    Math.min(first, count),
    Math.min(last, count),
  ];
  return {
    rows: within(pane.rows, rows.count),
    columns: within(pane.columns, columns.count),
    aside: pane.aside,
  };
}
