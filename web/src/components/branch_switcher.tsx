// Chooses a branch: a button with the current one, and a list that opens over the page.
import { useRef, useState } from "preact/hooks";
import type { BranchSummary } from "../api/shapes.ts";
import { statusLooks } from "../model/looks.ts";
import { printableName } from "../model/printable.ts";
import { branchUrl } from "../model/routes.ts";
import { Mark } from "./mark.tsx";
import { Ago, Name } from "./text.tsx";

const most_shown = 200;

export function BranchSwitcher(props: { repo: string; branch: string; branches: BranchSummary[] }) {
  const [text, setText] = useState("");
  const popover = useRef<HTMLDivElement>(null);
  const wanted = text.toLowerCase();
  const found = props.branches.filter((branch) => branch.name.toLowerCase().includes(wanted));
  return (
    <span class="switcher">
      <button
        type="button"
        class="switch"
        popovertarget="branches"
        aria-label={`switch branch, now ${printableName(props.branch)}`}
      >
        <Name text={props.branch} mono />
        <span aria-hidden="true">▾</span>
      </button>
      <div id="branches" class="branches" popover="auto" ref={popover}>
        <input
          type="search"
          aria-label="find a branch"
          placeholder="find a branch"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") popover.current?.hidePopover();
          }}
        />
        <ul>
          {found.slice(0, most_shown).map((branch) => (
            <li key={branch.name}>
              <a
                href={branchUrl(props.repo, branch.name)}
                aria-current={branch.name === props.branch ? "page" : undefined}
                onClick={() => popover.current?.hidePopover()}
              >
                {branch.head && <Mark look={statusLooks[branch.head.status]} />}
                <Name text={branch.name} mono />
                <span class="dim">
                  {branch.primary && "primary · "}
                  {branch.head && <Ago at={branch.head.committed_at} />}
                </span>
              </a>
            </li>
          ))}
          {found.length === 0 && <li class="dim">no such branch</li>}
          {found.length > most_shown && (
            <li class="dim">{found.length - most_shown} more; type to find them</li>
          )}
        </ul>
      </div>
    </span>
  );
}
