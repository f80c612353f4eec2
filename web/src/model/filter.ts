// The text filter over tests: words that must all occur, in any order, in what names the test.
export interface Named {
  suite: string;
  path: string;
  name: string;
  labels?: string[];
}

// What `run-tests` gets, and what people search for.
export const testId = (test: { path: string; name: string }): string =>
  test.path === "" ? test.name : `${test.path}::${test.name}`;

export function matcher(text: string): (test: Named) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (test) => {
    const labels = test.labels?.join(" ") ?? "";
    const hay = `${test.suite} ${testId(test)} ${labels}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  };
}
