// Which tests of a commit a selection means, asked again as it is typed. What came last stays until the next
// answer is there.
import { useEffect, useState } from "preact/hooks";
import { ApiError, api } from "../api/client.ts";
import type { MatchPage, Selection } from "../api/shapes.ts";

const settle_ms = 200;

export interface Matches {
  page?: MatchPage;
  error: string; // why it means nothing, in a sentence; "" where it does
}

export function useMatches(repo: string, sha: string, selection: Selection): Matches {
  const [matches, setMatches] = useState<Matches>({ error: "" });
  const question = JSON.stringify(selection);
  useEffect(() => {
    if (sha === "") return;
    const abort = new AbortController();
    const ask = async () => {
      try {
        const page = await api.match(repo, sha, JSON.parse(question) as Selection, abort.signal);
        if (!abort.signal.aborted) setMatches({ page, error: "" });
      } catch (error) {
        if (abort.signal.aborted) return;
        setMatches({ error: error instanceof ApiError ? error.message : String(error) });
      }
    };
    const timer = setTimeout(() => void ask(), settle_ms);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [repo, sha, question]);
  return matches;
}
