import { defineConfig, type Plugin } from "vite";

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

// The small script that asks for the first page's data runs by itself, as soon as it is there.
const first = (): Plugin => ({
  name: "first",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle }) {
      const chunk = Object.values(bundle ?? {}).find((each) => each.type === "chunk" && each.name === "first");
      if (!chunk) throw new Error("there is no first.ts in the bundle");
      const parts = chunk.type === "chunk" ? chunk.imports : [];
      return [
        { tag: "script", attrs: { type: "module", async: true, crossorigin: true, src: `/${chunk.fileName}` } },
        ...parts.map((file) => ({
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
