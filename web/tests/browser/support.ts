// A real Chromium at a mock server, with everything watched that must stay empty: errors on the console,
// what the content policy refused, what axe finds.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import { MockServer } from "../mock/server.ts";
import { World } from "../mock/world.ts";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const network_changed = "net::ERR_NETWORK_CHANGED";
const axe_source = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
}

export class Bench {
  readonly errors: string[] = [];
  private constructor(
    readonly world: World,
    readonly server: MockServer,
    readonly url: string,
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async start(world = new World(Date.now())): Promise<Bench> {
    const server = new MockServer(world, inject("dist"));
    const url = await server.listen();
    const profile = mkdtempSync(join(tmpdir(), "testlooper-chromium-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: "/usr/bin/chromium",
      args: flags,
      bypassCSP: false,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    return new Bench(world, server, url, context, profile);
  }

  // Where docker works beside the tests, interfaces come and go, and Chromium drops what it was loading.
  async #goto(page: Page, path: string) {
    for (let tries = 1; ; tries++) {
      try {
        await page.goto(this.url + path);
        await page.locator("#app > *").first().waitFor({ state: "attached", timeout: 5000 });
        return;
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  // An open page holds a connection, of which Chromium has six; to be called after each test.
  async closePages() {
    for (const page of this.context.pages()) await page.close();
  }

  // As a browser that was never here.
  async forget() {
    await this.context.clearCookies();
    const page = await this.open("/");
    await page.evaluate("localStorage.clear()");
    await page.close();
  }

  // To be empty at the end of every file of tests.
  takeErrors(): string[] {
    return this.errors.splice(0);
  }

  async stop() {
    await this.context.close();
    await this.server.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  async open(path: string, look: Look = {}): Promise<Page> {
    const page = await this.context.newPage();
    await page.setViewportSize({ width: look.width ?? 1360, height: look.height ?? 860 });
    await page.emulateMedia({ colorScheme: look.dark ? "dark" : "light" });
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes(network_changed))
        this.errors.push(`${path}: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.errors.push(`${path}: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.errors.push(`${path}: a dialog of the page: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await this.#goto(page, path);
    return page;
  }
}

// Layout shifts that nobody asked for, since the page was opened; Chromium's own measure.
export const layoutShift = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
            if (!shift.hadRecentInput) sum += shift.value;
          }
        }).observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
      }),
  );

// Seconds of CPU that the page's main thread takes from now until the answer is called.
export async function mainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const total = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === "TaskDuration")?.value ?? 0;
  };
  const start = await total();
  return async () => (await total()) - start;
}

// The rules of axe that a change of colours can break.
export const axe_colours = ["color-contrast", "link-in-text-block"];

// What axe finds, a line each; by these rules, or by all that it has on.
export async function axe(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate("!!window.axe"))) await page.evaluate(axe_source);
  return page.evaluate(async (only) => {
    const results = await (window as any).axe.run(document, {
      resultTypes: ["violations"],
      ...(only ? { runOnly: { type: "rule", values: only } } : {}),
    });
    return results.violations.flatMap(
      (violation: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        violation.nodes.map((node) => `${violation.id}: ${node.html} ${node.failureSummary}`),
    );
  }, rules);
}
