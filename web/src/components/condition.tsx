// What was changed about a run, a word for each factor. A long order shows how many tests it names.
import { conditionWords } from "../model/condition.ts";

export function Condition({ words }: { words: string[] }) {
  return (
    <span class="condition">
      {conditionWords(words).map((word) => (
        <>
          <code key={word}>{word}</code>{" "}
        </>
      ))}
    </span>
  );
}
