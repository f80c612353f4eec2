// What a person does with a log, in a real Chromium: goes to its end, follows it, wraps it, searches it, steps through
// its errors, links to its lines, and takes it along; and with the task that wrote it: its attempts, runs and files.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { docker, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const many = 60; // tests of a task: more than are shown at once
let context, page, task;

const files = project({
  'list.sh': `for n in $(seq ${many}); do echo "many$n: {path: t.sh}"; done\n`,
  'run.sh': `for n in $(seq 300); do echo "step $n"; done
echo "ERROR: it broke first"; echo "$(seq 400)" | tr '\\n' ' '; echo; echo "FAILED at last"; echo "the end"
mkdir -p "$TEST_ARTIFACTS/shots"; echo picture > "$TEST_ARTIFACTS/shots/one.png"
for n in $(seq ${many}); do echo "<testcase file=\\"t.sh\\" name=\\"many$n\\"/>"; done > all
{ echo "<testsuite>"; cat all; echo "</testsuite>"; } > "$TEST_OUTPUT"
`,
});
const lines = 304;

before(async () => {
  const sha = box.commit(files, 'has a log');
  box.push('main');
  await box.start();
  const { tasks } = await box.finished(sha);
  task = tasks.find((each) => each.kind === 'run_tests').id;
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

const open = async (more = '') => {
  await page.goto('about:blank'); // so that another place in the log is a visit of its own
  await page.goto(`${box.url}/tasks/${task}${more}`);
  await page.locator('.log-facts').getByText(`${lines} lines`).waitFor();
};
const line = (number) => page.locator('.line').filter({ has: page.getByLabel(`line ${number}`, { exact: true }) });
const current = (text) => page.locator('.line.current').filter({ hasText: text }).waitFor();
const chosen = () => page.locator('.line.chosen .line-number').allTextContents().then(String);
const atEnd = () =>
  page.locator('.log-scroller').evaluate((it) => it.scrollTop + it.clientHeight >= it.scrollHeight - 4);
const log = async (attempt = 1) => await (await box.fetch(`/api/v1/tasks/${task}/attempts/${attempt}/log`)).text();

test('one click goes to the end, and another wraps long lines', async () => {
  await open();
  assert.equal(await atEnd(), false);
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByText('the end').waitFor();
  assert.equal(await atEnd(), true);
  const wrap = page.getByRole('button', { name: 'Wrap' });
  const height = () => line(302).evaluate((it) => it.clientHeight);
  const wide = () => page.locator('.log-scroller').evaluate((it) => it.scrollWidth > it.clientWidth);
  const before = await height();
  assert.equal(await wide(), true);
  await wrap.click();
  await box.until('the line to be wrapped', async () => (await height()) > 2 * before && !(await wide()), 20);
  assert.equal(await wrap.getAttribute('aria-pressed'), 'true');
  await wrap.click();
  await box.until('the line to be one', async () => (await height()) === before, 20);
});

test('a search counts, and goes to the next and the previous find', async () => {
  await open();
  const search = page.locator('.log-search').filter({ has: page.getByLabel('search the log') });
  const found = (text) => search.locator('.found').getByText(text, { exact: true }).waitFor();
  const next = page.getByRole('button', { name: 'next find' });
  const previous = page.getByRole('button', { name: 'previous find' });
  assert.equal(await next.isDisabled(), true);
  await page.getByLabel('search the log').fill('STEP 29');
  await found('11 lines');
  await next.click();
  await found('1 of 11');
  await current(/^29step 29$/);
  await next.click();
  await current(/^290step 290$/);
  assert.equal(await page.locator('.line.current mark').textContent(), 'step 29');
  await previous.click();
  await previous.click();
  await found('11 of 11');
  await current(/^299step 299$/);
  await page.getByLabel('search the log').fill('no such text');
  await found('nothing');
});

test('errors are stepped through, forwards and back', async () => {
  await open();
  await page.getByRole('button', { name: 'next error' }).click();
  await current('ERROR: it broke first');
  await page.getByRole('button', { name: 'next error' }).click();
  await current('FAILED at last');
  await page.getByRole('button', { name: 'previous error' }).click();
  await current('ERROR: it broke first');
});

test('lines are chosen by clicks, and their link leads to them', async () => {
  await open();
  await page.getByLabel('line 10', { exact: true }).click();
  assert.equal(new URL(page.url()).hash, '#L10');
  await page.getByLabel('line 12', { exact: true }).click({ modifiers: ['Shift'] });
  assert.equal(new URL(page.url()).hash, '#L10-L12');
  assert.equal(await chosen(), '10,11,12');
  await open('#L201-L202');
  await line(201).waitFor();
  assert.equal(await chosen(), '201,202');
});

test('the whole text is opened in a tab, and saved under the name of its task', async () => {
  await open();
  const [tab] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'Raw' }).click()]);
  await tab.waitForLoadState();
  assert.equal(await tab.locator('pre').textContent(), await log());
  await tab.close();
  const save = page.getByRole('link', { name: 'Download' });
  const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
  assert.equal(file.suggestedFilename(), `task-${task}-attempt-1.log`);
  assert.equal(readFileSync(await file.path(), 'utf8'), await log());
  const artifact = page.getByRole('link', { name: 'shots/one.png' });
  const [picture] = await Promise.all([page.waitForEvent('download'), artifact.click()]);
  assert.equal(readFileSync(await picture.path(), 'utf8'), 'picture\n');
});

