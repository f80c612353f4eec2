// What a person has run again on a commit's page, in a real Chromium: each button of the bar, the boxes that choose
// tests, and how often. What the store says was asked for is what counts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, sha;

// Ends with 77: skipped.
const files = project();
files['run.sh'] = files['run.sh'].replace('else verdict', 'elif [ $? = 77 ]; then verdict="<skipped/>"; else verdict');
const everything = ['asleep', 'breaks', 'broken', 'fresh', 'good', 'mended', 'wobbly'];

before(async () => {
  const parent = box.commit({
    ...files,
    'tests/asleep.sh': 'exit 77\n',
    'tests/breaks.sh': 'exit 0\n',
    'tests/broken.sh': 'exit 1\n',
    'tests/mended.sh': 'exit 1\n',
    'tests/wobbly.sh': 'exit 0\n',
  }, 'the parent');
  sha = box.commit({ 'tests/breaks.sh': 'exit 1\n', 'tests/mended.sh': 'exit 0\n', 'tests/fresh.sh': 'exit 0\n' }, 'the commit');
  box.push('main');
  await box.start();
  await box.finished(sha);
  await box.finished(parent);
  const report = '<testsuite><testcase file="tests/wobbly.sh" name="wobbly"><failure message="lost"/></testcase></testsuite>';
  assert.equal((await box.post(`/api/v1/repos/shell/commits/${sha}/import`, { suite: 'unit', report })).status, 202);
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
const bar = () => page.getByRole('group', { name: 'run tests again' });
const times = (n) => page.getByLabel('how many more times').fill(String(n));
const boxOf = (name) => page.getByRole('checkbox', { name: `select ${name}`, exact: true });
const ids = (tests) => tests.map((name) => `unit/tests/${name}.sh::${name}`);

const wishes = () =>
  box
    .query(
      `SELECT json_object('id', id, 'runs', runs, 'more', fail_runs || ' ' || flake_runs || ' ' || new_runs,
       'isolation', isolation, 'wanted', wanted, 'done', done, 'who', requested_by, 'filter', json(filter))
       FROM test_desired WHERE source = 'request' ORDER BY id`,
    )
    .map((row) => JSON.parse(row));
const runs = async () =>
  Object.fromEntries(
    (await box.page(sha)).tests.map(({ name, counts }) => [name, Object.values(counts).reduce((sum, n) => sum + n)]),
  );

// Does it, and returns the wish that it made, once it was fulfilled and the page says so.
async function asked(act) {
  const before = wishes().length;
  await act();
  const wish = await box.until('the request to be in the store, and done', () => {
    const all = wishes();
    return all.length === before + 1 && all.at(-1).done > 0 && all.at(-1).done === all.at(-1).wanted && all.at(-1);
  });
  assert.equal(wish.who, 'admin');
  const shown = page.locator('.request').filter({ hasText: `Request ${wish.id}:` });
  await shown.filter({ hasText: `${wish.wanted} of ${wish.wanted} run` }).getByText('finished').waitFor();
  return wish;
}

test('each button runs its own tests as often as was typed, and no other', async () => {
  await open();
  const scopes = [
    ['All', 1, everything],
    ['Failed', 2, ['breaks', 'broken']],
    ['Flaky', 3, ['wobbly']],
    ['New', 4, ['fresh']],
  ];
  for (const [word, n, tests] of scopes) {
    const before = await runs();
    await times(n);
    const button = bar().getByRole('button', { name: new RegExp(`^${word} ${tests.length}$`) });
    const wish = await asked(() => button.click());
    assert.equal(wish.runs, n);
    assert.deepEqual(wish.filter.tests, word === 'All' ? null : ids(tests), word);
    const expected = Object.entries(before).map(([name, had]) => [name, had + (tests.includes(name) ? n : 0)]);
    assert.deepEqual(await runs(), Object.fromEntries(expected), word);
  }
});

test('the progress of a request is hidden, and its link shows it again', async () => {
  const link = page.url();
  await page.getByRole('button', { name: 'hide' }).click();
  await page.locator('.request').waitFor({ state: 'detached' });
  await page.waitForURL((url) => url.search === '');
  await page.goto(link);
  await page.locator('.request').getByText('4 of 4 runs').waitFor();
});

test('what is no number of runs can not be asked for, and the page says which is', async () => {
  await open();
  for (const text of ['0', 'many', '', '100001']) {
    await times(text);
    await page.getByText('a number from 1 to 100,000').waitFor();
    assert.equal(await bar().getByRole('button', { name: /^All/ }).isDisabled(), true, text);
  }
});

test('tests are chosen one by one, by section, by filter and by keys, and the chosen ones are run', async () => {
  await open();
  const selected = bar().getByRole('button', { name: /^Selected/ });
  const chosen = (n) => bar().getByRole('button', { name: `Selected ${n}`, exact: true }).waitFor();
  await boxOf('good').check();
  await chosen(1);
  await boxOf('passed').click(); // fresh and good: the rest of the section joins
  await chosen(2);
  await boxOf('passed').click();
  await chosen(0);
  assert.equal(await selected.isDisabled(), true);
  await page.getByLabel('filter tests').fill('ed.sh');
  await page.waitForURL(/[?&]q=ed\.sh/);
  await boxOf('good').waitFor({ state: 'detached' });
  await boxOf('all shown').check();
  await page.getByLabel('filter tests').fill('none of them');
  await page.getByText('No test matches the filter.').waitFor();
  await page.getByLabel('filter tests').fill('');
  await chosen(1);
  await boxOf('all shown').click();
  await chosen(everything.length);
  await boxOf('all shown').click();
  await chosen(0);
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await chosen(2);
  await times(1);
  const wish = await asked(() => selected.click());
  assert.deepEqual(wish.filter.tests, ids(['breaks', 'wobbly']));
});

test('each section folds and unfolds', async () => {
  await open();
  const sections = [
    ['Newly failing', 'breaks'],
    ['Flaky', 'wobbly'],
    ['Still broken', 'broken'],
    ['Fixed', 'mended'],
    ['Passed', 'good'],
    ['Not run', 'asleep'],
  ];
  assert.deepEqual(await page.locator('.group-name').allTextContents(), sections.map(([title]) => title));
  for (const [title, name] of sections) {
    const fold = page.locator('tr.group').getByRole('button', { name: new RegExp(`^${title}`) });
    await fold.click();
    await boxOf(name).waitFor({ state: 'detached' });
    assert.equal(await fold.getAttribute('aria-expanded'), 'false');
    await fold.click();
    await boxOf(name).waitFor();
  }
  assert.deepEqual(errors, []);
});
