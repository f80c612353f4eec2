// Keys that work on every page. They act on what the page marks: [data-filter] is the field that "/"
// goes to, [data-row] a row that "j" and "k" move through, by the link or box in it.
import { signal } from "@preact/signals";

export const helpOpen = signal(false);
export const paletteOpen = signal(false);

export const shortcutList: { keys: string[]; does: string }[] = [
  { keys: ["Ctrl", "K"], does: "go anywhere" },
  { keys: ["/"], does: "go to the filter or the search" },
  { keys: ["j", "k"], does: "next and previous row" },
  { keys: ["Enter"], does: "open the row" },
  { keys: ["x"], does: "select the row" },
  { keys: ["←", "→"], does: "in the matrix: along the commits" },
  { keys: ["↑", "↓"], does: "in the matrix: along a commit's tests" },
  { keys: ["n", "N"], does: "in a log: next and previous find" },
  { keys: ["e", "E"], does: "in a log: next and previous error" },
  { keys: ["Esc"], does: "leave the field, close what is open" },
  { keys: ["?"], does: "this help" },
];

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");

const actions: Record<string, () => void> = {
  "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus(),
  "?": () => {
    helpOpen.value = true;
  },
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => focusedRow()?.querySelector<HTMLElement>("input[type=checkbox]")?.click(),
  n: () => press("[data-find-next]"),
  N: () => press("[data-find-previous]"),
  e: () => press("[data-error-next]"),
  E: () => press("[data-error-previous]"),
};

const press = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();

const focusedRow = (): HTMLElement | null =>
  document.activeElement?.closest<HTMLElement>("[data-row]") ?? null;

function moveRow(by: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const current = focusedRow();
  const next = current ? rows[rows.indexOf(current) + by] : rows.find(onScreen);
  next?.querySelector<HTMLElement>("[data-row-link]")?.focus();
}

// A long list draws some rows beyond the screen; the first that is seen is the place to begin.
const onScreen = (row: HTMLElement): boolean => {
  const { top, height } = row.getBoundingClientRect();
  const covered = Number.parseFloat(getComputedStyle(row).scrollMarginTop) || 0;
  return top + height / 2 > covered;
};

function onKey(event: KeyboardEvent) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) paletteOpen.value = true;
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target)) {
    if (event.key === "Escape") (event.target as HTMLElement).blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const act = actions[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

export function startShortcuts() {
  document.addEventListener("keydown", onKey);
}
