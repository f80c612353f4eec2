// What a person looks for on a branch's page, in a real Chromium: which tests fail, flake or were never run, older
// commits, other branches, what a branch changed, and the way by mouse and keys to a commit and a test.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { git, program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, head;

// Tests in folders, which are their labels too; 77 is skipped.
const files = project();
files['list.sh'] = files['list.sh'].replace('tests/*.sh', 'tests/*/*.sh').replace('[shell]', '[$(basename $(dirname $t))]');
files['run.sh'] = files['run.sh']
  .replaceAll('tests/*.sh', 'tests/*/*.sh')
  .replace('else verdict', 'elif [ $? = 77 ]; then verdict="<skipped/>"; else verdict');
delete files['tests/good.sh'];
const older = 33;

async function push(branch, content, message) {
  const sha = box.commit(content, message);
  box.push(`HEAD:refs/heads/${branch}`);
  await box.announce(`refs/heads/${branch}`);
  return sha;
}
const imported = async (suite, file, name, verdict) => {
  const report = `<testsuite><testcase file="${file}" name="${name}">${verdict}</testcase></testsuite>`;
  assert.equal((await box.post(`/api/v1/repos/shell/commits/${head}/import`, { suite, report })).status, 202);
};

before(async () => {
  await box.start();
  Object.assign(files, { 'tests/core/good.sh': 'exit 0\n', 'tests/core/bad.sh': 'exit 1\n' });
  Object.assign(files, { 'tests/io/asleep.sh': 'exit 77\n', 'tests/io/wobbly.sh': 'exit 0\n' });
  await box.finished(await push('main', files, 'the first of them'));
  // Of what is pushed together from now on, the head alone is tested.
  execFileSync(program, ['rules', 'set', 'shell', '1', '--superseded', 'false', '--server', box.url]);
  for (let i = 1; i < older; ++i) box.commit({}, `step ${i}`);
  head = await push('main', {}, 'the newest of them');
  await box.finished(head);
  await imported('unit', 'tests/io/wobbly.sh', 'wobbly', '<failure message="lost the race"/>');
  await imported('imported', 'tests/far/away.sh', 'away', '');
  git(box.clone, 'checkout', '-q', '-b', 'other');
  const mended = { 'tests/core/bad.sh': 'exit 0\n', 'tests/core/extra.sh': 'exit 0\n' };
  await box.finished(await push('feature/one', mended, 'mends it'));
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

const open = async () => {
  await page.goto(`${box.url}/r/shell`);
  await page.locator('.matrix tr[data-row]').first().waitFor();
};
const parameter = (name, value) => page.waitForURL((url) => url.searchParams.get(name) === value);
// The tests that the matrix shows, from above to below, once they are these.
const shows = (names) =>
  box.until(`the matrix to show ${names}`, async () => {
    const links = await page.locator('.matrix tr[data-row] [data-row-link]').allTextContents();
    return links.map((text) => text.split('::').at(-1)).join(' ') === names;
  }, 20);
const everything = 'away bad good asleep wobbly';
const row = (name) => page.locator('.matrix tr[data-row]').filter({ hasText: name });

test('the choices show the tests that fail, flake, pass or were not run, each with their number', async () => {
  await open();
  await shows(everything);
  const choices = [
    ['Failing', 'failing', 'bad'],
    ['Flaky', 'flaky', 'wobbly'],
    ['Passing', 'passing', 'away good'],
    ['Not run', 'unmeasured', 'asleep'],
  ];
  for (const [word, value, names] of choices) {
    await page.getByRole('button', { name: `${word} ${names.split(' ').length}`, exact: true }).click();
    await shows(names);
    await parameter('show', value);
  }
  await page.reload();
  await shows('asleep');
  await page.getByRole('button', { name: 'All 5', exact: true }).click();
  await shows(everything);
  await parameter('show', null);
});

test('tests are found by name and label, and one click shows all again', async () => {
  await open();
  await page.getByLabel('filter tests').fill('IO wob');
  await shows('wobbly');
  await parameter('q', 'IO wob');
  await page.getByLabel('filter tests').fill('');
  await page.getByLabel('only tests with the label').focus();
  const labels = page.locator('datalist option');
  await labels.nth(1).waitFor({ state: 'attached' });
  assert.deepEqual(await labels.evaluateAll((all) => all.map((each) => each.value)), ['core', 'io']);
  await page.getByLabel('only tests with the label').fill('io');
  await shows('asleep wobbly');
  await parameter('label', 'io');
  await page.getByLabel('filter tests').fill('good');
  await page.getByText('No test matches.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await shows(everything);
  await page.waitForURL((url) => url.search === '');
});

test('tests are grouped by file, folder, suite, and the message they fail with', async () => {
  await open();
  const groupings = [
    ['by folder', 'folder', 'tests/far tests/core tests/io'],
    ['by suite', 'suite', 'imported unit'],
    ['by cluster of failures', 'cluster', 'lost the race in no cluster of failures'],
    ['by file', null, 'tests/far/away.sh tests/core/bad.sh tests/core/good.sh tests/io/asleep.sh tests/io/wobbly.sh'],
  ];
  for (const [text, value, titles] of groupings) {
    await page.getByLabel('group').selectOption(text);
    const shown = page.locator('.group-title > .name');
    await box.until(titles, async () => (await shown.allTextContents()).join(' ') === titles, 20);
    await parameter('group', value);
  }
});

test('older commits are added, and the link keeps them', async () => {
  await open();
  const commits = (n) => page.locator(`.matrix table[aria-colcount="${n + 1}"]`).waitFor();
  await commits(30);
  await page.getByRole('button', { name: 'older commits' }).click();
  await commits(older + 1);
  await parameter('commits', '60');
  await page.reload();
  await commits(older + 1);
  assert.equal(await page.getByRole('button', { name: 'older commits' }).count(), 0);
});

test('a cell tells what it is under the pointer and the focus, and leads to its test at its commit', async () => {
  await open();
  const card = page.locator('.matrix-card');
  await row('wobbly').locator('a.cell').first().hover();
  await card.filter({ hasText: 'flaky: 1 of 2 runs failed' }).getByText('lost the race').waitFor();
  await page.mouse.move(5, 5);
  await card.waitFor({ state: 'hidden' });
  for (const key of ['j', 'j']) await page.keyboard.press(key); // the first row, and the next
  const moves = [['ArrowRight', /^bad\W*failed/], ['ArrowDown', /^good\W*passed/], ['ArrowUp', /^bad\W*failed/]];
  for (const [key, told] of moves) {
    await page.keyboard.press(key);
    await card.filter({ hasText: told }).getByText('the newest of them').waitFor();
  }
  await page.keyboard.press('ArrowLeft');
  await card.waitFor({ state: 'hidden' });
  for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
  await page.waitForURL((url) => url.pathname === `/r/shell/c/${head}`);
  await parameter('q', 'tests/core/bad.sh::bad');
  await page.getByRole('checkbox', { name: 'select bad' }).waitFor();
  await open();
  await row('good').locator('a.cell').first().click();
  await page.getByRole('checkbox', { name: 'select good' }).waitFor();
  await open();
  await page.locator('.matrix thead a').first().hover();
  await card.getByText(/5 tests · 1 failing · 1 flaky/).waitFor();
  await page.locator('.matrix thead a').first().click();
  await page.getByRole('heading', { level: 1, name: 'the newest of them' }).waitFor();
});

test('another branch is found by typing, and tells what it changed', async () => {
  await open();
  const list = page.locator('#branches');
  await page.getByRole('button', { name: 'switch branch, now main' }).click();
  assert.equal(await list.getByRole('link').count(), 2);
  await list.getByLabel('find a branch').fill('ONE');
  await list.getByRole('link').click();
  await list.waitFor({ state: 'hidden' });
  await page.waitForURL((url) => decodeURIComponent(url.pathname) === '/r/shell/b/feature/one');
  await page.getByRole('button', { name: 'switch branch, now feature/one' }).waitFor();
  await page.getByRole('button', { name: 'Changed by this branch' }).click();
  await parameter('changed', '1');
  await shows('away bad extra wobbly'); // the two that were imported are there no more
  await page.getByRole('button', { name: 'switch branch, now feature/one' }).click();
  await list.getByLabel('find a branch').fill('nothing like it');
  await list.getByText('no such branch').waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'hidden' });
  assert.deepEqual(errors, []);
});
