// What two commits' tests did, by the command, with a test that moved and one that broke.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const shas = [];
before(async () => {
  const files = project();
  shas.push(box.commit({ ...files, 'tests/first.sh': 'echo first\nexit 0\n' }, 'the first'));
  shas.push(box.commit({ 'tests/first.sh': null, 'tests/renamed.sh': 'echo first\nexit 0\n', 'tests/breaks.sh': 'exit 1\n' }, 'renames'));
  box.push('main');
  await box.start('--workers', '2');
});
after(() => box.remove());

const cli = (...words) => {
  const { status, stdout, stderr } = spawnSync(program, [...words, '--server', box.url], { encoding: 'utf8' });
  return { status, text: (stdout + stderr).trim() };
};

test('a test that was renamed is compared with what it was, and what breaks is named', async () => {
  for (const sha of shas) {
    await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, { runs: 1 });
    await box.finished(sha);
  }
  const { status, text } = cli('compare', 'shell', shas[1], shas[0]);
  assert.equal(status, 0, 'what is new has not broken');
  assert.match(text, /same +\S*renamed\S* \(renamed, was \S*first\S*\)/);
  assert.match(text, /new +\S*breaks/);
  assert.doesNotMatch(text, /gone/);
  const same = cli('compare', 'shell', shas[1]);
  assert.equal(same.text, text, 'the first parent is the base where none is named');
});

test('what is not there is said in a line', () => {
  const { status, text } = cli('compare', 'shell', 'nowhere');
  assert.equal(status, 2);
  assert.match(text, /^testlooper: .*nowhere/);
});