test('all runs of a task are shown when asked, and one leads to its page', async () => {
  await open();
  const rows = page.locator('.task-runs tr');
  await rows.nth(49).waitFor();
  assert.equal(await rows.count(), 50);
  await page.getByRole('button', { name: `all ${many} runs` }).click();
  await rows.nth(many - 1).waitFor();
  assert.equal(box.query(`SELECT count(*) FROM test_runs WHERE task_id = ${task}`)[0], String(await rows.count()));
  await rows.last().getByRole('link').click();
  await page.waitForURL(/\/runs\/\d+$/);
});

test('a log is followed while it is written, until one scrolls up, and again when asked', async () => {
  const ticks = 'for n in $(seq 200); do echo "begun $n"; done\nfor n in $(seq 500); do sleep 0.1; echo "tick $n"; done\n';
  box.commit({ 'run.sh': ticks }, 'goes on and on');
  box.push('main');
  await box.announce();
  [task] = await box.until('it to run', () => {
    const running = box.query("SELECT id FROM engine_tasks WHERE kind = 'run_tests' AND state = 'running'");
    return running.length > 0 && running;
  });
  await box.until('it to write', async () => (await log()).startsWith('begun 1'));
  await page.goto(`${box.url}/tasks/${task}`);
  const follow = page.getByRole('button', { name: 'Follow' });
  await page.locator('.line').getByText('tick 3', { exact: true }).waitFor();
  assert.equal(await follow.getAttribute('aria-pressed'), 'true');
  await page.locator('.log-scroller').hover();
  await page.mouse.wheel(0, -2000);
  await page.getByRole('button', { name: 'Follow', pressed: false }).waitFor();
  assert.equal(await atEnd(), false);
  await follow.click();
  await page.getByRole('button', { name: 'Follow', pressed: true }).waitFor();
  await page.locator('.line').getByText(/^tick 1\d$/).last().waitFor();
  assert.equal(await atEnd(), true);
});

test('each attempt of a task that the machine failed has its own facts and log', async () => {
  await page.goto('about:blank');
  const ours = `label=testlooper.instance=${box.query('SELECT id FROM engine_instance')}`;
  docker('rm', '-f', docker('ps', '-q', '--filter', ours, '--filter', `name=-t${task}-a1`));
  await box.until('a second attempt to write', async () => (await log(2)).startsWith('begun 1'));
  await page.goto(`${box.url}/tasks/${task}`);
  const attempts = page.getByRole('group', { name: 'attempt' });
  const number = page.locator('.facts dd').first();
  await attempts.getByRole('button', { name: "1: machine's fault" }).click();
  await number.getByText('1', { exact: true }).waitFor();
  await page.waitForURL(/\?attempt=1$/);
  await page.getByRole('button', { name: 'End', exact: true }).waitFor();
  await page.locator('.line').getByText('begun 1', { exact: true }).waitFor();
  await attempts.getByRole('button', { name: '2: under way' }).click();
  await number.getByText('2', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Follow' }).waitFor();
  assert.deepEqual(errors, []);
});
