import { build, defineConfig, type Plugin, type Rolldown } from "vite";

const target = "es2023";

// `npm run dev` shows made-up data that moves; with TESTLOOPER_URL it shows that server's.
const server = process.env.TESTLOOPER_URL;

const mock = (): Plugin => ({
  name: "mock-api",
  apply: "serve",
  async configureServer(vite) {
    const { MockServer } = await import("./tests/mock/server.ts");
    const { World } = await import("./tests/mock/world.ts");
    const world = new World(Date.now());
    const api = new MockServer(world);
    setInterval(() => {
      world.work(6);
      world.appendLog("7.1", `tests/it/test_server.py::test_request ${new Date().toISOString()}\n`);
    }, 400);
    vite.middlewares.use((request, response, next) => {
      if (!api.handle(request, response)) next();
    });
  },
});

type Chunk = Rolldown.OutputChunk;
const chunksOf = (bundle: Rolldown.OutputBundle | undefined): Map<string, Chunk> =>
  new Map(Object.values(bundle ?? {}).flatMap((each) => (each.type === "chunk" ? [[each.fileName, each]] : [])));

// A chunk and all that it imports, each once.
function filesOf(file: string, chunks: Map<string, Chunk>, found = new Set<string>()): Set<string> {
  if (!found.has(file)) {
    found.add(file);
    for (const part of chunks.get(file)?.imports ?? []) filesOf(part, chunks, found);
  }
  return found;
}

const charset = '<meta charset="utf-8" />';

// A script in one piece, no module: modules run only when the page has been laid out for the first time.
async function inOnePiece(entry: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "warn",
    build: { target, write: false, modulePreload: false, rolldownOptions: { input: entry, output: { format: "iife" } } },
  });
  const [bundle] = Array.isArray(made) ? made : [made];
  const chunk = bundle && "output" in bundle ? bundle.output.find((each) => each.type === "chunk") : undefined;
  if (chunk?.type !== "chunk") throw new Error(`${entry} was not built`);
  return chunk.code;
}

// The small script that asks for the first page's data, and for the code of a page that is apart, runs as soon as it is
// there, before the page is drawn.
const first = (): Plugin => ({
  name: "first",
  apply: "build",
  async buildStart() {
    this.emitFile({ type: "asset", name: "first.js", source: await inOnePiece("src/first.ts") });
  },
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle }) {
      const chunks = chunksOf(bundle);
      const main = [...chunks.values()].find((each) => each.isEntry);
      const start = Object.values(bundle ?? {}).find((each) => each.type === "asset" && each.names.includes("first.js"));
      if (!main || !start) throw new Error("the bundle lacks its beginning");
      const anyway = filesOf(main.fileName, chunks);
      const pages = [...chunks.values()].filter((each) => each.isDynamicEntry && each.name.endsWith("_page"));
      const named = pages.map((page) => {
        const files = [...filesOf(page.fileName, chunks)].filter((file) => !anyway.has(file));
        return `<meta name="${page.name}" content="${files.map((file) => `/${file}`).join(" ")}" />`;
      });
      // Before the stylesheet, for which a script after it would wait.
      const script = `<script src="/${start.fileName}"></script>`;
      return html.replace(charset, [charset, ...named, script].join("\n    "));
    },
  },
});

export default defineConfig({
  plugins: server ? [first()] : [mock(), first()],
  server: server ? { proxy: { "/api": server } } : {},
  build: {
    target,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
