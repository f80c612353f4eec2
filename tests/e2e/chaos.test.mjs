// People who change their minds, and a machine that dies, in an order that a seed chooses: whatever it is, the
// end is quiet, nothing ran more often than somebody wanted, and nothing is left behind.
// TESTLOOPER_SEED and TESTLOOPER_STEPS ask for other ones.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { docker, project, Sandbox } from './harness.mjs';

const seed = Number(process.env.TESTLOOPER_SEED ?? 1);
const steps = Number(process.env.TESTLOOPER_STEPS ?? 18);
const branches = ['main', 'side/one'];

// mulberry32: the same seed is the same story.
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const upTo = (n) => Math.floor(random() * n);
const oneOf = (list) => list[upTo(list.length)];

const box = new Sandbox();
before(() => box.start('--workers', '3'));
after(() => box.remove());

const shas = [];
const requests = [];
let slowest = 0; // to cancel, in ms

const underWay = (which) =>
  box.query(
    `SELECT t.id FROM engine_tasks t LEFT JOIN test_desired d ON d.id = t.desired_id
     JOIN repo_commits c ON c.id = t.commit_id
     WHERE t.kind = 'run_tests' AND t.state IN ('starting', 'running') AND ${which}`,
  );

async function cancel(path, which) {
  const tasks = underWay(which);
  const began = Date.now();
  const { status, body } = await box.post(`/api/v1/${path}/cancel`, {});
  assert.ok([202, 404, 409].includes(status), `${path}: ${status} ${JSON.stringify(body)}`);
  const filters = tasks.flatMap((id) => ['--filter', `name=-t${id}-a`]);
  if (status !== 202 || tasks.length === 0) return;
  await box.until(`the containers of ${path} to go`, () => docker('ps', '-q', ...filters) === '');
  slowest = Math.max(slowest, Date.now() - began);
}

const actions = {
  async push() {
    const branch = oneOf(branches);
    const deaf = "trap '' TERM; sleep 0.3\n";
    shas.push(box.commit(project({ 'tests/slow.sh': 'sleep 0.3\n', 'tests/deaf.sh': deaf, n: `${shas.length}\n` })));
    box.push(`+HEAD:refs/heads/${branch}`);
    assert.equal((await box.announce(`refs/heads/${branch}`)).status, 202);
  },
  async request() {
    const sha = oneOf(shas);
    const times = 2 + upTo(5);
    const accepted = await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, { times });
    // A commit may not have been read yet.
    if (accepted.status === 202) requests.push(accepted.body.request);
  },
  async cancelTask() {
    const { running, waiting } = (await box.api('/api/v1/engine')).body;
    const task = oneOf([...running, ...waiting]);
    if (task) await cancel(`tasks/${task.id}`, `t.id = ${task.id}`);
  },
  async cancelRequest() {
    const id = oneOf(requests);
    if (id) await cancel(`requests/${id}`, `d.id = ${id}`);
  },
  async cancelCommit() {
    const sha = oneOf(shas);
    await cancel(`repos/shell/commits/${sha}`, `c.sha = '${sha}'`);
  },
  async cancelBranch() {
    const branch = oneOf(branches);
    await cancel(`repos/shell/branches/${encodeURIComponent(branch)}`, `d.requested_by = 'push to ${branch}'`);
  },
  async crash() {
    await box.kill('SIGKILL');
    await box.start('--workers', '3');
  },
};
const likely = ['push', 'request', 'request', 'request', 'cancelTask', 'cancelTask', 'cancelRequest', 'cancelCommit', 'cancelBranch', 'crash'];

test(`${steps} steps of seed ${seed}: cancelled and killed at random`, async (t) => {
  await actions.push();
  const story = ['push'];
  for (let i = 0; i < steps; ++i) {
    await new Promise((resolve) => setTimeout(resolve, upTo(900)));
    story.push(oneOf(likely));
    await actions[story.at(-1)]();
  }
  await box.until(
    `all to be quiet after ${story.join(' ')}`,
    async () => {
      const { running, waiting_total } = (await box.api('/api/v1/engine')).body;
      return running.length === 0 && waiting_total === 0;
    },
    300,
  );
  t.diagnostic(`${story.join(' ')}; the slowest to cancel took ${slowest} ms`);
  // Two seconds are the promise; docker's command line and a busy machine take the rest.
  assert.ok(slowest < 4000, `${slowest} ms`);

  await box.kill();
  assert.deepEqual(box.leftovers(), []);
  const none = (what, sql) => assert.deepEqual(box.query(sql), [], what);
  assert.deepEqual(box.query('PRAGMA integrity_check'), ['ok']);
  none('a broken reference', 'PRAGMA foreign_key_check');
  none('a task that is stuck', "SELECT id, kind FROM engine_tasks WHERE state <> 'finished'");
  none('an attempt without an end', 'SELECT task_id FROM engine_attempts WHERE ended_at IS NULL');
  none('a failure of the machine that counts', "SELECT id FROM test_runs WHERE outcome = 'infra'");
  none(
    'more runs than wanted',
    `SELECT d.id, r.test_id, count(*), d.runs FROM test_runs r JOIN engine_tasks t ON t.id = r.task_id
     JOIN test_desired d ON d.id = t.desired_id GROUP BY d.id, r.test_id HAVING count(*) > d.runs`,
  );
  none(
    'a wish that nobody stopped and that is not met, though its tests are known',
    'SELECT id, wanted, done, given_up FROM test_desired WHERE stopped_at IS NULL AND done + given_up <> wanted',
  );
  none(
    'runs given up that nobody cancelled',
    `SELECT d.id FROM test_desired d WHERE d.given_up > 0 AND NOT EXISTS
     (SELECT 1 FROM engine_tasks t WHERE t.desired_id = d.id AND t.outcome = 'cancelled')`,
  );
});
