// What a repository can do wrong: each becomes a visible, stored error, and the rest goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Sandbox, image, outcomes, project } from './harness.mjs';

const box = new Sandbox();
before(() => box.start('--workers', '2'));
after(() => box.remove());

async function tested(files) {
  const sha = box.commit(project(files));
  box.push('main');
  await box.announce();
  return await box.finished(sha, 180);
}

const config = (lines) => ({ '.testlooper/config.yaml': lines });
const plan = (more) => ({
  '.testlooper/plan.yaml': project()['.testlooper/plan.yaml'] + more,
});
const suite = (name, list, run, more = '') =>
  `  ${name}:\n    kind: unit\n    environment: shell\n    list-tests: |\n      ${list}\n    run-tests: |\n      ${run}\n${more}`;

for (const [what, files, sentence] of [
  ['a malformed config', config('version: 1\nname: [\n'), /config\.yaml:\d+: /],
  ['a config without a command', config(`version: 1\nname: x\nimage: {docker: {image: "${image}"}}\n`), /command/],
  ['an oversized config', config(`# ${'x'.repeat(1 << 20)}\n`), /larger|1 MB|1048576/i],
  [
    'an alias bomb',
    config(`version: 1\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`).join('\n')}\n`),
    /config\.yaml/,
  ],
  [
    'an unknown image',
    config('version: 1\nname: x\nimage: {docker: {image: "no-such-image-of-anybody:1"}}\ncommand: true\n'),
    /image of the config could not be made|no-such-image/,
  ],
  [
    'a Dockerfile that fails',
    { ...config('version: 1\nname: x\nimage: {docker: {dockerfile: Dockerfile}}\ncommand: true\n'), Dockerfile: `FROM ${image}\nRUN echo about to fail; exit 9\n` },
    /image of the config could not be made/,
  ],
  ['a missing plan', config(project()['.testlooper/config.yaml'].replace('cp .testlooper/plan.yaml', 'true')), /no plan/],
  ['a malformed plan', { '.testlooper/plan.yaml': 'version: 1\nsuites:\n  a: {environment: nowhere}\n' }, /plan:\d+: /],
  ['a plan command that fails', config(project()['.testlooper/config.yaml'].replace('cp .testlooper', 'false && cp .testlooper')), /exit code 1/],
  ['a list command that prints nothing', { 'list.sh': 'true\n' }, /list|tests/],
  ['a list that has a test twice', { 'list.sh': "echo '- a: {path: p}'; echo '- a: {path: p}'\n" }, /test list:2: the test 'p::a' is listed twice; the first is on line 1/],
  ['a list of more tests than a suite may have', { 'list.sh': "seq 1 1000001 | sed 's/^/- t/'\n" }, /more than 1000000 tests/],
  ['a list command that prints rubbish', { 'list.sh': "echo '{{{ what'\n" }, /list|tests/],
]) {
  test(`${what} is an error of the commit with its cause`, async () => {
    const page = await tested(files);
    assert.equal(page.commit.status, 'error', JSON.stringify(page.commit));
    const all = [
      page.commit.error,
      page.config.error,
      page.plan.error,
      ...page.suites.map((each) => each.step.error),
      ...page.tasks.map((each) => each.cause),
    ].join('\n');
    assert.match(all, sentence);
    assert.ok(page.commit.error.length > 5);
  });
}

test('a broken suite does not stop the others', async () => {
  const page = await tested(plan(suite('broken', 'exit 4', 'true') + suite('other', "echo 'x: {path: y}'", 'true')));
  assert.equal(page.suites.find((each) => each.name === 'broken').step.state, 'failed');
  assert.equal(outcomes(page).good, 'passed');
  assert.equal(outcomes(page).x, 'failed', 'listed and never reported');
});

const runOnly = (command, more) => plan(suite('rough', "echo 'x: {path: y}'", command, more));
const roughRun = async (page) => {
  const x = page.tests.find((each) => each.name === 'x');
  return (await box.api(`/api/v1/runs/${x.last_run}`)).body;
};

test('a test that hangs is ended at its time-out', async () => {
  const run = await roughRun(await tested(runOnly("trap '' TERM; sleep 1000 & wait; sleep 1000", '    timeout: 2\n')));
  assert.equal(run.run.outcome, 'timed_out');
});

test('a test that is killed, and a report that is cut or unknown', async () => {
  assert.equal((await roughRun(await tested(runOnly('kill -9 $$')))).run.outcome, 'crashed');
  const cut = await roughRun(await tested(runOnly(`echo '<testsuite><testcase name="x"' > "$TEST_OUTPUT"`)));
  assert.equal(cut.run.outcome, 'error');
  assert.match(cut.message, /report/);
  assert.equal((await roughRun(await tested(runOnly('echo hello > "$TEST_OUTPUT"')))).run.outcome, 'error');
});

test('a log flood is capped, its head and tail kept', async () => {
  const page = await tested(runOnly('yes flood | head -c 200000000; echo the end'));
  const run = await roughRun(page);
  assert.ok(run.attempt.log_bytes < 20 << 20);
  assert.ok(run.attempt.log_dropped > 100e6);
  const text = await (await box.fetch(`/api/v1/tasks/${run.run.task}/attempts/${run.run.attempt}/log`)).text();
  assert.match(text.slice(0, 100), /^flood/);
  assert.match(text.slice(-100), /the end\n$/);
});

test('a fork bomb ends with its container', async () => {
  const page = await tested(runOnly("b() { b | b & b; }; b; sleep 60", '    timeout: 5\n'));
  assert.notEqual((await roughRun(page)).run.outcome, 'passed');
  assert.equal(outcomes(page).good, 'passed');
});
