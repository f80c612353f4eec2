// A state as glyph and colour; with its word beside it, or for those who cannot see it.
import type { Look, Tone } from "../model/looks.ts";

export function Mark({ look, words = false }: { look: Look; words?: boolean }) {
  return (
    <span class={`mark tone-${look.tone}`}>
      <span class="glyph" aria-hidden="true">
        {look.glyph}
      </span>
      <span class={words ? "word" : "unseen"}>{look.word}</span>
    </span>
  );
}

export function Pill({ look, text }: { look: Look; text?: string }) {
  return (
    <span class={`pill tone-${look.tone}`}>
      <span class="glyph" aria-hidden="true">
        {look.glyph}
      </span>
      {text ?? look.word}
    </span>
  );
}

// A number that means something by its colour when it is not zero.
export function Tally({ n, tone, of }: { n: number; tone: Tone; of: string }) {
  return (
    <span class={`tally ${n > 0 ? `tone-${tone}` : "nothing"}`} title={`${n} ${of}`}>
      {n}
    </span>
  );
}
