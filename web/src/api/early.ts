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

// `told` hears of the answer in the moment in which it is there. By an XMLHttpRequest, which is told of once, with all
// of it: fetch takes several turns for that, and between them the page is laid out and its code begins.
export function askEarly(url: string, range = "", told?: (answer: XMLHttpRequest) => void) {
  const answer = new Promise<Response>((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "arraybuffer";
    if (range !== "") request.setRequestHeader("Range", range);
    request.onload = () => {
      done(responseOf(request)); // first: whatever becomes of `told`, the page has its answer
      if (request.status === 200 || request.status === 206) told?.(request);
    };
    request.onerror = () => failed(new TypeError(`${url} was not answered`));
    request.send();
  });
  answer.catch(() => {}); // who asks next hears of it
  early.answers.set(keyOf(url, range === "" ? undefined : { Range: range }), answer);
}

function responseOf(request: XMLHttpRequest): Response {
  const { status, statusText, response } = request;
  const range = request.getResponseHeader("Content-Range");
  const headers = range === null ? {} : { "Content-Range": range };
  return new Response(status === 204 ? null : (response as ArrayBuffer), { status, statusText, headers });
}

// Of a log, by its range. A server that gives no part is left to who asks next.
export function readEarly(url: string, range: string) {
  askEarly(url, range, (answer) => {
    if (answer.status !== 206) return;
    const bytes = new Uint8Array(answer.response as ArrayBuffer);
    early.beginnings.set(url, { bytes, more: isMore(answer.getResponseHeader("Content-Range")) });
  });
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
