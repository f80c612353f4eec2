// Repositories are added, changed and removed while the daemon runs, by path and by URL.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { git, program, project, Sandbox } from './harness.mjs';

const box = new Sandbox();
const second = join(box.folder, 'second.git');
before(async () => {
  box.commit(project(), 'the first');
  box.push('main');
  execFileSync('git', ['clone', '-q', '--bare', box.bare, second]);
  await box.start('--workers', '2');
});
after(() => box.remove());

function cli(...words) {
  const { status, stdout, stderr } = spawnSync(program, [...words, '--server', box.url], {
    encoding: 'utf8',
  });
  return { status, text: (stdout + stderr).trim() };
}
const told = (...words) => {
  const { status, text } = cli(...words);
  assert.equal(status, 0, text);
  return text;
};
const tested = (repo) =>
  box.until(`${repo} to be tested`, async () => {
    const { status, body } = await box.api(`/api/v1/repos/${repo}/commits/main`);
    return status === 200 && body.commit.status === 'passed' && body;
  });

test('a path and a URL are added, told of their hook, and tested', async () => {
  assert.match(told('repo', 'add', second), /hook install/);
  told('repo', 'add', `file://${box.bare}`, '--name', 'cloned');
  const here = await tested('second');
  const clone = await tested('cloned');
  assert.equal(here.commit.sha, clone.commit.sha);
  assert.match(told('repo', 'list'), /cloned/);
});

test('a clone is fetched again when it is told to', async () => {
  const sha = box.commit({ 'tests/later.sh': 'exit 0\n' }, 'later');
  box.push('main');
  told('repo', 'scan', 'cloned');
  await box.until('the new commit', async () => {
    const { body } = await box.api('/api/v1/repos/cloned/commits/main');
    return body?.commit?.sha === sha;
  });
});

test('settings hold from now on: branches without the prefix are not tested', async () => {
  told('repo', 'set', 'second', '--branch-prefix', 'release/');
  git(box.clone, 'push', '-q', second, 'HEAD:refs/heads/wip');
  git(box.clone, 'push', '-q', second, 'HEAD:refs/heads/release/1');
  told('repo', 'scan', 'second');
  const page = await box.until('the release to be seen', async () => {
    const { status, body } = await box.api('/api/v1/repos/second/branch?name=release%2F1');
    return status === 200 && body.commits[0].runs_wanted > 0 && body;
  });
  assert.deepEqual(
    page.branches.map((each) => each.name),
    ['main', 'release/1', 'wip'],
  );
});

test('they outlive a restart, may go and come back, and may go for good', async () => {
  await box.kill('SIGKILL');
  await box.start('--workers', '2');
  assert.match(told('repo', 'list'), /second/);
  told('repo', 'remove', 'second');
  assert.equal((await box.api('/api/v1/repos/second/commits/main')).status, 404);
  told('repo', 'add', second);
  const back = await tested('second');
  assert.ok(back.tests.every((each) => each.counts.passed > 0), 'its results are there again');
  told('repo', 'remove', 'cloned', '--purge');
  await box.until('the clone to be gone', async () => !told('repo', 'list').includes('cloned'));
  assert.equal((await box.api('/api/v1/repos/shell/commits/main')).status, 200);
});

test('what is no repository is refused in a line', () => {
  const cases = [
    [['repo', 'add', '/nowhere'], /nowhere/],
    [['repo', 'add', 'ext::sh -c id'], /URL/],
    [['repo', 'add', '--', '--upload-pack=id'], /-/],
    [['repo', 'add', second, '--name', 'a/b'], /name/],
    [['repo', 'add', second, '--name', 'shell'], /shell/],
    [['repo', 'remove', 'nope'], /nope/],
    [['repo', 'remove', 'shell'], /configuration|command line/],
  ];
  for (const [words, named] of cases) {
    const at = words.indexOf('--');
    const given = at < 0 ? [...words, '--server', box.url] : [...words.slice(0, at), '--server', box.url, ...words.slice(at)];
    const { status, stdout, stderr } = spawnSync(program, given, { encoding: 'utf8' });
    assert.equal(status, 2, `${words.join(' ')}: ${stdout}${stderr}`);
    assert.match(stderr.trim(), /^testlooper: [^\n]+$/);
    assert.match(stderr, named);
  }
});
