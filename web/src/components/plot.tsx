// A chart drawn by uPlot, in the page's colours and as wide as its place. What it shows, the page says in words or
// in a table too.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export type Colour = (token: string) => string;

interface Props {
  label: string;
  height: number;
  data: uPlot.AlignedData;
  // Called anew where the data, the colours or `options` itself change.
  options: (colour: Colour) => Omit<uPlot.Options, "width" | "height">;
}

export function Plot({ label, height, data, options }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      const wanted = { ...options(colours(element)), width: element.clientWidth, height };
      plot.current = new uPlot({ legend: { show: false }, ...wanted }, data, element);
    };
    draw();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      dark.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [data, options, height]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (plot.current && plot.current.width !== width) plot.current.setSize({ width, height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [height]);
  return <div ref={box} class="plot" role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

// A canvas knows no tokens: the browser says what they come to.
function colours(element: HTMLElement): Colour {
  const known = new Map<string, string>();
  return (token) => {
    let value = known.get(token);
    if (value === undefined) {
      const probe = document.createElement("span");
      probe.style.color = `var(--${token})`;
      element.append(probe);
      value = getComputedStyle(probe).color;
      probe.remove();
      known.set(token, value);
    }
    return value;
  };
}

// Axes in the page's colours.
export const axis = (colour: Colour, more: Partial<uPlot.Axis> = {}): uPlot.Axis => ({
  stroke: colour("dim"),
  font: "11px sans-serif",
  grid: { stroke: colour("line"), width: 1 },
  ticks: { show: false },
  size: 44,
  gap: 4,
  ...more,
});
