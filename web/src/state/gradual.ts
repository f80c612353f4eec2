// How many rows of a long table to draw: what fills a screen at once, then twice as many after each painting, so that
// the page can be read and used meanwhile.
import { useEffect, useState } from "preact/hooks";

export function useGradual(total: number, at_first: number): number {
  const [drawn, setDrawn] = useState(at_first);
  const whole = drawn >= total;
  useEffect(() => {
    if (whole) return;
    let timer: ReturnType<typeof setTimeout>;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setDrawn(2 * drawn));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [whole, drawn]);
  return Math.min(total, drawn);
}
