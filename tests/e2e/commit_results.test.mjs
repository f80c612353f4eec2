// What a person does with the results on a commit's page, in a real Chromium: follows them, has them no longer count,
// tells a run under a condition apart, copies the commit's id, and tries again what failed before any test was run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { git, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, parent, sha, unplanned;

before(async () => {
  parent = box.commit(project({ 'tests/bad.sh': 'exit 1\n', 'tests/wobbly.sh': 'exit 0\n' }), 'the parent');
  sha = box.commit({ 'tests/fresh.sh': 'exit 0\n' }, 'the commit\n\nwhy it was made, at length');
  box.push('main');
  git(box.clone, 'checkout', '-q', '-b', 'side');
  const config = project()['.testlooper/config.yaml'].replace(/command: .*/, 'command: echo no plan today; exit 3');
  unplanned = box.commit({ '.testlooper/config.yaml': config }, 'without a plan');
  box.push('side');
  await box.start();
  for (const commit of [parent, sha, unplanned]) await box.finished(commit);
  const report = '<testsuite><testcase file="tests/wobbly.sh" name="wobbly"><failure message="lost"/></testcase></testsuite>';
  assert.equal((await box.post(`/api/v1/repos/shell/commits/${sha}/import`, { suite: 'unit', report })).status, 202);
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

const open = async (commit = sha) => {
  await page.goto(`${box.url}/r/shell/c/${commit}`);
  await page.locator('.commit-head').waitFor();
};
const row = (name) => page.locator('tr[data-row]').filter({ hasText: `::${name}` });
const cleared = () =>
  box
    .query(
      `SELECT t.name FROM test_clears c JOIN test_tests t ON t.id = c.test_id
       JOIN repo_commits r ON r.id = c.commit_id WHERE r.sha = '${sha}' ORDER BY t.name`,
    )
    .join(' ');

test("the commit's id is copied, and its message is opened", async () => {
  await open();
  await page.getByRole('button', { name: "copy the commit's id" }).click();
  await page.getByText('copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), sha);
  const text = page.getByText('why it was made, at length');
  assert.equal(await text.isVisible(), false);
  await page.getByText('message', { exact: true }).click();
  await text.waitFor();
});

test("the links lead to a test's runs and history, the parent, the branch, the comparison and each log", async () => {
  const leads = async (link, path, shows) => {
    await open();
    await link().click();
    await page.waitForURL((url) => path.test(url.pathname + url.search));
    await page.getByText(shows).first().waitFor();
  };
  const facts = page.locator('.commit-facts');
  await leads(() => row('bad').getByRole('link', { name: 'failure' }), /^\/runs\/\d+$/, 'exit 1');
  await leads(() => row('good').getByRole('link', { name: 'last' }), /^\/runs\/\d+$/, 'Conditions');
  await leads(() => row('good').getByRole('link', { name: 'history' }), /^\/r\/shell\/t\/\d+$/, 'Rate of failures');
  await leads(() => facts.getByRole('link', { name: parent.slice(0, 8) }), new RegExp(`/c/${parent}$`), 'the first commit');
  await leads(() => facts.getByRole('link', { name: /^compare/ }), new RegExp(`head=${sha}&base=${parent}$`), 'New');
  await leads(() => page.locator('.crumbs').getByRole('link', { name: 'main' }), /^\/r\/shell\/b\/main$/, '4 tests');
  const steps = page.locator('.steps li');
  await leads(() => steps.filter({ hasText: 'Suite' }).getByRole('link', { name: 'log' }), /^\/tasks\/\d+$/, 'labels: [shell]');
  await leads(() => page.locator('.task-list').getByRole('link', { name: 'run tests' }).last(), /^\/tasks\/\d+$/, 'Run tests');
});

test('a run under a condition is told apart, and does not count', async () => {
  const before = (await box.page(sha)).tests.find((each) => each.name === 'bad').counts.failed;
  const filter = { tests: ['tests/bad.sh::bad'] };
  const asked = await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, { times: 1, filter, condition: ['TZ=JST-9'] });
  const { failures } = await box.until('its run', async () => {
    const { body } = await box.api(`/api/v1/requests/${asked.body.request}`);
    return body.finished && body;
  });
  await open();
  await page.locator('.desired li').filter({ hasText: `request ${asked.body.request}` }).getByText('TZ=JST-9').waitFor();
  assert.equal((await box.page(sha)).tests.find((each) => each.name === 'bad').counts.failed, before);
  await page.goto(`${box.url}/runs/${failures[0].id}`);
  await page.getByText('it does not count for the commit').waitFor();
});

test('results are cleared: of the chosen, the flaky, the new, the failed, and all tests', async () => {
  await open();
  const dialog = page.getByRole('dialog', { name: 'Clear results?' });
  const button = page.getByRole('button', { name: 'Clear results…' });
  const choice = dialog.getByLabel('tests');
  for (const no of ['close', 'Cancel']) {
    await button.click();
    assert.equal(await choice.inputValue(), 'failed');
    await dialog.getByRole('button', { name: no, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  assert.equal(cleared(), '');
  await page.getByLabel('select good').check();
  const scopes = [
    ['Selected (1)', 'good'],
    ['Flaky (1)', 'good wobbly'],
    ['New (1)', 'fresh good wobbly'],
    ['Failed (1)', 'bad fresh good wobbly'],
    ['All (4)', 'bad fresh good wobbly'],
  ];
  for (const [option, names] of scopes) {
    await button.click();
    await choice.selectOption(option);
    await dialog.getByRole('button', { name: 'Clear them' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(cleared(), names, option);
  }
  await page.locator('.group-name').nth(1).waitFor({ state: 'detached' });
  assert.equal(await page.locator('.group-name').allTextContents().then(String), 'Not run');
  assert.deepEqual((await box.page(sha)).tests.map((each) => each.last_run), [null, null, null, null]);
  await button.click();
  await choice.selectOption('Failed (0)');
  assert.equal(await dialog.getByRole('button', { name: 'Clear them' }).isDisabled(), true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a commit that could not be prepared says why, and is tried again', async () => {
  const plans = () =>
    box.query(
      `SELECT t.id FROM engine_tasks t JOIN repo_commits c ON c.id = t.commit_id
       WHERE t.kind = 'generate_plan' AND t.state = 'finished' AND c.sha = '${unplanned}'`,
    ).length;
  assert.equal(plans(), 1);
  await open(unplanned);
  const notice = page.getByRole('alert').filter({ has: page.getByRole('button', { name: 'Try again' }) });
  await notice.getByText(/exit code 3/).waitFor();
  await notice.getByRole('button', { name: 'Try again' }).click();
  await box.until('the plan to be tried again', () => plans() === 2);
  await notice.getByText(/exit code 3/).waitFor();
  await notice.getByRole('link', { name: 'its log' }).click();
  await page.getByText('no plan today').waitFor();
  assert.deepEqual(errors, []);
});
