// What one may ask about a test, where one looks for it: each button leads to the form below, which says what it takes.
import { quarantineUrl } from "../model/routes.ts";
import { setQuery } from "../state/query.ts";

const questions = [
  { kind: "hunt", text: "Hunt…", why: "run it until it fails, and tell how often it does" },
  { kind: "bisect", text: "Find the commit…", why: "which commit made it fail more often?" },
  { kind: "diagnose", text: "Diagnose…", why: "why does it flake? By controlled comparisons" },
  { kind: "prove", text: "Prove it fixed…", why: "is a fix real? With a stated risk" },
] as const;

export function showQuestion() {
  const place = document.getElementById("ask");
  place?.scrollIntoView({ block: "nearest" });
  place?.querySelector("summary")?.focus({ preventScroll: true });
}

export const TestQuestions = ({ repo, id }: { repo: string; id: string }) => (
  <div class="commit-facts" role="group" aria-label="what to do about it">
    {questions.map(({ kind, text, why }) => (
      <button
        key={kind}
        type="button"
        title={why}
        onClick={() => {
          setQuery({ ask: kind });
          showQuestion();
        }}
      >
        {text}
      </button>
    ))}
    <a class="button" href={quarantineUrl(repo, id)}>
      Quarantine…
    </a>
  </div>
);
