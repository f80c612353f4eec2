// Answers that were asked for before the code that wants them was there (first.ts). Each is given once, and soon.
export interface Early {
  answers: Map<string, Promise<Response>>;
  over: boolean; // the pages ask for themselves now
}

declare global {
  interface Window {
    testlooper_early?: Early;
  }
}

// Of a browser, or of a test that has none.
const place: Pick<Window, "testlooper_early"> = globalThis.window ?? {};
export const early: Early = (place.testlooper_early ??= { answers: new Map(), over: false });

const keyOf = (url: string, headers: HeadersInit | undefined): string =>
  `${url} ${new Headers(headers).get("Range") ?? ""}`;

export function askEarly(url: string, headers?: HeadersInit): Promise<Response> {
  const answer = fetch(url, headers ? { headers } : {});
  answer.catch(() => {}); // who asks next hears of it
  early.answers.set(keyOf(url, headers), answer);
  return answer;
}

export function takeEarly(url: string, init: RequestInit): Promise<Response> | undefined {
  if (early.answers.size === 0 || init.method !== undefined) return undefined;
  const key = keyOf(url, init.headers);
  const answer = early.answers.get(key);
  early.answers.delete(key);
  return answer;
}
