// A test that is renamed in the repository keeps its history, and is not new.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const shas = [];
before(async () => {
  await box.start('--workers', '2');
});
after(() => box.remove());

const cli = (...words) => {
  const { status, stdout, stderr } = spawnSync(program, [...words, '--server', box.url], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
};
const get = async (path) => (await box.api(`/api/v1/repos/shell/${path}`)).body;
const runs = (page, name) => page?.tests?.find((each) => each.name === name)?.counts.passed;
const push = async (files, message, wanted) => {
  const sha = box.commit(files, message);
  shas.push(sha);
  box.push('main');
  await box.announce();
  await box.until(`${sha} to have ${JSON.stringify(wanted)}`, async () => {
    const page = await box.page(sha);
    const done = Object.entries(wanted).every(([name, n]) => runs(page, name) === n);
    return done && page.commit.status === 'passed';
  });
};

test('a renamed test is not new, and an added one is', async () => {
  cli('rules', 'set', 'shell', '1', '--new-runs', '3');
  await push({ ...project(), 'tests/first.sh': 'echo first\nexit 0\n' }, 'the first', { good: 1, first: 1 });
  const files = { 'tests/first.sh': null, 'tests/renamed.sh': 'echo first\nexit 0\n', 'tests/added.sh': 'exit 0\n' };
  await push(files, 'renames', { good: 1, renamed: 1, added: 3 });
});

test('its history goes on, and is found by either name', async () => {
  const now = await get(`tests/${encodeURIComponent('tests/renamed.sh::renamed')}`);
  const before = await get(`tests/${encodeURIComponent('tests/first.sh::first')}`);
  assert.deepEqual(now.commits.map((each) => [each.sha, now.names[each.named].name]), [[shas[1], 'renamed'], [shas[0], 'first']]);
  assert.deepEqual(before.commits, now.commits);
  assert.deepEqual(before.runs, now.runs);
  assert.equal(now.runs.id.length, 2);
  const text = cli('test', 'shell', 'tests/renamed.sh::renamed');
  assert.ok(text.includes(`it was called tests/first.sh::first until ${shas[0].slice(0, 10)}\n`), text);
  assert.match(cli('test', 'shell', 'tests/first.sh::first'), /it is called tests\/renamed.sh::renamed now\n/);
});
