// Builds and set-ups: made once, shared by commits, mounted read-only, and made again when docker lost
// them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Sandbox, docker, image, outcomes, project } from './harness.mjs';

const box = new Sandbox();
before(() => box.start());
after(async () => {
  await box.kill();
  // The store goes with its folder; what docker keeps for it is named by the same label.
  for (const volume of volumes()) docker('volume', 'rm', volume);
  await box.remove();
});

const strangers = new Set(docker('volume', 'ls', '-q').split('\n'));
// Those of builds.
const volumes = () =>
  docker('volume', 'ls', '-q', '--filter', 'label=testlooper.kind=artifact').split('\n').filter((name) => name && !strangers.has(name));

// `lib` is built where the tools are, `app` from it, in the environment that the suite runs in too.
const plan = `version: 1
environments:
  tools:
    image: {docker: {image: "${image}"}}
    custom-setup: |
      echo set-up ran
      echo "tool of $(cat tool.txt)" > /bin/tool.txt
  plain: {image: {docker: {image: "${image}"}}}
builds:
  lib:
    environment: tools
    inputs: [src/lib, tool.txt]
    command: |
      test ! -e list.sh || exit 9
      mkdir "$BUILD_OUTPUT/include"
      cat /bin/tool.txt src/lib/lib.txt > "$BUILD_OUTPUT/include/lib.txt"
  app:
    environment: plain
    inputs: [src/app]
    dependencies: {lib: third/lib}
    command: cat third/lib/include/lib.txt src/app/app.txt > "$BUILD_OUTPUT/app.txt"
suites:
  unit:
    environment: plain
    dependencies: {app: /opt/app, lib: "\${REPO_ROOT}/lib"}
    list-tests: test -e /opt/app/app.txt && sh list.sh
    run-tests: sh run.sh
    timeout: 60
  tooled:
    environment: tools
    list-tests: test -e /bin/tool.txt && sh list.sh
    run-tests: sh run.sh
`;
const files = project({
  '.testlooper/plan.yaml': plan,
  'tool.txt': 'one\n',
  'src/lib/lib.txt': 'lib\n',
  'src/app/app.txt': 'app\n',
  'tests/good.sh': 'test -e /bin/tool.txt || test "$(cat /opt/app/app.txt | tr "\\n" ,)" = "tool of one,lib,app,"\n',
  'tests/readonly.sh': 'test -e /bin/tool.txt || ! touch /opt/app/x lib/x 2>/dev/null\n',
});
const build = (page, name) => page.builds.find((each) => each.name === name);
const tasks = (page, kind) => page.tasks.filter((task) => task.kind === kind).length;
let first;

test('builds and a set-up are made, mounted and shown', async () => {
  first = box.commit(files);
  box.push('main');
  await box.announce();
  const page = await box.finished(first);
  assert.equal(page.commit.status, 'passed', JSON.stringify(page.suites));
  assert.deepEqual([build(page, 'lib').step.state, build(page, 'app').step.state], ['ok', 'ok']);
  assert.equal(build(page, 'app').bytes, 'tool of one\nlib\napp\n'.length);
  assert.equal(build(page, 'app').reused_from, '');
  assert.equal(page.environments.find((each) => each.name === 'plain').set_up, null);
  const { set_up } = page.environments.find((each) => each.name === 'tools');
  assert.equal(set_up.state, 'ok');
  const log = await box.fetch(`/api/v1/tasks/${set_up.task}/attempts/1/log`);
  assert.equal(await log.text(), 'set-up ran\n');
  assert.equal(tasks(page, 'set_up'), 2, 'one for the suite, one with the build’s inputs alone');
  assert.equal(volumes().length, 2);
});

test('a commit that changes none of what they are made of reuses them', async () => {
  const sha = box.commit({ 'README.md': 'more words\n' });
  box.push('main');
  await box.announce();
  const page = await box.finished(sha);
  assert.equal(page.commit.status, 'passed');
  assert.equal(build(page, 'lib').reused_from, first);
  assert.equal(tasks(page, 'build'), 0);
  assert.equal(volumes().length, 2);
});

test('a known artifact outlives kill -9; what nobody knows does not', async () => {
  await box.kill('SIGKILL');
  const known = volumes();
  const instance = docker('volume', 'inspect', '-f', '{{index .Labels "testlooper.instance"}}', known[0]);
  docker('volume', 'create', '--label', `testlooper.instance=${instance}`, '--label', 'testlooper.kind=artifact', `${instance}-half`);
  await box.start();
  await box.until('the unknown volume to go', () => volumes().length === 2);
  assert.deepEqual(volumes().sort(), known.sort());
});

test('a volume that was removed is built again before runs go on', async () => {
  docker('volume', 'rm', ...volumes());
  const accepted = await box.post(`/api/v1/repos/shell/commits/${first}/runs`, { times: 2, filter: { suites: ['unit'] } });
  assert.equal(accepted.status, 202);
  const request = await box.until('two more runs', async () => {
    const { body } = await box.api(`/api/v1/requests/${accepted.body.request}`);
    return body.finished && body;
  }, 120);
  assert.equal(request.counts.passed, 4);
  assert.equal(volumes().length, 2);
});

test('a build that fails says so on what waits for it, and nothing else is stopped', async () => {
  const sha = box.commit({ 'src/lib/lib.txt': null });
  box.push('main');
  await box.announce();
  const page = await box.finished(sha);
  assert.equal(page.commit.status, 'error');
  assert.equal(page.commit.error, 'build lib: the command ended with exit code 1');
  const why = "build 'lib' failed: the command ended with exit code 1";
  assert.equal(build(page, 'app').step.error, why);
  assert.match(page.suites.find((each) => each.name === 'unit').step.error, /^build '(app|lib)' failed: /);
  assert.equal(page.suites.find((each) => each.name === 'tooled').step.state, 'ok');
  assert.equal(outcomes(page).good, 'passed');
});

test('a build that leaves nothing names what it wrote elsewhere', async () => {
  const sha = box.commit({
    'src/lib/lib.txt': 'lib\n',
    '.testlooper/plan.yaml': plan.replace('> "$BUILD_OUTPUT/app.txt"', '> app.txt'),
  });
  box.push('main');
  await box.announce();
  const page = await box.finished(sha);
  assert.equal(
    build(page, 'app').step.error,
    'the command ended well and left nothing in BUILD_OUTPUT; what it wrote elsewhere is not kept: /testlooper/repo/app.txt',
  );
});
