// What a run leaves: a log of its own, and files.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
before(() => {
  const config = join(box.folder, 'server.yaml');
  writeFileSync(
    config,
    `retention:
  repos:
    shell: {logs: {count: 1}, failed_logs: {count: 1}, artifacts: {mb: 1}}
`,
  );
  return box.start('--config', config);
});
after(() => box.remove());

const run = `{
  echo '<testsuite>'
  for t in tests/*.sh; do
    name=$(basename $t .sh)
    echo "##testlooper[start $t::$name]" >&2; echo "this is $name" >&2; echo "##testlooper[end $t::$name]" >&2
    echo "<testcase file=\\"$t\\" name=\\"$name\\"/>"
  done
  echo "<testcase name=\\"reported\\"><failure>no</failure><system-out>printed</system-out></testcase></testsuite>"
} > "$TEST_OUTPUT"
mkdir -p "$TEST_ARTIFACTS/shots"
echo picture > "$TEST_ARTIFACTS/shots/one.png"
echo '<script>alert(1)</script>' > "$TEST_ARTIFACTS/page.html"
ln -s /etc/passwd "$TEST_ARTIFACTS/passwd"
mkfifo "$TEST_ARTIFACTS/pipe"
`;

test('each run has its own log, and the attempt its files', async () => {
  const sha = box.commit(project({ 'run.sh': run, 'tests/other.sh': '' }));
  box.push('main');
  await box.announce();
  const page = await box.finished(sha);
  const runs = Object.fromEntries(page.tests.map((each) => [each.name, each.last_run]));
  const own = async (name) => await (await box.fetch(`/api/v1/runs/${runs[name]}/log`)).text();
  const marked = (name) =>
    `##testlooper[start tests/${name}.sh::${name}]\nthis is ${name}\n##testlooper[end tests/${name}.sh::${name}]\n`;
  assert.equal(await own('good'), marked('good'));
  assert.equal(await own('other'), marked('other'));
  assert.equal(await own('reported'), '---- stdout ----\nprinted\n---- what went wrong ----\nno');
  const { body } = await box.api(`/api/v1/runs/${runs.reported}`);
  assert.equal(body.log.kind, 'report');
  assert.equal(body.attempt.artifacts, 2);

  const folder = `/api/v1/tasks/${body.run.task}/attempts/${body.run.attempt}/artifacts`;
  const list = (await box.api(folder)).body;
  assert.deepEqual(
    list.artifacts.map((each) => [each.path, each.type]),
    [
      ['page.html', 'application/octet-stream'],
      ['shots/one.png', 'image/png'],
    ],
  );
  assert.deepEqual(list.warnings.sort(), [
    "the artifact 'passwd' was not kept: it is a link",
    "the artifact 'pipe' was not kept: it is a FIFO",
  ]);
  const html = await box.fetch(`${folder}/page.html`);
  assert.equal(await html.text(), '<script>alert(1)</script>\n');
  assert.match(html.headers.get('content-disposition'), /^attachment;/);
  assert.equal(html.headers.get('content-type'), 'application/octet-stream');
  assert.equal((await box.fetch(`${folder}/passwd`)).status, 404);
});

test('retention says what would go and why, and has it go', async () => {
  const sha = box.commit({ 'tests/bad.sh': 'exit 1', 'run.sh': 'for t in tests/*.sh; do echo log; done; exit 1' });
  box.push('main');
  await box.announce();
  const page = await box.finished(sha);
  await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, { times: 1 });
  const twice = await box.until('two failed runs', async () => {
    const { tests } = await box.page(sha);
    return tests.find((each) => each.name === 'bad' && each.counts.error === 2);
  });
  const dry = execFileSync(program, ['retention', '--server', box.url, '--dry-run'], { encoding: 'utf8' });
  assert.match(dry, /shell {2}logs: \d+, .*; would go: \d+/);
  assert.match(dry, /would go: shell {2}failed_logs {2}attempt 1 of task \d+, .*: the oldest of more than 1/);
  const first = page.tests.find((each) => each.name === 'bad').last_failure;
  const log = (run) => box.fetch(`/api/v1/runs/${run}/log`);
  assert.equal((await log(first)).status, 200);

  execFileSync(program, ['retention', 'run', '--server', box.url]);
  await box.until('retention', async () => (await box.api('/api/v1/retention')).body.last_run?.removed > 0);
  const gone = await log(first);
  assert.equal(gone.status, 404);
  assert.match(await gone.text(), /this log was removed by retention on 20/);
  assert.equal((await log(twice.last_failure)).status, 200);
  assert.equal((await box.api(`/api/v1/runs/${first}`)).body.log.kind, 'none');
  assert.equal((await box.page(sha)).tests.find((each) => each.name === 'bad').counts.error, 2);
  assert.equal((await box.api('/api/v1/retention')).body.uses.find((each) => each.kind === 'logs').going, 0);
});
