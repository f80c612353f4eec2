// What the palette knows of: fetched when it opens.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, said } from "../api/client.ts";
import { branchPlaces, pagePlaces, type Place, repoPlaces } from "../model/palette.ts";

// Pages are there at once; repositories, and what the current one has, when the server has told them.
export function usePlaces(repo: string): [Place[], string] {
  const [repos, setRepos] = useState<Place[]>([]);
  const [parts, setParts] = useState<Place[]>([]);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    const load = async (loading: Promise<unknown>) => {
      const trouble = await said(loading);
      if (!abort.signal.aborted && trouble !== "") setTrouble(trouble);
    };
    void load(api.repos(abort.signal).then((page) => setRepos(repoPlaces(page))));
    if (repo !== "") {
      const newest = { branch: "", limit: 30 };
      const loading = api.branch(repo, newest, abort.signal);
      void load(loading.then((page) => setParts(branchPlaces(repo, page))));
    }
    return () => abort.abort();
  }, [repo]);
  return [useMemo(() => [...pagePlaces(repo), ...repos, ...parts], [repo, repos, parts]), trouble];
}
