// From a push to recorded runs, and what a repository can do with its refs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Sandbox, git, outcomes, project } from './harness.mjs';

const box = new Sandbox();
before(() => box.start());
after(() => box.remove());

test('a push is tested, and tells outcomes, messages and logs apart', async () => {
  const sha = box.commit(
    project({ 'tests/bad.sh': 'echo it is broken; exit 3\n', 'tests/where.sh': 'test "$PWD" = "$WHERE"\n' }),
    'the first commit',
  );
  box.push('main');
  assert.equal((await box.announce()).status, 202);
  const page = await box.finished(sha);
  assert.deepEqual(outcomes(page), { good: 'passed', bad: 'failed', where: 'passed' });
  assert.equal(page.commit.status, 'failed');
  assert.equal(page.commit.subject, 'the first commit');

  const bad = page.tests.find((each) => each.name === 'bad');
  const run = (await box.api(`/api/v1/runs/${bad.last_failure}`)).body;
  assert.equal(run.run.outcome, 'failed');
  assert.match(run.message, /it is broken/);
  const log = `/api/v1/tasks/${run.run.task}/attempts/${run.run.attempt}/log`;
  assert.match(await (await box.fetch(log)).text(), /ran\n[^]*complained\n|complained\n[^]*ran\n/);
  assert.equal(await (await box.fetch(`${log}?stream=stderr`)).text(), 'complained\n');
});

test('more runs of chosen tests, in fresh containers that see nobody else’s files', async () => {
  const sha = box.commit({
    'tests/good.sh': 'test ! -e tests/litter && touch tests/litter && test ! -e /tmp/litter && touch /tmp/litter\n',
  });
  box.push('main');
  await box.announce();
  await box.finished(sha);
  const accepted = await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, {
    times: 5,
    filter: { tests: ['tests/good.sh::good'] },
  });
  assert.equal(accepted.status, 202);
  const request = await box.until('five runs', async () => {
    const { body } = await box.api(`/api/v1/requests/${accepted.body.request}`);
    return body.finished && body;
  });
  assert.equal(request.counts.passed, 5);
  assert.equal(request.counts.failed, 0);
  const page = await box.page(sha);
  assert.equal(page.tests.find((each) => each.name === 'good').counts.passed, 6);
  assert.equal(page.tests.find((each) => each.name === 'bad').counts.failed, 1);
});

test('fifty commits, merges, odd names, deletions and force-pushes', async () => {
  const shas = [];
  for (let i = 0; i < 50; ++i) shas.push(box.commit({ 'count.txt': `${i}\n` }, `commit ${i}`));
  box.push('main');
  const odd = ['feature/deep/name', '--output=x', '$(id)', 'say-"hi"', '\u202Eright'];
  for (const name of odd) git(box.clone, 'push', '-q', 'origin', `HEAD~1:refs/heads/${name}`);
  git(box.clone, 'tag', 'v1', 'HEAD~2');
  box.push('v1');
  await box.announce();
  for (const sha of shas) await box.finished(sha, 300);
  let page = (await box.api('/api/v1/repos/shell/branch')).body;
  const names = page.branches.map((branch) => branch.name);
  for (const name of odd) assert.ok(names.includes(name), `${name} is among ${names}`);
  assert.ok(!names.includes('v1'), 'a tag is no branch');

  git(box.clone, 'checkout', '-q', '-b', 'side', 'HEAD~3');
  box.commit({ 'side.txt': 'x\n' });
  git(box.clone, 'checkout', '-q', 'main');
  git(box.clone, 'merge', '-q', '--no-ff', '-m', 'merge the side', 'side');
  const merge = git(box.clone, 'rev-parse', 'HEAD');
  box.push('main');
  git(box.clone, 'push', '-q', 'origin', ':refs/heads/feature/deep/name');
  await box.announce();
  const merged = await box.finished(merge);
  assert.equal(merged.commit.parents.length, 2);
  page = (await box.api('/api/v1/repos/shell/branch')).body;
  assert.ok(!page.branches.some((branch) => branch.name === 'feature/deep/name'));

  git(box.clone, 'reset', '-q', '--hard', shas[10]);
  const forced = box.commit({ 'forced.txt': 'x\n' }, 'forced');
  git(box.clone, 'push', '-q', '--force', 'origin', 'main');
  await box.announce();
  const after = await box.finished(forced);
  assert.deepEqual(after.commit.parents, [shas[10]]);
  assert.equal((await box.page(merge)).commit.sha, merge, 'what was tested is still there');
});

test('a config may change from commit to commit', async () => {
  const before = git(box.clone, 'rev-parse', 'HEAD');
  const without = box.commit({ '.testlooper/config.yaml': null }, 'no config');
  const again = box.commit(project(), 'a config again');
  git(box.clone, 'push', '-q', '--force', 'origin', 'main');
  await box.announce();
  assert.match((await box.finished(without)).commit.error, /no \.testlooper\/config\.yaml/);
  assert.equal((await box.finished(again)).tests.length > 0, true);
  assert.equal((await box.page(before)).commit.status !== 'error', true);
});

test('nothing is left behind in docker when it stops', async () => {
  await box.kill();
  assert.deepEqual(box.leftovers(), []);
});
