// kill -9 at any moment: nothing is lost, nothing is done twice. TESTLOOPER_KILLS asks for more.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Sandbox, program, project } from './harness.mjs';

const kills = Number(process.env.TESTLOOPER_KILLS ?? 8);
const box = new Sandbox();
after(() => box.remove());

test(`${kills} times kill -9 in the middle of work`, async () => {
  await box.start('--workers', '2');
  const shas = [];
  const requests = [];
  for (let i = 0; i < kills; ++i) {
    const sha = box.commit(project({ 'count.txt': `${i}\n`, 'tests/second.sh': 'exit 0\n' }));
    box.push('main');
    assert.equal((await box.announce()).status, 202);
    shas.push(sha);
    // A different moment each time, from "just acknowledged" to "in the middle of the runs".
    await new Promise((resolve) => setTimeout(resolve, (i * 377) % 2500));
    if (i % 3 === 2) {
      const accepted = await box.post(`/api/v1/repos/shell/commits/${shas[0]}/runs`, { times: 3 });
      assert.equal(accepted.status, 202);
      requests.push(accepted.body.request);
    }
    await box.kill('SIGKILL');
    await box.start('--workers', '2');
  }
  for (const sha of shas) {
    const page = await box.finished(sha, 300);
    assert.equal(page.commit.status, 'passed', page.commit.error);
  }
  for (const id of requests) {
    const request = await box.until(`request ${id}`, async () => {
      const { body } = await box.api(`/api/v1/requests/${id}`);
      return body.finished && body;
    });
    assert.equal(request.counts.passed, 2 * 3);
  }
  for (const sha of shas.slice(1)) {
    for (const each of (await box.page(sha)).tests) assert.equal(each.counts.passed, 1);
  }
  await box.kill();
  assert.deepEqual(box.leftovers(), []);
});

test('what a task had written before kill -9 can be read afterwards', async () => {
  await box.start('--workers', '2');
  const sha = box.commit(project({
    'run.sh': 'echo "the first line"; sleep 600\n',
  }));
  box.push('main');
  await box.announce();
  const running = await box.until('the run to start', async () => {
    const tasks = (await box.page(sha))?.tasks ?? [];
    return tasks.find((each) => each.kind === 'run_tests' && each.state === 'running');
  });
  const log = async () => {
    const answer = await box.fetch(`/api/v1/tasks/${running.id}/attempts/1/log`);
    return answer.status === 200 ? await answer.text() : '';
  };
  await box.until('its first line', async () => (await log()) === 'the first line\n');
  await box.kill('SIGKILL');
  await box.start('--workers', '2');
  assert.equal(await log(), 'the first line\n');
  const { attempts } = (await box.api(`/api/v1/tasks/${running.id}`)).body;
  assert.equal(attempts.find((each) => each.number === 1).log_bytes, 'the first line\n'.length);
  await box.post(`/api/v1/repos/shell/commits/${sha}/cancel`, {});
});

test('a data folder is had by one server at a time; the next waits until one that was killed is gone', async () => {
  await box.kill();
  await box.start();
  const second = ['serve', '--data-dir', box.data, '--port', String(box.port + 1)];
  assert.throws(() => execFileSync(program, second, { encoding: 'utf8', stdio: 'pipe' }), (refused) => {
    assert.match(refused.stdout, /another testlooper serves this data folder/);
    return refused.status !== 0;
  });
  await box.kill('SIGKILL');
  // What is not gone yet: another process that has the lock for a second.
  const held = spawn('flock', ['--no-fork', join(box.data, 'lock'), 'sh', '-c', 'echo has it; exec sleep 1']);
  await new Promise((resolve) => held.stdout.once('data', resolve));
  await box.start();
  assert.notEqual(held.exitCode, null);
});
