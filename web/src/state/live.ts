// What the server tells of changes, for all that is on the page: one stream a tab. A hidden tab has none,
// and looks again every half minute, since its title and icon tell the state too.
import { signal } from "@preact/signals";
import { openEvents } from "../api/live.ts";
import type { ChangeEvent } from "../api/shapes.ts";

export type LiveState = "connecting" | "open" | "reconnecting";
export type Change = ChangeEvent | { revision: number; everything: true };
type Listener = (change: Change) => void;

const broken_patience_ms = 1_500; // most breaks are over before anybody would have read of them
const hidden_period_ms = 30_000;

export const liveState = signal<LiveState>("connecting");
const listeners = new Set<Listener>();
let breaking: ReturnType<typeof setTimeout> | undefined;

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

let broken_listener = () => {};
// The stream broke: the server is away, or does not take us any more.
export function onBroken(listener: () => void) {
  broken_listener = listener;
}

// Everything that is shown is to be asked for again.
export const lookAgain = () => tell(everything());

export function startLive() {
  setInterval(() => {
    if (document.hidden) tell(everything());
  }, hidden_period_ms);
  openEvents({
    onSnapshot(revision) {
      clearTimeout(breaking);
      breaking = undefined;
      liveState.value = "open";
      tell(everything(revision));
    },
    onChange: tell,
    onReload: () => tell(everything()),
    onBroken() {
      broken_listener();
      breaking ??= setTimeout(() => {
        liveState.value = "reconnecting";
      }, broken_patience_ms);
    },
  });
}
