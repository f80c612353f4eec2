// A test that flakes: on the list with its reason, in its cluster, in quarantine for others, and off the list by proof.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
let sha;
before(async () => {
  await box.start('--workers', '2');
  // It fails about every other time.
  sha = box.commit(project({ 'tests/sometimes.sh': 'case $(cat /proc/sys/kernel/random/uuid) in [02468ace]*) echo "lost $$"; exit 1;; esac\n' }), 'flakes');
  box.push('main');
  await box.announce();
  await box.finished(sha);
});
after(() => box.remove());

const run = (...words) => spawnSync(program, [...words, '--server', box.url], { encoding: 'utf8' });
const cli = (...words) => {
  const { status, stdout, stderr } = run(...words);
  assert.equal(status, 0, stdout + stderr);
  return stdout;
};
const get = async (path) => (await box.api(`/api/v1/repos/shell/${path}`)).body;
const file = (name, text) => {
  writeFileSync(join(box.folder, name), text);
  return join(box.folder, name);
};
const junit = (times, verdict) =>
  `<testsuite>${`<testcase file="tests/sometimes.sh" name="sometimes">${verdict}</testcase>`.repeat(times)}</testsuite>`;

test('it is listed once it passed and failed at one commit, with its reason', async () => {
  cli('run', 'shell', 'main', '--test', 'tests/sometimes.sh::sometimes', '--times', '20');
  const page = await box.until('the list', async () => {
    const found = await get('flaky');
    return found.tests.length === 1 && found.tests[0].rate.runs >= 21 && found;
  });
  const [flaky] = page.tests;
  assert.equal(flaky.name, 'sometimes');
  assert.ok(flaky.rate.failures > 0 && flaky.rate.failures < flaky.rate.runs, JSON.stringify(flaky.rate));
  assert.ok(flaky.rate.low > 0 && flaky.rate.high < 1, JSON.stringify(flaky.rate));
  assert.equal(flaky.first.sha, sha);
  assert.match(cli('flaky', 'shell'), /Flaky: it passed and failed at one commit/);
  assert.equal((await get(`clusters/${flaky.cluster.key}`)).tests[0].name, 'sometimes');
});

test('others leave it out, and here it counts on', async () => {
  cli('quarantine', 'add', 'shell', 'tests/sometimes.sh::sometimes', '--owner', 'ada', '--reason', 'a coin', '--days', '3');
  assert.equal(cli('quarantine', 'list', 'shell', '--format', 'pytest'), '--deselect=tests/sometimes.sh::sometimes\n');
  assert.equal((await get('flaky')).tests[0].quarantine.owner, 'ada');
  assert.ok((await box.api('/api/v1/audit')).body.entries.some((entry) => entry.action === 'quarantine' && entry.detail.includes('a coin')));
});

test('reports of another system are evidence: they prove it fixed, and bring it back', async () => {
  const fixed = box.commit({ 'tests/sometimes.sh': 'exit 0\n' }, 'mended');
  box.push('main');
  await box.announce();
  await box.finished(fixed);
  const needed = (await get('flaky')).tests[0].passes_needed;
  const good = file('good.xml', junit(needed, ''));
  const import_of = (report) => ['import', 'junit', report, '--repo', 'shell', '--commit', fixed, '--suite', 'unit'];
  assert.match(cli(...import_of(good)), /results imported into suite unit/);
  assert.match(cli(...import_of(good)), /imported before; nothing was added/);
  await box.until('the proof', async () => (await get('flaky?standing=fixed')).tests.length === 1);
  assert.equal((await get('flaky')).tests.length, 0);
  cli(...import_of(file('bad.xml', junit(1, '<failure message="lost 7"/>'))));
  await box.until('its return', async () => (await get('flaky')).tests[0]?.reopened);
  const refused = run(...import_of(file('cut.xml', '<testsuite><testcase')));
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /the report is cut/);
});

test('the page shows it', async (t) => {
  const errors = [];
  const { context, page } = await openBrowser(errors, 20_000);
  t.after(() => context.close());
  await box.signIn(page);
  await page.goto(`${box.url}/r/shell`);
  await page.getByRole('link', { name: 'Flaky tests' }).click();
  await page.getByText('Back after it was proven fixed').waitFor();
  await page.getByRole('link', { name: 'Quarantine', exact: true }).click();
  await page.getByText('a coin').waitFor();
  assert.deepEqual(errors, []);
});
