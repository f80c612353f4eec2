// What a person wants of a commit, and how they change their mind on its page, in a real Chromium: by a filter, raised,
// taken back and taken up again. The engine is drained, so that what waits goes on waiting until somebody cancels it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, sha;

before(async () => {
  sha = box.commit(project({ 'tests/bad.sh': 'exit 1\n', 'tests/better.sh': 'exit 0\n' }), 'wanted');
  box.push('main');
  await box.start();
  await box.finished(sha);
  assert.equal((await box.post('/api/v1/drain', {})).status, 202);
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

const open = async () => {
  await page.goto(`${box.url}/r/shell/c/${sha}`);
  await page.locator('table.tests').waitFor();
};
const wish = (id) => {
  const [row] = box.query(
    `SELECT json_object('id', id, 'runs', runs, 'more', fail_runs || ' ' || flake_runs || ' ' || new_runs,
     'isolation', isolation, 'wanted', wanted, 'stopped', stopped_at IS NOT NULL, 'filter', json(filter))
     FROM test_desired WHERE source = 'request' AND id = coalesce(${id ?? 'NULL'}, id) ORDER BY id DESC LIMIT 1`,
  );
  return row ? JSON.parse(row) : {};
};
// Of the newest wish, once it has another number than this one.
const wishAfter = (id) => box.until('another request', () => wish().id > (id ?? 0) && wish());
const ask = async (tests, times) => {
  const filter = { tests: tests.map((name) => `tests/${name}.sh::${name}`) };
  return (await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, { times, filter })).body.request;
};
const openTasks = () => box.query("SELECT id FROM engine_tasks WHERE state <> 'finished' ORDER BY id");
const cancelled = (id) => box.query(`SELECT outcome FROM engine_tasks WHERE id = ${id}`)[0] === 'cancelled';

// Says no in both ways, where nothing may come of it, and then yes.
async function confirm(button, title, unchanged) {
  const dialog = page.getByRole('dialog', { name: title });
  for (const no of ['close', 'Keep it as it is']) {
    await button.click();
    await dialog.getByRole('button', { name: no }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  unchanged();
  await button.click();
  await dialog.getByRole('button', { name: 'Cancel it' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

test('tests are run by a filter that shows what it matches as one types', async () => {
  await open();
  const dialog = page.getByRole('dialog', { name: 'Run tests by a filter' });
  const button = page.getByRole('button', { name: 'By filter…' });
  await button.click();
  await dialog.getByRole('button', { name: 'close' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await button.click();
  const matching = (n) => dialog.getByText(`${n} of 3 tests of this commit match`).waitFor();
  await matching(3);
  const parts = [
    ['suites', 'unit', 3],
    ['labels', 'shell', 3],
    ['paths', 'tests/b', 2],
    ['tests', 'tests/bad.sh::bad\nunit/tests/good.sh::good', 1],
  ];
  for (const [name, text, n] of parts) {
    const part = dialog.getByRole('group', { name, exact: true });
    const before = await dialog.locator('.matches strong').textContent();
    await part.getByRole('combobox').selectOption('none');
    await matching(0);
    await part.getByRole('combobox').selectOption('any');
    await matching(before);
    await part.getByRole('combobox').selectOption('these');
    await part.getByRole('textbox').fill(text);
    await matching(n);
  }
  await dialog.getByLabel('regular expression').fill('(?=x)');
  await dialog.getByText(/invalid perl operator/).waitFor();
  await dialog.getByLabel('regular expression').fill('::ba');
  await matching(1);
  await dialog.getByLabel(/^runs/).fill('0');
  await dialog.getByText('a number from 1 to 100,000').waitFor();
  assert.equal(await dialog.getByRole('button', { name: 'Run them' }).isDisabled(), true);
  await dialog.getByLabel(/^runs/).fill('2');
  await dialog.getByLabel(/^if it failed/).fill('4');
  await dialog.getByLabel(/^if it flakes/).fill('3');
  await dialog.getByLabel(/^if it is new/).fill('1');
  await dialog.getByLabel('where they run').selectOption('in sandboxes');
  await dialog.getByLabel('under the condition').fill('cpu=1');
  await dialog.getByRole('button', { name: 'Run them' }).click();
  await dialog.getByText(/there is no such factor/).waitFor();
  await dialog.getByLabel('under the condition').fill('');
  await dialog.getByRole('button', { name: 'Run them' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const made = await wishAfter();
  assert.deepEqual([made.runs, made.more, made.isolation, made.wanted], [2, '4 3 1', 'sandbox', 4]);
  assert.deepEqual(made.filter, {
    suites: ['unit'],
    labels: ['shell'],
    paths: ['tests/b'],
    tests: ['tests/bad.sh::bad', 'unit/tests/good.sh::good'],
    regex: '::ba',
  });
});

test('the request that is followed is cancelled where it is followed, after a question', async () => {
  const { id } = wish();
  const request = page.locator('.request').filter({ hasText: `Request ${id}:` });
  await request.getByText('0 of 4 runs').waitFor();
  const button = page.getByRole('button', { name: `cancel this request ${id}` });
  await confirm(button, `Cancel request ${id}?`, () => assert.equal(wish(id).stopped, 0));
  await request.getByText('finished').waitFor();
  assert.equal(wish(id).stopped, 1);
  await page.getByRole('button', { name: 'hide' }).click();
  await request.waitFor({ state: 'detached' });
});

test('a request is changed, cancelled, and taken up again in the list of what is wanted', async () => {
  const id = await ask(['bad', 'good'], 5);
  await open();
  const change = page.getByRole('button', { name: `change request ${id}` });
  const form = page.getByRole('form', { name: `change request ${id}` });
  await change.click();
  await form.getByLabel(/^runs/).fill('50');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await form.waitFor({ state: 'detached' });
  assert.equal(wish(id).runs, 5);
  await change.click();
  assert.equal(await form.getByLabel(/^runs/).inputValue(), '5');
  await form.getByLabel(/^runs/).fill('0');
  await form.getByText('a number from 1 to 100,000').waitFor();
  assert.equal(await form.getByRole('button', { name: 'Change' }).isDisabled(), true);
  await form.getByLabel(/^runs/).fill('6');
  await form.getByLabel(/^if it failed/).fill('9');
  await form.getByLabel(/^if it flakes/).fill('8');
  await form.getByLabel(/^if it is new/).fill('7');
  await form.getByRole('button', { name: 'Change' }).click();
  await form.waitFor({ state: 'detached' });
  const changed = wish(id);
  assert.deepEqual([changed.runs, changed.more], [6, '9 8 7']);
  await page.getByText('6 runs of each, 9 if it failed, 8 if it flakes, 7 if it is new').waitFor();

  const cancel = page.getByRole('button', { name: `cancel request ${id}`, exact: true });
  await confirm(cancel, `Cancel request ${id}?`, () => assert.equal(wish(id).stopped, 0));
  await change.getByText('take up again').waitFor();
  assert.equal(wish(id).stopped, 1);
  await change.click();
  await form.getByLabel(/^runs/).fill('3');
  await form.getByRole('button', { name: 'Change' }).click();
  await form.waitFor({ state: 'detached' });
  await change.getByText('change', { exact: true }).waitFor();
  assert.deepEqual([wish(id).runs, wish(id).stopped], [3, 0]);
});

test('tests are run by a filter under a condition, which is kept with the request', async () => {
  const { id } = wish();
  await open();
  const dialog = page.getByRole('dialog', { name: 'Run tests by a filter' });
  await page.getByRole('button', { name: 'By filter…' }).click();
  await dialog.getByLabel('under the condition').fill('TZ=JST-9  order=reverse');
  await dialog.getByRole('button', { name: 'Run them' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const made = await wishAfter(id);
  const kept = box.query(`SELECT c.text FROM test_desired d JOIN test_conditions c ON c.id = d.condition_id WHERE d.id = ${made.id}`);
  assert.deepEqual(kept.toSorted(), ['TZ=JST-9', 'order=reverse']);
});

test('a task, and then all testing of the commit, is cancelled, and nothing waits any more', async () => {
  await open();
  const [task] = await box.until('tasks that wait', () => openTasks().length > 1 && openTasks());
  const button = page.getByRole('button', { name: `cancel run tests, task ${task}`, exact: true });
  await confirm(button, `Cancel run tests, task ${task}?`, () => assert.ok(openTasks().includes(task)));
  await button.waitFor({ state: 'detached' });
  assert.equal(cancelled(task), true);

  const rest = openTasks();
  assert.ok(rest.length > 0);
  const all = page.getByRole('button', { name: 'cancel all testing of this commit' });
  await confirm(all, 'Cancel all testing of this commit?', () => assert.deepEqual(openTasks(), rest));
  await all.waitFor({ state: 'detached' });
  assert.deepEqual(openTasks(), []);
  assert.deepEqual(rest.filter((id) => !cancelled(id)), []);
  assert.equal(wish().stopped, 1);
  assert.deepEqual(errors.filter((text) => !/status of 400/.test(text)), []);
});
