// The command that shows a result again, to be pasted into a shell.
import type { ExperimentPage } from "../api/shapes.ts";
import { testId } from "./filter.ts";

const plain = /^[\w\-./:=,@%+]+$/;

export const shellWord = (text: string): string =>
  plain.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

export function reproduceCommand(wanted: {
  repo: string;
  sha: string;
  test: string; // suite and id
  condition: readonly string[];
  times: number;
}): string {
  const words = ["testlooper", "run", wanted.repo, wanted.sha.slice(0, 10), "--test", wanted.test];
  for (const word of wanted.condition) words.push("--condition", word);
  return [...words, "--times", String(wanted.times), "--wait"].map(shellWord).join(" ");
}

// At the commit that fails: the likeliest culprit of a bisection, else where it ran.
export function reproduceExperiment(page: ExperimentPage): string {
  const likeliest = page.commits.reduce(
    (best, commit) => (commit.probability > best.probability ? commit : best),
    { sha: page.bad, probability: 0 },
  );
  const { repo, suite, path, name } = page.experiment;
  return reproduceCommand({
    repo,
    sha: page.sha || likeliest.sha || (page.arms[0]?.sha ?? ""),
    test: `${suite}/${testId({ path, name })}`,
    condition: page.condition,
    times: 20,
  });
}
