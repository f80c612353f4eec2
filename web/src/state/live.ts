// What the server tells of changes, for all that is on the page: one stream a tab, opened by the first
// who listens. A hidden tab gives its connection back (a browser has six for a host) and looks again
// every half minute instead.
import { signal } from "@preact/signals";
import { openEvents, type Stream } from "../api/live.ts";
import type { ChangeEvent } from "../api/shapes.ts";

export type LiveState = "connecting" | "open" | "reconnecting";
export type Change = ChangeEvent | { revision: number; everything: true };
type Listener = (change: Change) => void;

const hidden_patience_ms = 15_000;
const hidden_period_ms = 30_000;

export const liveState = signal<LiveState>("connecting");
const listeners = new Set<Listener>();
let stream: Stream | undefined;
let hiding: ReturnType<typeof setTimeout> | undefined;
let looking: ReturnType<typeof setInterval> | undefined;

export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = (change: Change) => {
  for (const listener of listeners) listener(change);
};
const everything = (revision = Number.POSITIVE_INFINITY): Change => ({
  revision,
  everything: true,
});

function open() {
  stream ??= openEvents({
    onSnapshot(revision) {
      liveState.value = "open";
      tell(everything(revision));
    },
    onChange: tell,
    onReload: () => tell(everything()),
    onBroken() {
      liveState.value = "reconnecting";
    },
  });
}

function onVisibility() {
  clearTimeout(hiding);
  clearInterval(looking);
  if (!document.hidden) return open();
  hiding = setTimeout(() => {
    stream?.close();
    stream = undefined;
    looking = setInterval(() => tell(everything()), hidden_period_ms);
  }, hidden_patience_ms);
}

export function startLive() {
  document.addEventListener("visibilitychange", onVisibility);
  open();
}
