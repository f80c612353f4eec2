import { defineConfig, type Plugin, type Rolldown } from "vite";

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

// The small script that asks for the first page's data, and for the code of a page that is apart, runs by itself, as
// soon as it is there.
const first = (): Plugin => ({
  name: "first",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle }) {
      const chunks = chunksOf(bundle);
      const named = (name: string) => {
        const chunk = [...chunks.values()].find((each) => each.isEntry && each.name === name);
        if (!chunk) throw new Error(`there is no ${name} in the bundle`);
        return chunk.fileName;
      };
      const [start, main] = [named("first"), named("index")];
      const anyway = filesOf(main, chunks);
      const pages = [...chunks.values()].filter((each) => each.isDynamicEntry && each.name.endsWith("_page"));
      return [
        ...pages.map((page) => ({
          tag: "meta",
          injectTo: "head" as const,
          attrs: {
            name: page.name,
            content: [...filesOf(page.fileName, chunks)].flatMap((file) => (anyway.has(file) ? [] : [`/${file}`])).join(" "),
          },
        })),
        { tag: "script", attrs: { type: "module", async: true, crossorigin: true, src: `/${start}` } },
        ...(chunks.get(start)?.imports ?? []).map((file) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` },
        })),
      ];
    },
  },
});

export default defineConfig({
  plugins: server ? [first()] : [mock(), first()],
  server: server ? { proxy: { "/api": server } } : {},
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: { index: "index.html", first: "src/first.ts" } },
  },
});
