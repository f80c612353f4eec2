// A real Chromium for the tests of the pages.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { watchControls } from './controls.mjs';
import { root } from './harness.mjs';

const { chromium } = createRequire(join(root, 'web/package.json'))('playwright-core');

// What goes wrong on the page is added to `errors`.
export async function openBrowser(errors, timeout_ms) {
  const context = await chromium.launchPersistentContext('', {
    executablePath: '/usr/bin/chromium',
    permissions: ['clipboard-read', 'clipboard-write'],
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  if (process.env.TESTLOOPER_E2E_CONTROLS) await watchControls(context, process.env.TESTLOOPER_E2E_CONTROLS);
  const page = await context.newPage();
  page.setDefaultTimeout(timeout_ms);
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // Docker's interfaces come and go beside the test, and Chromium tells of each.
    if (message.type() === 'error' && !message.text().includes('ERR_NETWORK_CHANGED')) errors.push(message.text());
  });
  return { context, page };
}
