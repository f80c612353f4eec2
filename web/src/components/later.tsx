// Pages whose code is fetched when one of them is first opened, so that a first visit is short.
import type { ComponentType } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [Page, setPage] = useState(() => loaded);
    const [missing, setMissing] = useState(false);
    // At once, not after the first painting: everything else waits for it.
    useLayoutEffect(() => {
      if (Page) return;
      load().then(
        (page) => {
          loaded = page;
          setPage(() => page);
        },
        () => setMissing(true),
      );
    }, [Page]);
    if (Page) return <Page {...props} />;
    return missing ? <NotFetched /> : null;
  };
}

// Browsers remember that code could not be had, so only a reload asks again.
const NotFetched = () => (
  <section class="empty" role="alert">
    <h1>This page could not be fetched</h1>
    <p>The server is away, or was replaced by another version since this tab was opened.</p>
    <button type="button" onClick={() => location.reload()}>
      Reload
    </button>
  </section>
);
