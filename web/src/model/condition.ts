// A condition's words, as they are typed and as a page shows them.

const shownTests = 3;

export const typedWords = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

// Of many tests that run before it the last ones are named: those that are nearest to it.
export function conditionWords(words: readonly string[]): string[] {
  const tests = words.filter((word) => word.startsWith("after="));
  if (tests.length <= shownTests) return [...words];
  const left = tests.length - shownTests;
  const last = new Set(tests.slice(-shownTests));
  const shown = words.filter((word) => !word.startsWith("after=") || last.has(word));
  const place = shown.findIndex((word) => word.startsWith("after="));
  shown.splice(place, 0, `after ${left} more tests`);
  return shown;
}
