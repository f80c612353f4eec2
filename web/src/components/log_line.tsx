// One line of a log: its number, which is a link to it, and its text with colours and finds.
import { styleClasses } from "../model/ansi.ts";
import { isErrorLine } from "../model/log_errors.ts";
import type { LogText } from "../model/log_text.ts";
import { cutSpans } from "../model/search.ts";
import { line_height } from "./log_hooks.ts";

interface Props {
  log: LogText;
  line: number; // from 0
  rows: number;
  query: string;
  current: boolean;
  chosen: boolean;
  onClick: (line: number, shift: boolean) => void;
}

export function LogLine({ log, line, rows, query, current, chosen, onClick }: Props) {
  const number = line + 1;
  const spans = log.spans(line);
  const told = isErrorLine(spans.map((span) => span.text).join(""));
  const classes = ["line", told && "told", chosen && "chosen", current && "current"].filter(Boolean).join(" ");
  return (
    <div class={classes} style={{ height: `${rows * line_height}px` }}>
      <a
        class="line-number"
        href={`#L${number}`}
        tabIndex={-1}
        aria-label={`line ${number}`}
        onClick={(event) => {
          event.preventDefault();
          onClick(number, event.shiftKey);
        }}
      >
        {number}
      </a>
      <span class="line-text">
        {cutSpans(spans, query).map((piece, i) =>
          piece.found ? (
            <mark key={i}>{piece.text}</mark>
          ) : (
            <span key={i} class={styleClasses(piece.style)}>
              {piece.text}
            </span>
          ),
        )}
        {log.isCut(line) && <em class="cut"> … this line goes on; raw has all of it</em>}
      </span>
    </div>
  );
}
