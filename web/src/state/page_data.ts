// The data of a page: fetched once, then again whenever a change concerns it, without ever blanking what
// is shown. One of these a page; components get its signals.
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useLayoutEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import type { ChangeEvent } from "../api/shapes.ts";
import { refreshDelay, retryDelay } from "../model/refresh.ts";
import { type Change, onChange } from "./live.ts";

export interface PageData<T> {
  data: ReadonlySignal<T | undefined>;
  error: ReadonlySignal<ApiError | undefined>;
  refresh(): void;
  // Resolves once what is shown is no older than this, or can't be had.
  reach(revision: number): Promise<void>;
}

interface Source<T> {
  load(signal: AbortSignal): Promise<T>;
  concerns(change: ChangeEvent, data: T): boolean;
}

// What asking again does not change; a sign-in has all pages ask again.
const final: string[] = ["not_found", "invalid", "unauthorized", "forbidden"];

class Loader<T extends { revision: number }> implements PageData<T> {
  data: Signal<T | undefined> = signal(undefined);
  error: Signal<ApiError | undefined> = signal(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | undefined;
  #again = false;
  #started = Number.NEGATIVE_INFINITY;
  #cost = 0;
  #failures = 0;
  #waiting: { revision: number; seen: () => void }[] = [];

  constructor(public source: Source<T>) {}

  reach(revision: number): Promise<void> {
    const seen = new Promise<void>((resolve) => this.#waiting.push({ revision, seen: resolve }));
    this.refresh();
    return seen;
  }

  // Those whose wait is over go on.
  #settle(shown: number) {
    for (const each of this.#waiting) if (each.revision <= shown) each.seen();
    this.#waiting = this.#waiting.filter((each) => each.revision > shown);
  }

  // Drops what is under way: the question has changed.
  restart() {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#started = Number.NEGATIVE_INFINITY;
    this.#failures = 0;
    this.refresh();
  }

  refresh() {
    if (this.#abort) {
      this.#again = true;
      return;
    }
    const delay = refreshDelay(performance.now(), this.#started, this.#cost);
    this.#schedule(delay);
  }

  #schedule(delay: number) {
    clearTimeout(this.#timer);
    if (delay === 0) void this.#fetch();
    else this.#timer = setTimeout(() => void this.#fetch(), delay);
  }

  async #fetch() {
    const abort = new AbortController();
    this.#abort = abort;
    this.#again = false;
    this.#started = performance.now();
    try {
      const data = await this.source.load(abort.signal);
      if (abort.signal.aborted) return;
      this.data.value = data;
      this.error.value = undefined;
      this.#failures = 0;
      this.#settle(data.revision);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#fail(error);
    }
    this.#cost = performance.now() - this.#started;
    this.#abort = undefined;
    if (this.#again) this.refresh();
  }

  // What may pass by itself is tried again.
  #fail(error: unknown) {
    const known = error instanceof ApiError ? error : new ApiError("internal", String(error));
    this.error.value = known;
    this.#failures += 1;
    this.#settle(Number.POSITIVE_INFINITY);
    if (!final.includes(known.code)) {
      this.#schedule(retryDelay(this.#failures));
    }
  }

  onChange(change: Change) {
    const data = this.data.value;
    if (!data) {
      if ("everything" in change && this.error.value) this.refresh();
      return;
    }
    if ("everything" in change) {
      if (change.revision !== data.revision) this.refresh();
    } else if (change.revision > data.revision && this.source.concerns(change, data)) {
      this.refresh();
    }
  }

  stop() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#settle(Number.POSITIVE_INFINITY);
  }
}

// `question` says what is asked for: another one is fetched at once, and replaces the data when it is
// there. A page that shows another thing altogether is mounted anew.
export function usePageData<T extends { revision: number }>(
  question: string,
  source: Source<T>,
): PageData<T> {
  const [loader] = useState(() => new Loader<T>(source));
  loader.source = source;
  useLayoutEffect(() => {
    const unlisten = onChange((change) => loader.onChange(change));
    return () => {
      unlisten();
      loader.stop();
    };
  }, [loader]);
  useLayoutEffect(() => loader.restart(), [loader, question]);
  return loader;
}
