// The pages of a real daemon in a real Chromium: what a newcomer clicks, and its effect in the store.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, sha;

before(async () => {
  await box.start();
  sha = box.commit(project({ 'tests/bad.sh': 'echo it is broken; exit 3\n' }), 'something to look at');
  box.push('main');
  await box.announce();
  await box.finished(sha);
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('from the repositories to the branch, the commit, the failing run, its own output and the whole log', async () => {
  await page.goto(box.url);
  await page.getByRole('link', { name: 'shell', exact: true }).click();
  await page.getByText('something to look at').first().waitFor();
  await page.goto(`${box.url}/r/shell/c/${sha}`);
  await page.getByText('Newly failing').or(page.getByText('Failing')).first().waitFor();
  await page.getByRole('link', { name: 'failure' }).first().click();
  await page.getByText('it is broken').first().waitFor();
  await page.getByText('as the report gives it').waitFor();
  assert.equal(await page.getByText('complained').count(), 0);
  await page.getByRole('link', { name: /^The whole log/ }).click();
  await page.getByText('complained').first().waitFor();
});

test('“run failed 3 more times” runs just those, and the page follows without a reload', async () => {
  await page.goto(`${box.url}/r/shell/c/${sha}`);
  await page.getByLabel('how many more times').fill('3');
  await page.getByRole('button', { name: /^Failed/ }).click();
  await page.getByText('4 of 4 failed').first().waitFor({ timeout: 60_000 });
  const tests = (await box.page(sha)).tests;
  assert.equal(tests.find((each) => each.name === 'bad').counts.failed, 4);
  assert.equal(tests.find((each) => each.name === 'good').counts.passed, 1);
});

test('a log is seen while it is written', async () => {
  const live = box.commit({
    'tests/slow.sh': 'exit 0\n',
    'run.sh': 'echo the first line; n=0; while [ ! -e /never ] && [ $n -lt 100 ]; do sleep 0.2; n=$((n + 1)); done\n',
  }, 'a slow run');
  box.push('main');
  await box.announce();
  const task = await box.until('the run to start', async () => {
    const tasks = (await box.page(live))?.tasks ?? [];
    return tasks.find((each) => each.kind === 'run_tests' && each.state === 'running');
  });
  await page.goto(`${box.url}/tasks/${task.id}`);
  await page.getByText('the first line').first().waitFor();
  const now = (await box.page(live)).tasks.find((each) => each.id === task.id);
  assert.equal(now.state, 'running', 'the line was there before the end');
  await page.goto(`${box.url}/engine`);
  await page.getByText('a slow run').or(page.getByText(live.slice(0, 8))).first().waitFor();
});

test('two browsers see what the other does, and the store has it', async () => {
  const draining = async () => (await box.api('/api/v1/status')).body.draining;
  const other = await openBrowser(errors, 20_000);
  await box.signIn(other.page);
  for (const each of [page, other.page]) await each.goto(`${box.url}/engine`);
  await page.getByRole('button', { name: 'Drain…' }).click();
  await page.getByRole('button', { name: 'Drain it' }).click();
  await other.page.getByText('Draining: what runs ends').waitFor();
  assert.equal(await draining(), true);
  await other.page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Drain…' }).waitFor();
  assert.equal(await draining(), false);
  await other.context.close();
});

test('an open page says that the daemon is away, and is live again after its restart without a reload', async () => {
  await page.goto(`${box.url}/engine`);
  const live = page.locator('.live');
  await live.getByText('live', { exact: true }).waitFor();
  await page.evaluate(() => (window.not_reloaded = true));
  await box.kill('SIGKILL');
  await live.getByText('reconnecting…').waitFor();
  await box.start();
  await live.getByText('live', { exact: true }).waitFor();
  assert.ok((await box.post('/api/v1/drain', { requested_by: 'somebody' })).status < 300);
  await page.getByText('Draining: what runs ends').waitFor();
  assert.equal(await page.evaluate(() => window.not_reloaded), true);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Drain…' }).waitFor();
  errors.splice(0, errors.length, ...errors.filter((text) => !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_ABORTED/.test(text)));
});

test('an address that leads nowhere says so, and nothing was wrong on the way', async () => {
  await page.goto(`${box.url}/r/nobody`);
  await page.getByText(/not found|no repository|there is no/i).first().waitFor();
  assert.deepEqual(errors.filter((text) => !/status of 40[14]/.test(text)), []);
});
