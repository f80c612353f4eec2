// The tab: its title and icon tell the state of what it shows.
import { useEffect } from "preact/hooks";
import active from "../icons/active.svg";
import bad from "../icons/bad.svg";
import error from "../icons/error.svg";
import good from "../icons/good.svg";
import neutral from "../icons/neutral.svg";
import type { Tone } from "../model/looks.ts";
import { printableName } from "../model/printable.ts";

const icons: Record<Tone, string> = {
  good,
  bad,
  flaky: bad,
  error,
  active,
  waiting: active,
  muted: neutral,
  machine: error,
  none: neutral,
};

export function useHead(title: string, tone: Tone = "none") {
  useEffect(() => {
    document.title = title === "" ? "TestLooper" : `${printableName(title, 120)} · TestLooper`;
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link && link.getAttribute("href") !== icons[tone]) link.href = icons[tone];
  }, [title, tone]);
}
