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

export default defineConfig({
  plugins: server ? [] : [mock()],
  server: server ? { proxy: { "/api": server } } : {},
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
