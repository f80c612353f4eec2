// Which part of what is on the screen has its cells drawn, with glyphs and links: nothing is added while the
// reader scrolls, and then a few rows a frame.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Range } from "./virtual.ts";

const settle_ms = 80;
const rows_a_frame = 6;

export interface Drawn {
  rows: Range;
  columns: Range;
}

export const isDrawn = (drawn: Drawn, row: number): boolean =>
  row >= drawn.rows[0] && row < drawn.rows[1];

export function useDrawn(rows: Range, columns: Range): Drawn {
  const [drawn, setDrawn] = useState<Drawn>({ rows: [0, rows_a_frame], columns });
  const first = useRef(true);
  const [top, bottom] = rows;
  const [left, right] = columns;
  useEffect(() => {
    let frame = 0;
    const step = () => {
      setDrawn((now) => {
        const next = grown(now, [top, bottom], [left, right]);
        if (next.rows[1] < bottom || next.rows[0] > top) frame = requestAnimationFrame(step);
        return next;
      });
    };
    const timer = setTimeout(step, first.current ? 0 : settle_ms);
    first.current = false;
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [top, bottom, left, right]);
  return drawn;
}

// What is drawn already stays where it is still on the screen; rows are added from there on.
export function grown(drawn: Drawn, rows: Range, columns: Range): Drawn {
  const moved = drawn.columns[0] !== columns[0] || drawn.columns[1] !== columns[1];
  const top = Math.max(drawn.rows[0], rows[0]);
  const bottom = Math.min(drawn.rows[1], rows[1]);
  if (moved || top >= bottom) {
    return { rows: [rows[0], Math.min(rows[1], rows[0] + rows_a_frame)], columns };
  }
  return {
    rows: [
      bottom < rows[1] ? top : Math.max(rows[0], top - rows_a_frame),
      Math.min(rows[1], bottom + rows_a_frame),
    ],
    columns,
  };
}
