// A task that waits says why, and about when it starts: by the command line and the API.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
after(() => box.remove());

function told(...words) {
  const { status, stdout, stderr } = spawnSync(program, [...words, '--server', box.url], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}
const waiting = async () => (await box.api('/api/v1/engine')).body.waiting;

let sha;
before(async () => {
  sha = box.commit(project({ 'tests/slow.sh': 'sleep 3\n' }), 'slow');
  box.push('main');
  await box.start('--workers', '1');
  await box.announce();
  await box.finished(sha);
});

test('one slot, four tasks: the next waits for it, the others behind it', async () => {
  told('run', 'shell', 'main', '--times', '4', '--test', 'tests/slow.sh::slow');
  const tasks = await box.until('three tasks to wait', async () => {
    const found = await waiting();
    return found.length === 3 && found;
  });
  assert.deepEqual(
    tasks.map((each) => each.waits_for.reason),
    ['slot', 'behind', 'behind'],
  );
  const starts = tasks.map((each) => each.starts_at);
  assert.ok(starts.every((each) => each > Date.now() - 60_000 && each < Date.now() + 60_000), String(starts));
  assert.deepEqual(starts, [...starts].sort((a, b) => a - b), 'next first');
  const page = await box.page(sha);
  assert.ok(page.tasks.some((each) => each.waits_for?.reason === 'behind'), 'the commit says it, too');
  assert.match(
    told('queue', '--repo', 'shell'),
    /^1 running\n.*run tests +for .*\n3 waiting\n.*(in about .*|soon).*; waits for a free slot: 1 of 1 are in use\n.*waits behind 1 task: /,
  );
});

test('a drained engine says so, and estimates nothing', async () => {
  told('drain');
  await box.until('nothing to run', async () => (await box.api('/api/v1/engine')).body.running.length === 0);
  const [first] = await waiting();
  assert.equal(first.waits_for.reason, 'drained');
  assert.equal(first.starts_at, null);
  assert.match(told('queue'), /some time +shell .*; waits for `testlooper resume`/);
  told('resume');
  await box.until('the queue to be empty', async () => (await waiting()).length === 0);
  assert.match(told('queue'), /0 waiting\n$/);
});
