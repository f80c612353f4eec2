// What people want of branches and commits, and how they change their minds: by the command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
before(async () => {
  box.commit(project({ 'tests/bad.sh': 'echo it is broken; exit 1\n' }), 'good and bad');
  box.push('main');
  await box.start('--workers', '2');
});
after(() => box.remove());

function cli(...words) {
  const { status, stdout, stderr } = spawnSync(program, [...words, '--server', box.url], {
    encoding: 'utf8',
  });
  return { status, text: (stdout + stderr).trim() };
}
const told = (...words) => {
  const { status, text } = cli(...words);
  assert.equal(status, 0, text);
  return text;
};
const runs = (page, name) => {
  const { counts } = page.tests.find((each) => each.name === name);
  return Object.values(counts).reduce((sum, n) => sum + n);
};
// Until each of these tests has had so many runs, and nothing more will happen.
const settled = (sha, wanted) =>
  box.until(`${sha} to have ${JSON.stringify(wanted)}`, async () => {
    const page = await box.page(sha);
    const done = Object.entries(wanted).every(
      ([name, n]) => page?.tests?.some((each) => each.name === name) && runs(page, name) === n,
    );
    return done && !['waiting', 'running'].includes(page.commit.status) && page;
  });

test('a branch rule says how often, and failing tests have a number of their own', async () => {
  assert.match(told('rules', 'list', 'shell'), /^1\. rule 1: \*: 1 runs of all tests$/);
  told('rules', 'add', 'shell', 'release/*', '--runs', '2', '--fail-runs', '4');
  const sha = box.commit({ 'tests/other.sh': 'exit 0\n' }, 'to be released');
  box.push('HEAD:refs/heads/release/1');
  await box.announce('refs/heads/release/1');
  await settled(sha, { good: 2, other: 2, bad: 4 });
});

test('a rule that is raised applies to heads at once', async () => {
  const head = box.commit({ 'tests/more.sh': 'exit 0\n' }, 'more');
  box.push('HEAD:refs/heads/release/1');
  await box.announce('refs/heads/release/1');
  await settled(head, { good: 2, more: 2, bad: 4 });
  const [, id] = /rule (\d+): release/.exec(told('rules', 'list', 'shell'));
  told('rules', 'set', 'shell', id, '--runs', '3');
  await settled(head, { good: 3, more: 3, bad: 4 });
});

test('a schedule adds runs at each due time, and a rule that was used can be removed', async () => {
  const sha = box.commit({ 'tests/nightly.sh': 'exit 0\n' }, 'nightly');
  box.push('HEAD:refs/heads/nightly');
  await box.announce('refs/heads/nightly');
  await settled(sha, { good: 1, nightly: 1 });
  const [, id] = /rule (\d+)/.exec(
    told('rules', 'add', 'shell', 'nightly', '--schedule', '* * * * *', '--schedule-runs', '1'),
  );
  const wish = await box.until(
    'the schedule to be due',
    async () => (await box.page(sha)).desired.find((each) => each.source === 'schedule'),
    90,
  );
  await settled(sha, { good: 2, nightly: 2 });
  assert.equal(wish.runs, 1);
  told('rules', 'remove', 'shell', id);
  assert.doesNotMatch(told('rules', 'list', 'shell'), /nightly/);
});

test('runs of new tests only, then more of them, by changing the request', async () => {
  const sha = box.commit({ 'tests/fresh.sh': 'exit 0\n' }, 'a new test');
  box.push('main');
  await box.announce();
  await settled(sha, { good: 1, fresh: 1 });
  const asked = told('run', 'shell', sha, '--only', 'new', '--times', '2');
  const [, request] = /request (\d+)/.exec(asked);
  await settled(sha, { good: 1, fresh: 3 });
  told('request', 'set', request, '--times', '5');
  await settled(sha, { good: 1, fresh: 6 });
  assert.match(told('request', 'show', request), /5/);
});

test('results that are cleared no longer count, and are not made again by themselves', async () => {
  const page = await box.page('main');
  const { sha } = page.commit;
  assert.ok(runs(page, 'bad') > 0);
  told('clear', 'shell', sha, '--only', 'failed');
  const cleared = await box.until('the results to be cleared', async () => {
    const now = await box.page(sha);
    return runs(now, 'bad') === 0 && now;
  });
  assert.equal(cleared.tests.find((each) => each.name === 'bad').verdict, 'none');
  assert.equal(cleared.commit.failing, 0);
  assert.match(told('audit'), /clear/);
});

test('idle room gives the tests of a head more runs, up to what its rule allows', async () => {
  told('rules', 'add', 'shell', 'idle', '--idle-runs', '3');
  const list = told('rules', 'list', 'shell');
  assert.match(list, /idle: 1 runs of all tests; up to 3 runs in idle room/);
  const sha = box.commit({ 'tests/seldom.sh': 'exit 0\n' }, 'idle');
  box.push('HEAD:refs/heads/idle');
  await box.announce('refs/heads/idle');
  const page = await settled(sha, { good: 4, seldom: 4, bad: 4 });
  const wish = page.desired.find((each) => each.source === 'idle');
  assert.equal(wish.done, wish.wanted);
  told('rules', 'remove', 'shell', /rule (\d+): idle/.exec(list)[1]);
});

test('what is cancelled is gone within two seconds, and is not started again', async () => {
  const sha = box.commit({ 'tests/slow.sh': 'sleep 300\n' }, 'slow');
  box.push('main');
  await box.announce();
  await box.until('the slow test to run', async () => {
    const page = await box.page(sha);
    return page?.tasks?.some((task) => task.kind === 'run_tests' && task.state === 'running');
  });
  const began = Date.now();
  told('cancel', 'commit', 'shell', sha);
  await box.until('its task to end', async () => {
    const page = await box.page(sha);
    return page.tasks.every((task) => task.state === 'finished');
  });
  assert.ok(Date.now() - began < 4000, `${Date.now() - began} ms`);
  const page = await box.page(sha);
  assert.equal(page.tasks.find((task) => task.kind === 'run_tests').outcome, 'cancelled');
  assert.ok(page.desired.every((wish) => wish.stopped_at !== null));
  assert.match(told('audit'), new RegExp(`cancel.*${sha}`));
});

test('what makes no sense is refused in a line that names it', () => {
  const cases = [
    [['run', 'shell', 'main', '--suite', 'units'], /units/],
    [['run', 'shell', 'main', '--regex', '('], /regex/],
    [['run', 'shell', 'nope'], /nope/],
    [['rules', 'add', 'shell', 'main', '--schedule', '61 * * * *', '--schedule-runs', '1'], /61/],
    [['rules', 'remove', 'shell', '99'], /99/],
    [['rules', 'add', 'shell', 'main', '--idle-runs', '-1'], /-1/],
    [['request', 'set', '9999', '--times', '2'], /9999/],
    [['cancel', 'task', '999999'], /999999/],
    [['cancel', 'branch', 'shell', 'nope'], /nope/],
  ];
  for (const [words, named] of cases) {
    const { status, text } = cli(...words);
    assert.equal(status, 2, `${words.join(' ')}: ${text}`);
    assert.match(text, /^testlooper: [^\n]+$/);
    assert.match(text, named);
  }
});
