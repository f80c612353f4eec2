// Answers that were asked for before the code that wants them was there (first.ts). Each is given once, and soon.
export interface Early {
  answers: Map<string, Promise<Response>>;
  // Of those, what a log's beginning turned out to be, to be drawn without waiting once more.
  beginnings: Map<string, Beginning>;
  over: boolean; // the pages ask for themselves now
}

export interface Beginning {
  bytes: Uint8Array;
  more: boolean; // the log goes on
}

declare global {
  interface Window {
    testlooper_early?: Early;
  }
}

// Of a browser, or of a test that has none.
const place: Pick<Window, "testlooper_early"> = globalThis.window ?? {};
export const early: Early = (place.testlooper_early ??= { answers: new Map(), beginnings: new Map(), over: false });

const keyOf = (url: string, headers: HeadersInit | undefined): string =>
  `${url} ${new Headers(headers).get("Range") ?? ""}`;

export function askEarly(url: string, headers?: HeadersInit): Promise<Response> {
  const answer = fetch(url, headers ? { headers } : {});
  answer.catch(() => {}); // who asks next hears of it
  early.answers.set(keyOf(url, headers), answer);
  return answer;
}

// Of a log, by its range. A server that gives no part is left to who asks next.
export async function readEarly(url: string, range: string) {
  const answer = (await askEarly(url, { Range: range })).clone();
  if (answer.status !== 206) return;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  early.beginnings.set(url, { bytes, more: isMore(answer.headers.get("Content-Range")) });
}

// The beginning of the log, where it is there already.
export function takeBeginning(url: string, range: string): Beginning | undefined {
  const beginning = early.beginnings.get(url);
  if (!beginning) return undefined;
  early.beginnings.delete(url);
  early.answers.delete(keyOf(url, { Range: range }));
  return beginning;
}

// Of a field as "bytes 0-99/400".
export function isMore(range: string | null): boolean {
  const [, last = "", size = ""] = /-(\d+)\/(\d+)$/.exec(range ?? "") ?? [];
  return Number(last) + 1 < Number(size);
}

export function takeEarly(url: string, init: RequestInit): Promise<Response> | undefined {
  if (early.answers.size === 0 || init.method !== undefined) return undefined;
  const key = keyOf(url, init.headers);
  const answer = early.answers.get(key);
  early.answers.delete(key);
  return answer;
}
