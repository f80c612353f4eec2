// The bar over a log: search, wrap, follow, the raw text, and what is missing of it.
import { useEffect } from "preact/hooks";
import { bytes, count } from "../model/format.ts";
import type { Found } from "../model/search.ts";
import type { FeedState, LogFeed } from "../state/log_feed.ts";
import type { Search } from "./log_hooks.ts";

interface Props {
  feed: LogFeed;
  search: Search;
  errors: Search;
  url: string;
  fileName: string;
  dropped: number;
  wrap: boolean;
  onWrap: () => void;
  follow: boolean;
  live: boolean;
  onEnd: () => void;
}

const stateWords: Record<FeedState, string> = {
  loading: "loading…",
  live: "live",
  reconnecting: "reconnecting…",
  complete: "",
};

export function LogToolbar(props: Props) {
  const { feed, search, live, follow } = props;
  return (
    <div class="log-toolbar">
      <SearchBox search={search} />
      <ErrorSteps errors={props.errors} />
      {props.dropped > 0 && (
        <span class="log-dropped tone-machine">
          {bytes(props.dropped)} left out in the middle, over the log's limit
        </span>
      )}
      <span class="log-facts dim">
        {feed.version.value >= 0 && `${count(feed.log.lines)} lines`}
        {stateWords[feed.state.value] !== "" && ` · ${stateWords[feed.state.value]}`}
      </span>
      <span class="log-actions">
        <button type="button" aria-pressed={props.wrap} onClick={props.onWrap}>
          Wrap
        </button>
        <button type="button" aria-pressed={live ? follow : undefined} onClick={props.onEnd}>
          {live ? "Follow" : "End"}
        </button>
        <a class="button" href={props.url} target="_blank" rel="noreferrer">
          Raw
        </a>
        <a class="button" href={props.url} download={props.fileName}>
          Download
        </a>
      </span>
    </div>
  );
}

// Nothing is looked for until somebody asks for the first; the first step waits for what is found.
function ErrorSteps({ errors }: { errors: Search }) {
  const { query, found, at } = errors;
  const go = (back: boolean) => (query === "" ? errors.setQuery("errors") : errors.step(back));
  useEffect(() => {
    if (query !== "" && at === undefined && found.lines.length > 0) errors.step(false);
  });
  return (
    <span class="log-search" aria-busy={query !== "" && !found.done}>
      <span class="dim">errors</span>
      <button type="button" data-error-previous aria-label="previous error" onClick={() => go(true)}>
        ↑
      </button>
      <button type="button" data-error-next aria-label="next error" onClick={() => go(false)}>
        ↓
      </button>
      <span class="found" role="status">
        {query !== "" && foundText(found, at)}
      </span>
    </span>
  );
}

function SearchBox({ search }: { search: Search }) {
  const { query, found, at } = search;
  const none = found.lines.length === 0;
  return (
    <span class="log-search" aria-busy={query !== "" && !found.done}>
      <input
        type="search"
        data-filter
        aria-label="search the log"
        placeholder="search the log  ( / )"
        spellcheck={false}
        autocomplete="off"
        value={query}
        onInput={(event) => search.setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") search.step(event.shiftKey);
        }}
      />
      <button
        type="button"
        data-find-previous
        aria-label="previous find"
        disabled={none}
        onClick={() => search.step(true)}
      >
        ↑
      </button>
      <button
        type="button"
        data-find-next
        aria-label="next find"
        disabled={none}
        onClick={() => search.step(false)}
      >
        ↓
      </button>
      <span class="found" role="status">
        {query !== "" && foundText(found, at)}
      </span>
    </span>
  );
}

function foundText({ lines, done }: Found, at: number | undefined): string {
  if (lines.length === 0) return done ? "nothing" : "…";
  if (at === undefined) return `${count(lines.length)} ${lines.length === 1 ? "line" : "lines"}`;
  return `${count(lines.indexOf(at) + 1)} of ${count(lines.length)}`;
}
