// How the pages talk to the server over HTTP: JSON there and back, errors as sentences. Used by client.ts
// and live.ts alone.
import { takeEarly } from "./early.ts";
import type { ErrorBody, ErrorCode } from "./shapes.ts";

const base = "/api/v1";
let heard = () => {};
// Called whenever the server says that nobody is signed in.
export function onUnauthorized(listener: () => void) {
  heard = listener;
}

const quick_retries_ms = [50, 250];

// What went wrong, in a sentence for people. `code` is "offline" where nobody answered.
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode | "offline",
    message: string,
  ) {
    super(message);
  }
}

// What went wrong with an action, for people; "" where it went well.
export async function said(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "";
  } catch (error) {
    return error instanceof ApiError ? error.message : String(error);
  }
}

// A browser drops what is under way whenever a network interface comes or goes, as docker's do: a question
// is asked again at once before anybody hears of it.
export async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  for (const pause_ms of quick_retries_ms) {
    try {
      return await json<T>(await reach(base + path, { signal }));
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "offline")) throw error;
      await new Promise((done) => setTimeout(done, pause_ms));
    }
  }
  return json<T>(await reach(base + path, { signal }));
}

// An order, which is never sent twice by itself; or with a `signal` a question that has a body.
export async function send<T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body: object = {},
  signal?: AbortSignal,
): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const init: RequestInit = { method, headers, body: JSON.stringify(body) };
  if (signal) init.signal = signal;
  return json<T>(await reach(base + path, init));
}

export const reach = (url: string, init: RequestInit): Promise<Response> =>
  (takeEarly(url, init) ?? fetch(url, init)).catch(offline);

export function offline(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new ApiError("offline", "the server cannot be reached");
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw await errorOf(response);
  return (await response.json().catch(offline)) as T;
}

export async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => undefined)) as ErrorBody | undefined;
  if (body?.error?.code === "unauthorized") heard();
  if (body?.error?.message) return new ApiError(body.error.code, body.error.message);
  return new ApiError("internal", `the server answered ${response.status}`);
}
