// The mock API over HTTP: for `npm run dev`, and with the built pages for the browser tests. It sends the
// headers that the real server sends, its Content-Security-Policy above all.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { extname, join } from "node:path";
import type { ErrorCode, RunRequest } from "../../src/api/shapes.ts";
import { packTests } from "./columns.ts";
import { flakyPages } from "./flaky_pages.ts";
import { experiments } from "./experiments.ts";
import { labPages } from "./lab_pages.ts";
import { askWho, logins } from "./logins.ts";
import { orders } from "./orders.ts";
import * as pages from "./pages.ts";
import { type Answer, missing, Refused } from "./refused.ts";
import type { World } from "./world.ts";

export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const statuses: Partial<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
};

function routes(world: World): Record<string, Answer> {
  const repoOf = (parts: string[]) =>
    world.repo(parts[1] ?? "") ?? missing(`repository ${parts[1]}`);
  const commitOf = (parts: string[]) =>
    world.commit(parts[1] ?? "", parts[3] ?? "") ?? missing(`commit ${parts[3]}`);
  return {
    "GET repos": () => pages.reposPage(world),
    "GET repos/*/branch": ({ parts, params }) => {
      const repo = repoOf(parts);
      const name = params.get("name") ?? repo.primary;
      if (!repo.branches.includes(name)) missing(`branch ${name}`);
      const limit = Number(params.get("limit") ?? 30);
      return pages.branchPage(world, repo, name, limit, params.get("before") ?? "");
    },
    "GET repos/*/commits/*": ({ parts, params }) => {
      const { repo, commit } = commitOf(parts);
      const page = pages.commitPage(world, repo, commit);
      return params.get("tests") === "columns" ? { ...page, tests: packTests(page.tests) } : page;
    },
    "POST repos/*/commits/*/runs": ({ parts, body }) => {
      const { repo, commit } = commitOf(parts);
      const wish = JSON.parse(body) as RunRequest;
      if (wish.times > 50_000) throw new Refused("invalid", "times: at most 50,000 here");
      return { request: world.requestRuns(repo, commit, wish) };
    },
    "POST repos/*/commits/*/retry": ({ parts }) => {
      world.retried.push(commitOf(parts).commit.sha);
      return { revision: world.revision };
    },
    "GET requests/*": ({ parts }) =>
      pages.requestPage(world, Number(parts[1])) ?? missing(`request ${parts[1]}`),
    "GET tasks/*": ({ parts }) =>
      pages.taskPage(world, Number(parts[1])) ?? missing(`task ${parts[1]}`),
    "GET tasks/*/attempts/*/artifacts": ({ parts }) =>
      pages.artifactsPage(world, Number(parts[1])),
    "GET runs/*": ({ parts }) =>
      pages.runPage(world, world.runs.get(Number(parts[1])) ?? missing(`run ${parts[1]}`)),
    "GET retention": () => pages.retentionPage(world),
    "POST retention/*": () => {
      world.clean();
      return { started: true };
    },
    "GET engine": () => pages.enginePage(world),
    ...orders(world),
    ...labPages(world),
    ...flakyPages(world),
    ...experiments(world),
    ...logins(world),
  };
}

export class MockServer {
  world: World;
  // Answers every call with 503 while it is set: a server that goes away and comes back.
  down = false;
  #server: Server;
  #sockets = new Set<Socket>();
  #streams = new Set<() => void>();

