// Conditions and diagnoses as a user meets them: a victim of another test, and a test that depends on the zone.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
after(() => box.remove());

const commits = {};

function cli(...words) {
  return new Promise((resolve) => {
    const child = spawn(program, [...words, '--server', box.url]);
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    child.once('exit', (code) => resolve({ code, out, err }));
  });
}

before(async () => {
  commits.head = box.commit(
    project({
      'tests/a_plain.sh': 'exit 0\n',
      'tests/b_leaves.sh': 'touch /tmp/left\n',
      'tests/c_victim.sh': 'test ! -e /tmp/left\n',
      'tests/d_zone.sh': 'test "$(date -d @0 +%H)" = 00\n',
      'tests/e_plain.sh': 'exit 0\n',
    }),
  );
  box.push('main');
  await box.start('--workers', '4');
  await box.finished(commits.head);
});

test('runs under a condition are shown with it and count for nothing else', async () => {
  const id = 'unit/tests/d_zone.sh::d_zone';
  const run = await cli('run', 'shell', 'main', '--test', id, '--times', '2', '--wait', '--condition', 'TZ=JST-9');
  assert.equal(run.code, 1, run.out + run.err);
  assert.match(run.out, /2 runs: 0 passed, 2 failed/);
  const { body: commit } = await box.api('/api/v1/repos/shell/commits/main');
  const zone = commit.tests.find((each) => each.name === 'd_zone');
  assert.equal(zone.verdict, 'passed');
  const wish = commit.desired.find((each) => each.source === 'request');
  assert.deepEqual(wish.condition, ['TZ=JST-9']);
  const { body: request } = await box.api(`/api/v1/requests/${wish.id}`);
  const { body: page } = await box.api(`/api/v1/runs/${request.failures[0].id}`);
  assert.deepEqual(page.condition, ['TZ=JST-9']);
});

test('a condition that is wrong or can not be had is said in one line', async () => {
  const id = 'unit/tests/a_plain.sh::a_plain';
  const wrong = await cli('run', 'shell', 'main', '--test', id, '--condition', 'cpu=1');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /^testlooper: condition 'cpu=1': there is no such factor: .*\n$/);
  const unmet = await cli('run', 'shell', 'main', '--test', id, '--wait', '--condition', 'clock=+1d');
  assert.equal(unmet.code, 2);
  assert.match(unmet.err, /this condition can't be had: clock: the image has no libfaketime/);
});

test('a victim is told, with its polluter and a command that shows it again', async () => {
  const id = 'unit/tests/c_victim.sh::c_victim';
  const diagnosis = await cli('diagnose', id);
  assert.equal(diagnosis.code, 0, diagnosis.out + diagnosis.err);
  assert.match(diagnosis.out, /order_victim: order-dependent victim of tests\/b_leaves.sh::b_leaves: (\d+) failures in \1 runs after/);
  const command = diagnosis.out.split('\n').find((line) => line.startsWith('testlooper run '));
  const again = await cli(...command.split(' ').slice(1));
  assert.equal(again.code, 1, again.out + again.err);
  assert.match(again.out, /: 0 passed, /);
  const start = diagnosis.out.indexOf('docker run ');
  const end = diagnosis.out.indexOf('\nTL_SCRIPT\n') + '\nTL_SCRIPT\n'.length;
  const report = execFileSync('bash', ['-c', `${diagnosis.out.slice(start, end)}\ntrue`], { cwd: box.clone, encoding: 'utf8' });
  assert.match(report, /name="c_victim"[^>]*><failure/);
});

test('a test that always passes is blamed on nothing', async () => {
  const diagnosis = await cli('diagnose', 'unit/tests/a_plain.sh::a_plain');
  assert.equal(diagnosis.code, 0, diagnosis.out + diagnosis.err);
  assert.match(diagnosis.out, /never_failed: it never failed, in \d+ runs, a few of them under each condition/);
});
