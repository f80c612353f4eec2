// The part of the URL after "?", as a signal: filters live there, so that a link shows what its sender
// saw. Typing changes the signal at once and the URL a moment later.
import { signal } from "@preact/signals";
import { withQuery } from "../model/routes.ts";

const settle_ms = 200;
type Navigate = (url: string, replace: boolean) => void;

const read = (): Record<string, string> => Object.fromEntries(new URLSearchParams(location.search));

export const query = signal(read());
let navigate: Navigate = () => {};
let timer: ReturnType<typeof setTimeout> | undefined;

// Called with each location the router shows.
export function syncQuery(route: Navigate) {
  navigate = route;
  clearTimeout(timer);
  const next = read();
  if (withQuery(next, {}) !== withQuery(query.value, {})) query.value = next;
}

// A value of "" takes the key away.
export function setQuery(changes: Record<string, string>) {
  query.value = Object.fromEntries(
    Object.entries({ ...query.value, ...changes }).filter(([, value]) => value !== ""),
  );
  clearTimeout(timer);
  timer = setTimeout(() => {
    navigate(location.pathname + withQuery(query.value, {}) + location.hash, true);
  }, settle_ms);
}
