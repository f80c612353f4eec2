// What a person looks for on the page of a run, in a real Chromium: why it failed, beside a run that did not, how to have
// that again, and the way to the test's other runs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const id = 't.sh::wobbly';
let context, page, sha, failing, passing;

// A report with three tries of one test, each of which says what it did.
const report = `<testsuite>
<testcase file="t.sh" name="wobbly"><failure message="lost"/><system-out>connecting
fetched 3 items in 12 ms
ERROR: the answer was lost
${'a very long line '.repeat(40)}
FAILED: gave up
the end</system-out></testcase>
<testcase file="t.sh" name="wobbly"><system-out>connecting
fetched 4 items in 15 ms
the end</system-out></testcase>
<testcase file="t.sh" name="wobbly"><system-out>connecting
fetched 5 items in 15 ms
cleaned up
the end</system-out></testcase>
</testsuite>
`;

before(async () => {
  const files = { 'list.sh': 'echo "wobbly: {path: t.sh}"\n', 'run.sh': 'echo around it; cat report.xml > "$TEST_OUTPUT"\n' };
  sha = box.commit(project({ ...files, 'report.xml': report }), 'has a flake');
  box.push('main');
  await box.start();
  await box.finished(sha);
  [failing, ...passing] = box.query("SELECT id FROM test_runs ORDER BY outcome = 'passed', id");
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

const open = async (run = failing) => {
  await page.goto(`${box.url}/runs/${run}`);
  await page.locator('.log-lines').getByText('connecting').waitFor();
};
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
const current = (text) => page.locator('.line.current').filter({ hasText: text }).waitFor();
const found = (text) => page.locator('.found').getByText(text, { exact: true }).waitFor();
const own = async (run) => await (await box.fetch(`/api/v1/runs/${run}/log`)).text();

test("the run's own log is searched, its errors are stepped through, and long lines wrap", async () => {
  await open();
  assert.equal(await page.getByText('around it').count(), 0);
  await page.getByLabel('search the log').fill('the');
  await found('2 lines');
  await page.getByRole('button', { name: 'next find' }).click();
  await page.getByRole('button', { name: 'next find' }).click();
  await current('the end');
  await page.getByRole('button', { name: 'previous find' }).click();
  await current('ERROR: the answer was lost');
  await page.getByLabel('search the log').fill('');
  await page.getByRole('button', { name: 'next error' }).click();
  await current('ERROR: the answer was lost');
  await page.getByRole('button', { name: 'next error' }).click();
  await current('FAILED: gave up');
  await page.getByRole('button', { name: 'previous error' }).click();
  await current('ERROR: the answer was lost');
  const long = page.locator('.line').filter({ hasText: 'a very long line' });
  const height = () => long.evaluate((it) => it.clientHeight);
  const before = await height();
  await page.getByRole('button', { name: 'Wrap' }).click();
  await box.until('the line to be wrapped', async () => (await height()) > before, 10);
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.locator('.line').getByText('the end').waitFor();
});

test("the run's own log is opened as it is, and saved; the whole one is a click away", async () => {
  await open();
  const [tab] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'Raw' }).click()]);
  await tab.waitForLoadState();
  assert.equal(await tab.locator('pre').textContent(), await own(failing));
  await tab.close();
  const save = page.getByRole('link', { name: 'Download' });
  const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
  assert.equal(file.suggestedFilename(), `run-${failing}.log`);
  assert.equal(readFileSync(await file.path(), 'utf8'), await own(failing));
  await page.getByRole('link', { name: /^The whole log of task \d+/ }).click();
  await page.getByText('around it').waitFor();
});

test('a failing run stands beside a passing one, of which any can be chosen', async () => {
  await open();
  const beside = page.getByRole('button', { name: 'Beside a passing run' });
  const differs = (n) => page.locator('.beside-row.differs').nth(n - 1).waitFor();
  const parameter = (value) => page.waitForURL((url) => url.searchParams.get('beside') === value);
  await beside.click();
  await parameter(passing.at(-1));
  await page.getByRole('region', { name: 'both logs' }).waitFor();
  await page.getByText('cleaned up').waitFor();
  await found('2 differences');
  await page.getByRole('button', { name: 'next difference' }).click();
  await found('1 of 2');
  await page.getByRole('button', { name: 'previous difference' }).click();
  await found('2 of 2');
  await page.getByLabel('which run').selectOption(passing[0]);
  await parameter(passing[0]);
  await page.getByText('cleaned up').waitFor({ state: 'detached' });
  await differs(3); // what differs in a number alone is no difference
  await page.reload();
  await differs(3);
  await beside.click();
  await page.getByRole('region', { name: 'both logs' }).waitFor({ state: 'detached' });
  await parameter(null);
});

test('a passing run stands beside the failing one', async () => {
  await open(passing[0]);
  const beside = page.getByRole('button', { name: 'Beside a failing run' });
  await beside.click();
  await page.locator('.beside-row.differs').filter({ hasText: 'the answer was lost' }).waitFor();
  assert.equal(await page.getByLabel('which run').inputValue(), failing);
  await page.waitForURL((url) => url.searchParams.get('beside') === failing);
  await beside.click();
  await page.getByRole('region', { name: 'both logs' }).waitFor({ state: 'detached' });
});

test('the other tries, the history, and the test at its commit are a click away', async () => {
  await open();
  const tries = page.getByRole('list', { name: 'runs of this test at this commit, newest first' });
  assert.equal(await tries.getByRole('link').count(), 3);
  await tries.getByRole('link', { name: `run ${passing[0]}, passed` }).click();
  await page.waitForURL(`${box.url}/runs/${passing[0]}`);
  await page.getByRole('link', { name: 'Its history' }).click();
  await page.getByRole('heading', { name: 'Rate of failures' }).waitFor();
  await open();
  await page.getByRole('link', { name: 'Run it again' }).click();
  await page.waitForURL((url) => url.pathname === `/r/shell/c/${sha}` && url.searchParams.get('q') === id);
  await page.getByRole('checkbox', { name: 'select wobbly' }).waitFor();
});

test("the test's id is copied, and the command that fails again where it is pasted", async () => {
  await open();
  await page.getByRole('button', { name: "copy the test's id" }).click();
  await page.getByText('copied').waitFor();
  assert.equal(await clipboard(), id);
  await page.getByRole('button', { name: 'copy the command' }).click();
  await box.until('the command', async () => (await clipboard()).startsWith('testlooper'), 10);
  const command = await clipboard();
  assert.equal(command, `testlooper run shell ${sha.slice(0, 10)} --test unit/${id} --times 20 --wait`);
  const words = command.replace('--times 20', '--times 1').split(' ').slice(1);
  const { status, stdout, stderr } = spawnSync(program, [...words, '--server', box.url], { encoding: 'utf8' });
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout, new RegExp(`^failed +unit/${id} `, 'm'));
  assert.deepEqual(errors, []);
});
