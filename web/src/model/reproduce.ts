// The command that shows a result again, to be pasted into a shell.
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
