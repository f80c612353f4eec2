// What surrounds every page: the bar at the top, and around a page's data its loading, failing and
// missing states.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { printable } from "../model/printable.ts";
import { auditUrl, engineUrl, experimentsUrl, reposUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { type LiveState, liveState } from "../state/live.ts";
import type { PageData } from "../state/page_data.ts";
import { helpOpen, paletteOpen, shortcutList } from "../state/shortcuts.ts";
import { Dialog } from "./controls.tsx";
import { Who } from "./who.tsx";

const liveWords: Record<LiveState, string> = {
  connecting: "connecting…",
  open: "live",
  reconnecting: "reconnecting…",
};

export function TopBar({ path }: { path: string }) {
  const here =
    [engineUrl(), auditUrl(), experimentsUrl()].find(
      (url) => path === url || path.startsWith(`${url}/`),
    ) ?? reposUrl();
  const current = (url: string) => (url === here ? "page" : undefined);
  return (
    <header class="top-bar">
      <a class="brand" href={reposUrl()}>
        <span class="brand-loop" aria-hidden="true" />
        TestLooper
      </a>
      <nav aria-label="pages">
        <a href={reposUrl()} aria-current={current(reposUrl())}>
          Repositories
        </a>
        <a href={experimentsUrl()} aria-current={current(experimentsUrl())}>
          Experiments
        </a>
        <a href={engineUrl()} aria-current={current(engineUrl())}>
          Engine
        </a>
        <a href={auditUrl()} aria-current={current(auditUrl())}>
          Audit
        </a>
      </nav>
      <span class={`live live-${liveState.value}`} role="status">
        {liveWords[liveState.value]}
      </span>
      <Who />
      <button
        type="button"
        class="quiet"
        aria-keyshortcuts="Control+K"
        title="Ctrl-K"
        onClick={() => {
          paletteOpen.value = true;
        }}
      >
        Go to…
      </button>
      <button
        type="button"
        class="quiet help-button"
        aria-label="keyboard help"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        ?
      </button>
    </header>
  );
}

export function HelpDialog() {
  return (
    <Dialog
      open={helpOpen.value}
      title="Keys"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <dl class="keys">
        {shortcutList.map((shortcut) => (
          <div key={shortcut.does}>
            <dt>
              {shortcut.keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{shortcut.does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

// Shows the page once its data is there, and says so while it is not or cannot be.
export function Frame<T>(props: {
  page: PageData<T>;
  title: string;
  children: (data: T) => ComponentChildren;
}) {
  const data = props.page.data.value;
  const error = props.page.error.value;
  if (data !== undefined) {
    return (
      <>
        {error && (
          <p class="notice tone-error">{printable(error.message)}; what is shown may be old</p>
        )}
        {props.children(data)}
      </>
    );
  }
  if (error?.code === "not_found") return <Missing title={props.title} why={error.message} />;
  if (error) return <Failing title={props.title} why={error.message} retry={() => props.page.refresh()} />;
  return <Loading title={props.title} />;
}

// Nothing for a moment: most pages are there before an eye would see a skeleton.
function Loading({ title }: { title: string }) {
  const [late, setLate] = useState(false);
  useHead(title);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 250);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div class="skeleton" role="status" aria-label="loading">
      <div />
      <div />
      <div />
      <div />
    </div>
  );
}

export function Missing({ title, why }: { title: string; why: string }) {
  useHead(`not found: ${title}`, "error");
  return (
    <section class="empty">
      <h1>Not found</h1>
      <p>{printable(why)}</p>
      <p>
        <a href={reposUrl()}>All repositories</a>
      </p>
    </section>
  );
}

function Failing({ title, why, retry }: { title: string; why: string; retry: () => void }) {
  useHead(title, "error");
  return (
    <section class="empty" role="alert">
      <h1>This page cannot be shown now</h1>
      <p>{printable(why)}; it is tried again by itself.</p>
      <button type="button" onClick={retry}>
        Try now
      </button>
    </section>
  );
}
