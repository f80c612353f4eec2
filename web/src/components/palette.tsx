// Ctrl-K: type a few letters of where to go, or of what to do on the page that is open.
import { useLocation } from "preact-iso";
import { useEffect, useMemo, useState } from "preact/hooks";
import { findPlaces, type Place, shaPlaces } from "../model/palette.ts";
import { parseRoute } from "../model/routes.ts";
import { usePlaces } from "../state/places.ts";
import { paletteOpen } from "../state/shortcuts.ts";
import { Dialog } from "./controls.tsx";
import { Name } from "./text.tsx";

const most_shown = 50;

export function Palette({ path }: { path: string }) {
  const close = () => {
    paletteOpen.value = false;
  };
  return (
    <Dialog open={paletteOpen.value} title="Go to" onClose={close}>
      {paletteOpen.value && <Finder path={path} close={close} />}
    </Dialog>
  );
}

function repoOf(path: string): string {
  const route = parseRoute(path);
  return "repo" in route ? route.repo : "";
}

function Finder({ path, close }: { path: string; close: () => void }) {
  const { route } = useLocation();
  const repo = repoOf(path);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [places, trouble] = usePlaces(path, repo);
  const found = useMemo(
    () => [...findPlaces(places, text, most_shown), ...shaPlaces(repo, text)],
    [places, text, repo],
  );
  const chosen = Math.min(at, Math.max(0, found.length - 1));
  useEffect(() => document.getElementById(optionId(chosen))?.scrollIntoView({ block: "nearest" }));

  const go = (place: Place | undefined) => {
    if (!place) return;
    close();
    // Once the palette has given the focus back, so that what opens next has it.
    if (place.act) setTimeout(place.act);
    else route(place.url);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && found.length > 0) {
      event.preventDefault();
      setAt((chosen + by + found.length) % found.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      go(found[chosen]);
    }
  };
  return (
    <div class="palette">
      <input
        autofocus
        type="search"
        role="combobox"
        list={undefined}
        aria-label="where to go"
        aria-expanded="true"
        aria-controls="places"
        aria-activedescendant={found.length > 0 ? optionId(chosen) : undefined}
        placeholder={repo === "" ? "a page, a repository, or what to do" : "a page, branch, commit, test, or what to do"}
        spellcheck={false}
        autocomplete="off"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {trouble !== "" && <p class="notice tone-error">{trouble}</p>}
      <ul id="places" role="listbox" aria-label="places" tabIndex={-1}>
        {found.map((place, i) => (
          <li
            key={place.url}
            id={optionId(i)}
            role="option"
            aria-selected={i === chosen}
            onClick={() => go(place)}
          >
            <Name text={place.text} />
            <span class="dim">
              {place.kind !== "page" && place.kind !== "action" && <Name text={place.more} />} {place.kind}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="dim">Nothing here is called that.</p>}
    </div>
  );
}

const optionId = (index: number): string => `place-${index}`;
