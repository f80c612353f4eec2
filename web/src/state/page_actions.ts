// What can be done on the page that is open, for the palette: buttons that do something on the server say so by
// [data-action], with words for people where their own text does not stand alone. One that may not be pressed is
// not offered.
import type { Place } from "../model/palette.ts";

// `quiet` are those of single rows, of which there may be many.
export function pageActions(): { loud: Place[]; quiet: Place[] } {
  const buttons = document.querySelectorAll<HTMLButtonElement>("main button[data-action]:not(:disabled)");
  const loud: Place[] = [];
  const quiet: Place[] = [];
  buttons.forEach((button, i) => {
    (button.classList.contains("quiet") ? quiet : loud).push({
      kind: "action",
      text: nameOf(button),
      more: "",
      url: `#action-${i}`,
      act: () => {
        button.focus();
        button.click();
      },
    });
  });
  return { loud, quiet };
}

function nameOf(button: HTMLElement): string {
  const name = button.dataset.action || button.ariaLabel || button.textContent || "";
  return name.charAt(0).toUpperCase() + name.slice(1);
}
