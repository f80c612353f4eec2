// What a person looks for in a test's history, in a real Chromium: its runs by outcome and by commit, further back than
// one page holds, and more runs of it where they are missed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { git, program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const id = 'tests/good.sh::good';
const many = 10_000; // runs that a page holds
const line = 200; // commits that it goes back
let context, page, first, older, head;

async function known(sha) {
  box.push('main');
  await box.announce();
  await box.until('the commit to be known', async () => (await box.page(sha))?.commit);
}
async function imported(sha, passed, failed, skipped) {
  const run = (verdict, times) => `<testcase file="tests/good.sh" name="good">${verdict}</testcase>`.repeat(times);
  const report = `<testsuite>${run('', passed)}${run('<failure/>', failed)}${run('<skipped/>', skipped)}</testsuite>`;
  const answer = await box.post(`/api/v1/repos/shell/commits/${sha}/import`, { suite: 'unit', environment: 'shell', report });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
}

before(async () => {
  await box.start();
  first = box.commit(project(), 'the first of them');
  // Nothing runs but what is asked for.
  execFileSync(program, ['rules', 'set', 'shell', '1', '--runs', '0', '--server', box.url]);
  await known(first);
  const commit = (n) => `commit refs/heads/main\ncommitter Ada <ada@example.org> now\ndata 4\nstep\n${n ? '' : `from ${first}\n`}`;
  const stream = Array.from({ length: line + 5 }, (_, n) => commit(n)).join('');
  execFileSync('git', ['-C', box.clone, 'fast-import', '--quiet', '--date-format=now'], { input: stream });
  older = git(box.clone, 'rev-parse', 'main');
  head = box.commit({}, 'the newest of them');
  await known(head);
  assert.equal((await box.post(`/api/v1/repos/shell/commits/${head}/runs`, { times: 1 })).status, 202);
  await box.finished(head);
  await imported(first, 3, 0, 0);
  await imported(older, many, 1, 2);
  await imported(head, 3, 2, 0);
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

const open = async () => {
  await page.goto(`${box.url}/r/shell/t/${encodeURIComponent(id)}`);
  await page.getByRole('img', { name: /Rate of failures over 2 commits/ }).waitFor();
};
const heading = (text) => page.getByRole('heading', { level: 2, name: text }).waitFor();
const parameter = (name, value) => page.waitForURL((url) => url.searchParams.get(name) === value);
const short = (sha) => sha.slice(0, 8);
const rows = () => page.locator('.history-runs tr');

test('runs are chosen by how they ended, and the link keeps that', async () => {
  await open();
  await heading(/^10,000 runs$/);
  const choices = [
    ['Failures', 'failures', /^3 runs$/],
    ['Passed', 'passed', /^10,000 runs$/],
    ["Skipped, machine's fault", 'other', /^2 runs$/],
  ];
  for (const [name, value, text] of choices) {
    await page.getByRole('button', { name, exact: true }).click();
    await parameter('outcomes', value);
    await heading(text);
  }
  await page.reload();
  await heading(/^2 runs$/);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await heading(/^10,000 runs$/);
  await parameter('outcomes', null);
});

test('more runs are shown, and those that one page does not hold, and the newest again', async () => {
  await open();
  await rows().nth(199).waitFor();
  assert.equal(await rows().count(), 200);
  await page.getByRole('button', { name: 'Show 200 more of 9,800' }).click();
  await rows().nth(399).waitFor();
  await page.getByRole('button', { name: 'Older runs' }).click();
  await heading(/^9 runs$/); // 10,009 in all
  await page.getByRole('button', { name: 'Newest' }).click();
  await heading(/^10,000 runs$/);
  await page.waitForURL((url) => url.search === '');
});

test('a commit is chosen by its row or its point, and some by dragging over them', async () => {
  await open();
  const only = page.getByRole('button', { name: `only runs at ${short(head)}` });
  await only.click();
  await parameter('at', head);
  await heading(`6 runs at ${short(head)}`);
  assert.equal(await only.getAttribute('aria-pressed'), 'true');
  await page.getByRole('button', { name: 'at all commits' }).click();
  await heading(/^10,000 runs$/);
  const plot = page.locator('.plot .u-over').first();
  const { width } = await plot.boundingBox();
  await plot.hover({ position: { x: width * 0.75, y: 40 } });
  await page.locator('figcaption').getByText('2 of 6 runs failed: 33 %').waitFor();
  await plot.click({ position: { x: width * 0.75, y: 40 } });
  await parameter('at', head);
  await heading(`6 runs at ${short(head)}`);
  await plot.dragTo(plot, { sourcePosition: { x: width * 0.95, y: 40 }, targetPosition: { x: width * 0.1, y: 60 } });
  await heading(/^10,000 runs at 2 commits/);
  await parameter('range', `${older}..${head}`);
});

test('older commits of the test are there, and the newest again', async () => {
  await open();
  await heading('2 commits');
  await page.getByRole('button', { name: 'Older commits' }).click();
  await heading('1 commit');
  await page.locator('.history').getByText('the first of them').waitFor();
  await page.getByRole('button', { name: 'Newest' }).click();
  await heading('2 commits');
});

test('it is run more often at a commit, as often as was typed', async () => {
  await open();
  const times = page.getByLabel('how many more times');
  await times.fill('0');
  await page.getByText('a number from 1 to 100,000').waitFor();
  assert.equal(await page.getByRole('button', { name: `run at ${short(head)}` }).isDisabled(), true);
  await times.fill('3');
  await page.getByRole('button', { name: `run 3 more at ${short(head)}` }).click();
  const link = page.getByRole('link', { name: /^request \d+ at/ });
  await link.waitFor();
  const wish = () =>
    box.query(
      `SELECT d.runs, d.done, d.filter, c.sha FROM test_desired d JOIN repo_commits c ON c.id = d.commit_id
       WHERE source = 'request' ORDER BY d.id DESC`,
    );
  await box.until('its runs', () => wish()[0].startsWith('3|3|'));
  assert.match(wish()[0], new RegExp(`"tests":\\["unit/${id}"\\].*\\|${head}$`));
  await link.click();
  await page.locator('.request').getByText('3 of 3 runs').waitFor();
});

test("the test's id is copied, and a run leads to its page and back", async () => {
  await open();
  await page.getByRole('button', { name: "copy the test's id" }).click();
  await page.getByText('copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), id);
  await rows().first().getByRole('link', { name: /^run \d+/ }).click();
  await heading('Conditions');
  await page.getByRole('link', { name: 'Its history' }).click();
  await heading('Rate of failures');
  assert.deepEqual(errors, []);
});
