// What runs and is wanted no more is cancelled where a person looks at it, in a real Chromium: on the page of its
// branch, and on its own. Only who says yes has it cancelled, and then its container is gone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { docker, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, sha;

before(async () => {
  await box.start();
  const files = project({ 'tests/slow.sh': 'sleep 300\n' });
  sha = box.commit({ ...files, 'run.sh': `echo it begins\n${files['run.sh']}` }, 'takes its time');
  box.push('main');
  await box.announce();
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

// What runs tests of the commit and is not over, with its container.
const running = () =>
  box.until('a task with its container', () => {
    const [task] = box.query("SELECT id FROM engine_tasks WHERE kind = 'run_tests' AND state = 'running'");
    return task && containers(task) !== '' && task;
  });
const containers = (task) =>
  docker('ps', '-q', '--filter', `label=testlooper.instance=${box.query('SELECT id FROM engine_instance')}`,
    '--filter', `name=-t${task}-a`);
const outcome = (task) => box.query(`SELECT outcome FROM engine_tasks WHERE id = ${task}`)[0] ?? '';

async function confirm(button, title, task) {
  const dialog = page.getByRole('dialog', { name: title });
  for (const no of ['close', 'Keep it as it is']) {
    await button.click();
    await dialog.getByRole('button', { name: no }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  assert.equal(outcome(task), '');
  await button.click();
  await dialog.getByRole('button', { name: 'Cancel it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await box.until('it to be cancelled', () => outcome(task) === 'cancelled', 10);
  await box.until('its container to go', () => containers(task) === '', 10);
}

test('what a branch wants is cancelled on its page', async () => {
  const task = await running();
  await page.goto(`${box.url}/r/shell/b/main`);
  await page.locator('.branch-head').getByText('running').waitFor();
  const button = page.getByRole('button', { name: 'cancel the testing of this branch' });
  await confirm(button, 'Cancel the testing of main?', task);
  await page.locator('.branch-head').getByText('running').waitFor({ state: 'detached' });
  assert.deepEqual(box.query('SELECT source, stopped_at IS NOT NULL FROM test_desired'), ['branch_rule|1']);
});

test('a task is cancelled on its page, which then says so and has its log', async () => {
  const filter = { tests: ['tests/slow.sh::slow'] };
  assert.equal((await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, { times: 1, filter })).status, 202);
  const task = await running();
  await page.goto(`${box.url}/tasks/${task}`);
  await page.getByText('it begins').waitFor();
  const button = page.getByRole('button', { name: `cancel run tests, task ${task}` });
  await confirm(button, `Cancel run tests, task ${task}?`, task);
  await button.waitFor({ state: 'detached' });
  await page.locator('.commit-facts').getByText('cancelled').waitFor();
  assert.equal(await page.getByText('it begins').count(), 1);
  assert.deepEqual(errors, []);
});
