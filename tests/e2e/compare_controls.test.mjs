// What a person asks of two commits' comparison, in a real Chromium: which two, by whatever names them, and which tests
// are shown: those that broke, were mended, flake, came, went, moved, and what nobody can tell.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { git, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const many = 250; // tests that broke: more than are shown at once
let context, page, first, base, head;

const imported = async (sha, cases, suite) => {
  const report = `<testsuite>${cases.join('')}</testsuite>`;
  assert.equal((await box.post(`/api/v1/repos/shell/commits/${sha}/import`, { suite, report })).status, 202);
};
const result = (name, verdict) => `<testcase file="tests/${name}.sh" name="${name}">${verdict}</testcase>`;

before(async () => {
  first = box.commit(project(), 'the first of them');
  base = box.commit({
    'tests/breaks.sh': 'exit 0\n',
    'tests/mended.sh': 'exit 1\n',
    'tests/broken.sh': 'exit 1\n',
    'tests/wobbly.sh': 'exit 0\n',
    'tests/leaves.sh': 'echo it leaves\n',
    'tests/moves.sh': 'echo it moves\necho and says the same\n',
    'tests/unsaid.sh': 'exit 0\n',
  }, 'the older one');
  head = box.commit({
    'tests/breaks.sh': 'exit 1\n',
    'tests/mended.sh': 'exit 0\n',
    'tests/leaves.sh': null,
    'tests/moves.sh': null,
    'tests/moved.sh': 'echo it moves\necho and says the same\n',
    'tests/fresh.sh': 'exit 0\n',
  }, 'the newer one');
  box.push('main');
  git(box.clone, 'push', '-q', 'origin', `${base}:refs/heads/release/1`);
  await box.start();
  for (const sha of [first, base, head]) await box.finished(sha);
  await imported(head, [result('wobbly', '<failure message="lost"/>')], 'unit');
  const names = Array.from({ length: many }, (_, n) => `far${n}`);
  await imported(base, names.map((name) => result(name, '')), 'zoo');
  await imported(head, names.map((name) => result(name, '<failure/>')), 'zoo');
  const unsaid = { filter: { tests: ['tests/unsaid.sh::unsaid'] } };
  assert.equal((await box.post(`/api/v1/repos/shell/commits/${head}/clear`, unsaid)).status, 202);
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

const parameter = (name, value) => page.waitForURL((url) => url.searchParams.get(name) === value);
const form = () => page.getByRole('form', { name: 'which commits' });
const compare = async (commit, other) => {
  await form().getByLabel('commit', { exact: true }).fill(commit);
  await form().getByLabel('with').fill(other);
  await form().getByRole('button', { name: 'Compare' }).click();
};
const compared = async (newer, older) => {
  const lines = page.getByRole('region', { name: 'the commits' }).locator('.compared');
  await lines.first().getByText(newer).waitFor();
  await lines.last().getByText(older).waitFor();
};
const regions = () => page.locator('section.card[aria-label]:not([aria-label="the commits"])');
const titles = (wanted) =>
  box.until(`the groups ${wanted}`, async () => {
    const shown = await regions().evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
    return shown.join() === wanted.join();
  }, 20);

test('two commits are compared by branch, by id, and by what is left out', async () => {
  await page.goto(`${box.url}/r/shell/compare`);
  await page.getByText('Name a commit, and another').waitFor();
  assert.equal(await form().getByRole('button', { name: 'Compare' }).isDisabled(), true);
  await compare('main', 'release/1');
  await compared('the newer one', 'the older one');
  await compare(base, first.slice(0, 10));
  await compared('the older one', 'the first of them');
  await compare('main', '');
  await compared('the newer one', 'the older one');
  await parameter('head', 'main');
  await parameter('base', null);
});

test('what names no commit is said, and what was typed stays', async () => {
  await compare('main', 'nowhere');
  await page.getByText("there is no branch, tag or commit nowhere in shell").waitFor();
  assert.equal(await form().getByLabel('with').inputValue(), 'nowhere');
});

test('a commit that is compared with another than its parent leads to the comparison with that', async () => {
  await compare(head, first);
  await compared('the newer one', 'the first of them');
  await page.getByText('compare with its parent:').locator('..').getByRole('link').click();
  await compared('the newer one', 'the older one');
  assert.equal(await form().getByLabel('with').inputValue(), base);
});

test('each choice shows its tests, and their number is what the server counts', async () => {
  await page.goto(`${box.url}/r/shell/compare?head=${head}&base=${base}`);
  const choices = [
    ['Newly failing', 'newly_failing', many + 1, 'breaks'],
    ['Fixed', 'fixed', 1, 'mended'],
    ['Still failing', 'still_failing', 1, 'broken'],
    ['Flaky', 'flaky', 1, 'wobbly'],
    ['New', 'new', 1, 'fresh'],
    ['Gone', 'gone', 1, 'leaves'],
    ['Unknown', 'unknown', 1, 'unsaid'],
  ];
  const { body } = await box.api(`/api/v1/repos/shell/compare?head=${head}&base=${base}`);
  const show = page.getByRole('group', { name: 'show' });
  for (const [title, change, n, name] of choices) {
    assert.equal(body.totals.find((total) => total.change === change).tests, n, title);
    await show.getByRole('button', { name: `${title} ${n}`, exact: true }).click();
    await titles([title]);
    await regions().getByRole('link', { name: `tests/${name}.sh::${name}` }).waitFor();
    await parameter('show', change);
  }
  await show.getByRole('button', { name: /^Same 2/ }).click();
  await titles(['Same']);
  await show.getByRole('button', { name: 'Renamed or moved 1', exact: true }).click();
  await titles(['Same']);
  await regions().getByText('renamed, was').waitFor();
  await parameter('show', 'renamed');
  await page.reload();
  await titles(['Same']);
  await show.getByRole('button', { name: /^All/ }).click();
  await titles(['Newly failing', 'Fixed', 'Still failing', 'Flaky', 'New', 'Gone', 'Same', 'Unknown']);
});

test('a long group shows the rest when asked, and a test leads to its history', async () => {
  const failing = page.getByRole('region', { name: 'Newly failing' });
  const shown = () => failing.locator('tbody tr').count();
  assert.equal(await shown(), 200);
  const more = failing.getByRole('button', { name: `Show ${many + 1 - 200} more of ${many + 1 - 200}` });
  await more.click();
  await more.waitFor({ state: 'detached' });
  assert.equal(await shown(), many + 1);
  await page.getByRole('region', { name: 'Fixed' }).getByRole('link').click();
  await page.getByRole('heading', { name: 'Rate of failures' }).waitFor();
  assert.deepEqual(errors.filter((text) => !/status of 404/.test(text)), []);
});
