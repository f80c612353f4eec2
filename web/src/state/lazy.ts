// What a page needs only where somebody asks for it: fetched once for each key, kept while the page is open.
import { useEffect, useState } from "preact/hooks";
import { said } from "../api/client.ts";

export interface Lazy<T> {
  key: string; // what it is the answer for
  data?: T;
  error: string; // "" while nothing went wrong
}

// `key` of "" fetches nothing. What came last stays until the next answer is there.
export function useLazy<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  settle_ms = 0,
): Lazy<T> {
  const [state, setState] = useState<Lazy<T>>({ key: "", error: "" });
  useEffect(() => {
    if (key === "" || key === state.key) return;
    const abort = new AbortController();
    const take = (next: Omit<Lazy<T>, "key">) => {
      if (!abort.signal.aborted) setState({ ...next, key });
    };
    const ask = async () => {
      let data: T | undefined;
      const error = await said(
        load(abort.signal).then((answer) => {
          data = answer;
        }),
      );
      take(data === undefined ? { error } : { data, error });
    };
    const timer = setTimeout(() => void ask(), settle_ms);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);
  return state;
}
