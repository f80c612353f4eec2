// What people order on the pages of a real daemon, in a real Chromium, and what comes of it in the store: a
// repository is added, a rule made, runs asked for and raised, two commits compared, results cleared, and the
// repository removed again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, other, base, sha;

const at = (path) => page.goto(`${box.url}${path}`);
const api = async (path) => (await box.api(`/api/v1${path}`)).body;
const commit = () => api(`/repos/other/commits/${sha}`);
const runsOf = (data, name) => {
  const counts = data?.tests?.find((each) => each.name === name)?.counts ?? {};
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
};

before(async () => {
  base = box.commit(project({ 'tests/mended.sh': 'exit 1\n' }), 'the older one');
  sha = box.commit({ 'tests/mended.sh': 'exit 0\n', 'tests/bad.sh': 'exit 3\n' }, 'the newer one');
  box.push('main');
  other = join(box.folder, 'other.git');
  execFileSync('git', ['clone', '-q', '--bare', box.bare, other]);
  await box.start();
  ({ context, page } = await openBrowser(errors, 60_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('a repository is added by its path, with the command for its hook, and is tested', async () => {
  await at('/?add=1');
  await page.getByLabel('path or URL').fill(other);
  await page.getByRole('button', { name: 'Add the repository' }).click();
  await page.getByText(`testlooper hook install '${other}'`).waitFor();
  await page.getByRole('link', { name: 'other', exact: true }).waitFor();
  await box.until('the newer commit to be tested', async () => {
    const data = await commit();
    return data?.commit?.status === 'failed' && runsOf(data, 'bad') === 1;
  }, 180);
});

test('what the server refuses is a sentence beside the form', async () => {
  await at('/?add=1');
  await page.getByLabel('path or URL').fill(other);
  await page.getByRole('button', { name: 'Add the repository' }).click();
  await page.getByText("there is a repository 'other' already").waitFor();
  assert.equal(await page.getByLabel('path or URL').inputValue(), other);
});

test('a rule with a filter that shows its matches is made, and applies to the head at once', async () => {
  await at('/r/other/rules?rule=new');
  const form = page.getByRole('form', { name: 'a new rule' });
  await form.getByLabel(/^branches/).fill('main');
  await form.getByLabel('regular expression').fill('(?=x)');
  await form.getByText(/RE2|invalid|operator/i).first().waitFor();
  await form.getByLabel('regular expression').fill('');
  await form.getByText('3 of 3 tests match at the newest commit of main').waitFor();
  await form.getByLabel(/^if it failed/).fill('4');
  await form.getByRole('button', { name: 'Add the rule' }).click();
  await form.waitFor({ state: 'detached' });
  const { rules } = await api('/repos/other/rules');
  assert.deepEqual(rules.map((rule) => [rule.branches, rule.runs, rule.fail_runs]), [['main', 1, 4], ['*', 1, 0]]);
  await box.until('the failing test to be run four times', async () => runsOf(await commit(), 'bad') === 4, 120);
});

test('runs are asked for on the page of a test, and its rate with its interval is shown', async () => {
  await at(`/r/other/c/${sha}`);
  await page.locator('tr[data-row]').filter({ hasText: 'bad' }).getByRole('link', { name: 'history' }).click();
  await page.getByRole('img', { name: /4 of 4 runs failed/ }).waitFor();
  await page.getByLabel('how many more times').fill('2');
  await page.getByRole('button', { name: `run 2 more at ${sha.slice(0, 8)}` }).click();
  await page.getByRole('link', { name: /^request \d+ at/ }).waitFor();
  await page.getByRole('img', { name: /6 of 6 runs failed/ }).waitFor();
});

test('two commits are compared, from the page of the newer one', async () => {
  await box.post(`/api/v1/repos/other/commits/${base}/runs`, { times: 1 });
  await box.until('the older commit to be tested', async () => {
    const data = await api(`/repos/other/commits/${base}`);
    return runsOf(data, 'mended') >= 1;
  }, 120);
  await at(`/r/other/c/${sha}`);
  await page.locator('.commit-facts').getByRole('link', { name: /^compare/ }).click();
  await page.getByRole('region', { name: 'Fixed' }).getByRole('link', { name: 'mended' }).waitFor();
  await page.getByRole('region', { name: 'New' }).getByRole('link', { name: 'bad' }).waitFor();
});

test('a request is raised, and results are cleared; the audit tells of both', async () => {
  const { desired } = await commit();
  const request = desired.find((each) => each.source === 'request');
  await at(`/r/other/c/${sha}`);
  await page.getByRole('button', { name: `change request ${request.id}` }).click();
  const form = page.getByRole('form', { name: `change request ${request.id}` });
  await form.getByLabel(/^runs/).fill('3');
  await form.getByRole('button', { name: 'Change' }).click();
  await form.waitFor({ state: 'detached' });
  await box.until('the third run', async () => runsOf(await commit(), 'bad') === 7, 120);
  await page.getByRole('button', { name: 'Clear results…' }).click();
  await page.getByRole('dialog').locator('select').selectOption('failed');
  await page.getByRole('button', { name: 'Clear them' }).click();
  await box.until('the results to be cleared', async () => runsOf(await commit(), 'bad') === 0);
  await at('/audit');
  await page.getByText(`request ${request.id}`).first().waitFor();
  await page.getByText('the results of tests: 1').first().waitFor();
});

test('the engine is drained and resumed', async () => {
  await at('/engine');
  await page.getByRole('button', { name: 'Drain…' }).click();
  await page.getByRole('button', { name: 'Drain it' }).click();
  await page.getByText('Draining: what runs ends').waitFor();
  assert.equal((await api('/status')).draining, true);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Draining: what runs ends').waitFor({ state: 'detached' });
  assert.equal((await api('/status')).draining, false);
});

test('the repository is removed, and its data are deleted once its name is typed', async () => {
  await at('/r/other/settings');
  await page.getByRole('button', { name: 'Remove it and delete its data' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('other');
  await dialog.getByRole('button', { name: 'Delete for ever' }).click();
  await page.getByRole('heading', { level: 1, name: 'Repositories' }).waitFor();
  await box.until('it to be gone', async () => {
    const { repos } = await api('/repos');
    return repos.every((repo) => repo.name !== 'other');
  });
  assert.deepEqual(errors.filter((text) => !/status of 40[019]/.test(text)), []);
});
