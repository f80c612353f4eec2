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
export const useVisibleColumns = (
  container: RefObject<HTMLElement | null>,
  extent: Extent,
): Range => useVisible(container, extent, "x");
