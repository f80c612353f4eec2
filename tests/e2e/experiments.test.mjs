// Hunt, prove and bisect as a user meets them: a test that flakes since a commit, a fix, a small history with
// a merge, and the daemon killed in the middle.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Sandbox, git, program, project } from './harness.mjs';

const box = new Sandbox();
after(() => box.remove());

const id = 'unit/tests/flake.sh::flake';
const steady = 'exit 0\n';
// Fails every other time or so.
const flaky = 'test $(( $(od -An -N1 -tu1 /dev/urandom) % 2 )) = 0\n';
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

const experiment = async (number) => (await box.api(`/api/v1/experiments/${number}`)).body;
const decided = (number) =>
  box.until(
    `experiment ${number}`,
    async () => {
      const page = await experiment(number);
      return page.experiment.standing !== 'running' && page;
    },
    400,
  );

before(async () => {
  commits.first = box.commit(project({ 'tests/flake.sh': steady, 'notes.txt': '0\n' }), 'first');
  commits.second = box.commit({ 'notes.txt': '1\n' }, 'second');
  git(box.clone, 'checkout', '-q', '-b', 'side');
  commits.side = box.commit({ 'side.txt': 'a\n' }, 'side');
  commits.culprit = box.commit({ 'tests/flake.sh': flaky }, 'it flakes from here on');
  git(box.clone, 'checkout', '-q', 'main');
  commits.third = box.commit({ 'notes.txt': '2\n' }, 'third');
  git(box.clone, 'merge', '-q', '--no-ff', '-m', 'merge side', 'side');
  commits.merge = git(box.clone, 'rev-parse', 'HEAD');
  commits.last = box.commit({ 'notes.txt': '3\n' }, 'last');
  box.push('main', 'side');
  await box.start('--workers', '4');
  await box.finished(commits.last);
});

test('a hunt finds the flake, stops by itself and keeps the logs', async () => {
  const { code, out, err } = await cli('hunt', id, '--commit', 'main', '--until-failures', '3');
  assert.equal(code, 1, out + err);
  assert.match(out, /: \d+ failures in \d+ runs at [0-9a-f]{10}: \d+ %, between/);
  const page = await experiment(1);
  // By chance it may fail each time.
  assert.match(page.experiment.verdict, /^(flaky|always_failed)$/);
  assert.ok(page.experiment.failures >= 3);
  const [failure] = page.failures;
  const log = await box.fetch(`/api/v1/runs/${failure.id}/log`);
  assert.equal(log.status, 200);
});

test('a bisection finds the culprit behind the merge, through kill -9', async () => {
  const started = await cli('bisect', id, '--good', commits.first.slice(0, 10), '--no-wait');
  assert.equal(started.code, 0, started.err);
  await box.until('some runs', async () => (await experiment(2)).experiment.runs >= 6, 200);
  await box.kill('SIGKILL');
  await box.start('--workers', '4');
  const page = await decided(2);
  assert.equal(page.experiment.verdict, 'culprit', page.experiment.answer);
  assert.ok(page.experiment.answer.startsWith(commits.culprit.slice(0, 10)), page.experiment.answer);
  assert.match(page.experiment.answer, /verified at it and its parents/);
  const likeliest = page.commits.toSorted((a, b) => b.probability - a.probability)[0];
  assert.equal(likeliest.sha, commits.culprit);
  const { body: document } = await box.api('/api/v1/experiments/2/export');
  assert.equal(document.runs.length, page.experiment.runs);
  assert.ok(document.range.some((commit) => commit.sha === commits.merge && commit.parents.length === 2));
});

test('a fix is proven, and one that is none is not', async () => {
  const fix = box.commit({ 'tests/flake.sh': steady }, 'fixed');
  box.push('main');
  await box.announce();
  await box.finished(fix);
  const none = await cli('prove', id, '--commit', commits.last, '--against', '.5', '--risk', '1e-6');
  assert.equal(none.code, 1, none.out + none.err);
  assert.match(none.out, /still_flaky: /);
  const proof = await cli('prove', id, '--commit', fix, '--against', '.4', '--risk', '.05');
  assert.equal(proof.code, 0, proof.out + proof.err);
  assert.match(proof.out, /fixed: fixed: no failure in \d+ runs at/);
  assert.equal((await experiment(4)).experiment.watched, true);
});

test('commits that can’t be built, or lack the test, are not asked, and blamed with what they can’t be told from', async () => {
  const late = 'unit/tests/late.sh::late';
  const list = project()['list.sh'];
  git(box.clone, 'checkout', '-q', '-b', 'rough', commits.first);
  const good = box.commit({ 'tests/late.sh': steady }, 'it passes');
  const lacks = box.commit({ 'tests/late.sh': null }, 'it is gone');
  const unbuilt = box.commit({ 'list.sh': 'exit 4\n' }, 'nothing is listed');
  const fails = box.commit({ 'list.sh': list, 'tests/late.sh': 'exit 1\n' }, 'it fails');
  const last = box.commit({ 'notes.txt': '9\n' }, 'it fails still');
  box.push('rough');
  await box.announce('refs/heads/rough');
  await box.finished(last);
  const { code, out, err } = await cli('bisect', late, '--good', good, '--bad', last);
  assert.equal(code, 0, out + err);
  for (const sha of [unbuilt, fails]) assert.ok(out.includes(sha.slice(0, 10)), out);
  const { id } = (await box.api('/api/v1/experiments?limit=1')).body.experiments[0];
  const page = await experiment(id);
  assert.equal(page.experiment.verdict, 'culprit');
  assert.ok(page.arms.every((arm) => ![lacks, unbuilt].includes(arm.sha) || arm.runs === 0), JSON.stringify(page.arms));
  git(box.clone, 'checkout', '-q', 'main');
});

test('bad input gets one line', async () => {
  const swapped = await cli('bisect', id, '--good', commits.last, '--bad', commits.first);
  assert.equal(swapped.code, 2);
  assert.match(swapped.err, /^testlooper: the ends are swapped: .*\n$/);
  const costly = await cli('hunt', id, '--runs', '100000');
  assert.equal(costly.code, 2);
  assert.match(costly.err, /100,000 runs.*--yes/);
  const unknown = await cli('hunt', 'unit/none.sh::none');
  assert.match(unknown.err, /^testlooper: there is no test .*\n$/);
});