  constructor(
    world: World,
    private readonly dist?: string,
  ) {
    this.world = world;
    this.#server = createServer((request, response) => {
      if (!this.handle(request, response)) this.#asset(request, response);
    });
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(port, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close() {
    for (const end of this.#streams) end();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  get streams(): number {
    return this.#streams.size;
  }

  // Breaks every open stream, as a restart does.
  breakStreams() {
    for (const end of [...this.#streams]) end();
  }

  // True where the path is the API's.
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/api/v1/")) return false;
    void this.#api(url, request, response).catch((error: unknown) => refuse(response, error));
    return true;
  }

  async #api(url: URL, request: IncomingMessage, response: ServerResponse) {
    if (this.down) throw new Refused("unavailable", "the store cannot be read now");
    const parts = url.pathname.slice("/api/v1/".length).split("/").map(decodeURIComponent);
    askWho(this.world, parts.join("/"));
    if (parts[0] === "events") return this.#events(response);
    if (parts[0] === "tasks" && parts[4] === "log") return this.#log(parts, url, request, response);
    if (parts[0] === "runs" && parts[2] === "log") {
      const run = this.world.runs.get(Number(parts[1])) ?? missing(`run ${parts[1]}`);
      return range(Buffer.from(pages.runOutput(run)), request, response);
    }
    // "repos/NAME/commits/SHA/runs" as "repos/*/commits/*/runs"
    const shape = parts.map((part, i) => (i % 2 === 1 ? "*" : part)).join("/");
    const answer = routes(this.world)[`${request.method} ${shape}`];
    if (!answer) throw new Refused("not_found", `there is no ${url.pathname}`);
    const body = await text(request);
    if (request.method !== "GET" && parts.at(-1) !== "match") this.#record(request, url, body);
    const data = JSON.stringify(answer({ parts, params: url.searchParams, body }));
    response.writeHead(request.method === "POST" ? 202 : 200, {
      "Content-Type": "application/json",
    });
    response.end(data);
  }

  // Each order that reached the server, for tests to look at; the next is refused where a test says so.
  #record({ method = "" }: IncomingMessage, url: URL, body: string) {
    const path = url.pathname.slice("/api/v1/".length) + url.search;
    this.world.calls.push({ method, path, body: JSON.parse(body || "{}") as object });
    const why = this.world.refuse_next;
    this.world.refuse_next = "";
    if (why !== "") throw new Refused("conflict", why);
  }

  #events(response: ServerResponse) {
    const send = this.#openStream(response, () => unlisten());
    const unlisten = this.world.onChange((change) => send("change", change));
    send("snapshot", { revision: this.world.revision });
  }

  #log(parts: string[], url: URL, request: IncomingMessage, response: ServerResponse) {
    const key = `${parts[1]}.${parts[3]}`;
    const log = this.world.logs.get(key) ?? missing(`log of attempt ${key}`);
    if (parts[5] !== "stream") return range(log.text, request, response);
    let sent = Number(request.headers["last-event-id"] ?? url.searchParams.get("from") ?? 0);
    const send = this.#openStream(response, () => unlisten());
    const push = () => {
      const more = log.text.subarray(sent);
      sent = log.text.length;
      if (more.length > 0) send("log", { text: more.toString() }, sent);
      if (log.complete) send("end", { bytes: sent });
    };
    const unlisten = this.world.onLog(push);
    push();
  }

  #openStream(response: ServerResponse, onEnd: () => void) {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.flushHeaders();
    const end = () => {
      this.#streams.delete(end);
      onEnd();
      response.destroy();
    };
    this.#streams.add(end);
    response.on("close", end);
    return (event: string, data: object, id?: number) => {
      const head = id === undefined ? "" : `id: ${id}\n`;
      response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
  }

  #asset(request: IncomingMessage, response: ServerResponse) {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = /^\/assets\/[\w.-]+$/.test(path) ? path : "/index.html";
    const types: Record<string, string> = {
      ".js": "text/javascript",
      ".css": "text/css",
      ".svg": "image/svg+xml",
      ".html": "text/html; charset=utf-8",
    };
    response.writeHead(200, {
      "Content-Type": types[extname(file)] ?? "application/octet-stream",
      "Content-Security-Policy": policy,
      "X-Content-Type-Options": "nosniff",
    });
    response.end(readFileSync(join(this.dist ?? "", file)));
  }
}

function refuse(response: ServerResponse, error: unknown) {
  const known = error instanceof Refused ? error : new Refused("internal", String(error));
  response.writeHead(statuses[known.code] ?? 500, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ error: { code: known.code, message: known.message } }));
}

function range(bytes: Buffer, request: IncomingMessage, response: ServerResponse) {
  const [, first = "0", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const from = Number(first);
  const end = last === "" ? bytes.length : Math.min(bytes.length, Number(last) + 1);
  const asked = request.headers.range !== undefined;
  const status = !asked ? 200 : from >= bytes.length ? 416 : 206;
  response.writeHead(status, {
    ...(status === 206 && { "Content-Range": `bytes ${from}-${end - 1}/${bytes.length}` }),
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
  });
  response.end(status === 416 ? undefined : bytes.subarray(from, end));
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
