// A real Chromium for the benchmarks, and what is measured in it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');
const axe_source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export class Browser {
  static async start() {
    const browser = new Browser();
    browser.errors = [];
    browser.profile = mkdtempSync(join(tmpdir(), 'testlooper-chromium-'));
    browser.context = await chromium.launchPersistentContext(browser.profile, {
      executablePath: '/usr/bin/chromium',
      viewport: { width: 1440, height: 900 },
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    await browser.context.addInitScript(watchShifts);
    return browser;
  }

  // The session's cookie is what each page shows from then on.
  async signIn(base, token) {
    const answer = await fetch(`${base}/api/v1/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const [name, value] = answer.headers.get('set-cookie').split(';')[0].split('=');
    await this.context.addCookies([{ name, value, url: base }]);
  }

  async open(url, dark = false) {
    const page = await this.context.newPage();
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.errors.push(`${url}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('ERR_NETWORK_CHANGED')) {
        this.errors.push(`${url}: ${message.text()}`);
      }
    });
    if (url) await page.goto(url, { waitUntil: 'commit' });
    return page;
  }

  async stop() {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}

// Runs in each page before its own scripts.
function watchShifts() {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}

// Runs in the page before its own scripts: what a page is asked in the midst of its beginning, it has to stop for.
function watchTimes(selector) {
  const paint = new Promise((done) => {
    new PerformanceObserver((list) => {
      const [entry] = list.getEntriesByName('first-contentful-paint');
      if (entry) done(entry.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
  const usable = new Promise((done) => {
    const look = () => {
      if (!document.querySelector(selector)) return;
      observer.disconnect();
      done(performance.now());
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
  });
  window.times = Promise.all([paint, usable]);
}

const beginning_ms = 700; // a page is left alone for so long

// A new page at `url`: when the selector first matched, and the first contentful paint (which browsers tell of some time
// after it), in ms from the navigation's start.
export async function visit(browser, url, selector) {
  const page = await browser.open('');
  await page.addInitScript(watchTimes, selector);
  await page.goto(url, { waitUntil: 'commit' });
  await new Promise((done) => setTimeout(done, beginning_ms));
  const [paint, usable] = await page.evaluate(() => window.times);
  return { page, paint, usable };
}

// When the selector first matched in a page that is asked at once, which it stops for: as pages were measured before.
export const usableAsked = (page, selector) =>
  page.evaluate(
    (selector) =>
      new Promise((done) => {
        const look = () => document.querySelector(selector) && (observer.disconnect(), done(performance.now()), true);
        const observer = new MutationObserver(look);
        if (!look()) observer.observe(document, { childList: true, subtree: true });
      }),
    selector,
  );

// From a click on the link until the selector matches, in ms; `gone` is what the page had that the next has not.
export const click = (page, link, gone, selector) =>
  page.evaluate(
    ([link, gone, selector]) =>
      new Promise((done) => {
        const start = performance.now();
        const look = () => {
          if (document.querySelector(gone) || !document.querySelector(selector)) return;
          observer.disconnect();
          done(performance.now() - start);
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { childList: true, subtree: true });
        document.querySelector(link).click();
      }),
    [link, gone, selector],
  );

export const shifts = (page) => page.evaluate(() => window.shifts);

export async function axe(page) {
  await page.evaluate(axe_source);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
  });
}

// What each frame costs the main thread while a box is scrolled, in ms: script, style, layout and paint.
export const scrollFrames = (page, selector, frames, pixels) =>
  page.evaluate(
    async ([selector, frames, pixels]) => {
      const box = document.querySelector(selector);
      const costs = [];
      for (let i = 0; i < frames; ++i) {
        costs.push(await new Promise((done) => {
          requestAnimationFrame((began) => {
            const start = Math.max(began, performance.now());
            box.scrollTop += pixels;
            const channel = new MessageChannel();
            channel.port1.onmessage = () => done(performance.now() - start);
            channel.port2.postMessage(0);
          });
        }));
      }
      return costs;
    },
    [selector, frames, pixels],
  );

// Seconds of CPU that the page's main thread takes from now until the answer is called: the same on a busy machine.
export async function mainThread(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const total = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find((metric) => metric.name === 'TaskDuration').value;
  };
  const start = await total();
  return async () => (await total()) - start;
}
