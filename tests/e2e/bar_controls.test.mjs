// What every page has: the palette that leads anywhere and does what the page can do, the help, and keys. Also the
// two buttons of a page whose server is away.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, git, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const second = join(box.folder, 'second.git');
let context, page;

const at = (path) => page.goto(`${box.url}${path}`);
const button = (name, within = page) => within.getByRole('button', { name, exact: true });
const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
const palette = () => page.getByRole('dialog', { name: 'Go to' });
const chosen = (text) => page.locator('[role=option][aria-selected=true]').getByText(text, { exact: true }).waitFor();
const draining = () => box.query('SELECT draining FROM engine_host').join();
const focused = (selector) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);

// Types into the palette, as it was opened by its keys, and takes what is chosen.
async function go(typed, text) {
  await page.keyboard.press('Control+k');
  await page.getByLabel('where to go').waitFor();
  await page.keyboard.type(typed);
  await chosen(text);
  await page.keyboard.press('Enter');
  await palette().waitFor({ state: 'hidden' });
}

before(async () => {
  const sha = box.commit(project(), 'something to test');
  box.push('main');
  execFileSync('git', ['clone', '-q', '--bare', box.bare, second]);
  await box.start('--repo', second, '--scan-period', '86400');
  await box.announce();
  await box.finished(sha);
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('the palette leads to a page, a repository and a form, by keys and by the mouse', async () => {
  await button('Go to…').click();
  await chosen('Repositories');
  await page.keyboard.press('ArrowDown');
  await chosen('Add a repository');
  await page.keyboard.press('ArrowUp');
  await chosen('Repositories');
  await page.getByLabel('where to go').fill('no such place');
  await page.getByText('Nothing here is called that.').waitFor();
  await button('close', palette()).click();
  await palette().waitFor({ state: 'hidden' });
  await go('add a repo', 'Add a repository');
  await page.getByLabel('path or URL').waitFor();
  await go('second', 'second');
  await page.waitForURL(`${box.url}/r/second`);
  await at('/r/shell/settings');
  await go('add a branch rule', 'Add a branch rule');
  await page.waitForURL(`${box.url}/r/shell/rules?rule=new`);
  await page.getByRole('form', { name: 'a new rule' }).waitFor();
  await button('Go to…').click();
  await page.getByRole('option', { name: /^Retention/ }).click();
  await heading('Retention');
});

test('the palette does what the page that is open can do', async () => {
  await at('/engine');
  await button('Drain…').waitFor();
  await go('drain', 'Drain…');
  await button('Drain it').click();
  await page.getByText('Draining: what runs ends').waitFor();
  assert.equal(draining(), '1');
  await go('resume', 'Resume');
  await button('Drain…').waitFor();
  assert.equal(draining(), '0');

  // Nobody has announced this push, and nobody looks by himself for a day.
  const sha = box.commit({ 'tests/later.sh': 'exit 0\n' }, 'later');
  git(box.clone, 'push', '-q', second, 'main');
  await at('/r/second/settings');
  await button('Look at it now').waitFor();
  await go('look', 'Look at it now');
  await page.getByText('it is being looked at').waitFor();
  await box.until('the push to be seen', () =>
    box.query(`SELECT 1 FROM repo_commits c JOIN repo_repos r ON r.id = c.repo_id
      WHERE r.name = 'second' AND c.sha = '${sha}'`).length === 1, 20);
});

test('the help is opened by its button and its key, and tells the keys', async () => {
  await at('/');
  await page.locator('tr[data-row]').first().waitFor();
  const help = page.getByRole('dialog', { name: 'Keys' });
  await button('keyboard help').click();
  await help.getByText('go to the filter or the search').waitFor();
  await button('close', help).click();
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('?');
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
});

test('j and k go through rows, Enter opens one, and / goes to the filter', async () => {
  for (const [key, name] of [['j', 'second'], ['j', 'shell'], ['k', 'second'], ['j', 'shell']]) {
    await page.keyboard.press(key);
    await focused(`[data-row="${name}"] a`);
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(`${box.url}/r/shell`);
  await page.getByLabel('filter tests').waitFor();
  await page.keyboard.press('/');
  await focused('[data-filter]');
  await page.keyboard.type('j?/k');
  assert.equal(await page.getByLabel('filter tests').inputValue(), 'j?/k');
  await page.keyboard.press('Escape');
  await focused('body');
});

test('a page whose server is away is asked for again by a button, and its code by another', async () => {
  const pages = page.getByRole('navigation', { name: 'pages' });
  const asked = [];
  page.on('request', (request) => request.url().includes('/api/v1/audit') && asked.push(request));
  await at('/audit');
  await heading('Audit');
  await pages.getByRole('link', { name: 'Repositories' }).click();
  await heading('Repositories');
  await box.kill('SIGKILL');
  asked.length = 0;
  await pages.getByRole('link', { name: 'Audit' }).click();
  await heading('This page cannot be shown now');
  // By itself it asks less and less often, three times in a row each time: after the fourth not for four seconds.
  await box.until('it to have asked four times', () => asked.length >= 4 * 3, 20);
  const again = page.waitForRequest(/api\/v1\/audit/, { timeout: 3000 });
  await button('Try now').click();
  await again;
  await pages.getByRole('link', { name: 'Experiments' }).click();
  await heading('This page could not be fetched');
  await box.start('--repo', second);
  await button('Reload').click();
  await heading('Experiments');
  assert.deepEqual(errors.filter((text) => !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_ABORTED/.test(text)), []);
});
