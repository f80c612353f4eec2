// The hook: it never blocks and never fails a push, and a server that was down catches up.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Sandbox, outcomes, project } from './harness.mjs';

const box = new Sandbox();
after(() => box.remove());

test('a push is noticed by itself, also one that came while the server was down', async () => {
  box.installHook();
  const missed = box.commit(project());
  const began = Date.now();
  box.push('main');
  assert.ok(Date.now() - began < 5000, 'a push does not wait for a server that is down');
  await box.start('--scan-period', '3600');
  assert.deepEqual(outcomes(await box.finished(missed)), { good: 'passed' });
  const noticed = box.commit({ 'tests/other.sh': 'exit 0\n' });
  box.push('main');
  assert.deepEqual(outcomes(await box.finished(noticed)), { good: 'passed', other: 'passed' });
});

test('bad payloads are refused with a reason, and lose nothing', async () => {
  for (const [body, status] of [
    ['{', 400],
    ['{"repo": 7}', 400],
    ['[]', 400],
    ['{"ref": "refs/heads/main"}', 400],
    ['{"repo": "nobody", "ref": "refs/heads/main"}', 404],
  ]) {
    const answer = await box.post('/git_updater', body);
    assert.equal(answer.status, status, body);
    assert.ok(answer.body.error.message.length > 5);
  }
  const python = {
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: '1'.repeat(40),
    repository: { name: 'shell', url: 'x' },
    commits: [],
    created: 'false',
    deleted: 'false',
  };
  assert.equal((await box.post('/git_updater', python)).status, 202);
});
