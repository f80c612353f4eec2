// What the palette knows of: fetched when it opens.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, said } from "../api/client.ts";
import { branchPlaces, pagePlaces, type Place, repoPlaces, testQuestions } from "../model/palette.ts";
import { parseRoute } from "../model/routes.ts";
import { pageActions } from "./page_actions.ts";

function actionsOf(path: string): [Place[], Place[]] {
  const current = parseRoute(path);
  const asked = current.page === "test" ? testQuestions(current.repo, current.test) : [];
  const { loud, quiet } = pageActions();
  return [[...loud, ...asked], quiet];
}

// Actions and pages are there at once; repositories, and what the current one has, when the server has told them.
export function usePlaces(path: string, repo: string): [Place[], string] {
  const [actions] = useState(() => actionsOf(path));
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
  const places = useMemo(() => {
    const [first, last] = actions;
    return [...first, ...pagePlaces(repo), ...repos, ...parts, ...last];
  }, [actions, repo, repos, parts]);
  return [places, trouble];
}
