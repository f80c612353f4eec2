// `testlooper init` as a newcomer meets it: a repository of theirs, the command, a commit, a check, and it works;
// and what it says where it can't.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Sandbox, image, outcomes, program, root } from './harness.mjs';

const box = new Sandbox();
after(() => box.remove());

const testlooper = (...words) => spawnSync(program, words, { encoding: 'utf8', cwd: box.folder });
const init = (...words) => testlooper('init', ...words);

// A repository with these files, none of them committed.
function repository(name, files) {
  const folder = join(box.folder, name);
  execFileSync('git', ['init', '-q', '-b', 'trunk', folder]);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function refused(ended, why) {
  assert.equal(ended.status, 2, ended.stdout);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, why);
  assert.equal(ended.stderr.trim().split('\n').length, 1, ended.stderr);
}

test('what it can’t do is one line, and nothing is written', () => {
  refused(init('nowhere'), /nowhere does not exist/);
  mkdirSync(join(box.folder, 'plain'));
  refused(init('plain'), /plain is not a git repository/);
  refused(init('shell.git'), /bare repository/);
  const empty = repository('empty', { 'a/b.txt': '' });
  refused(init('empty/a'), /empty\/a is a folder of the repository .*\/empty/);
  refused(init('empty'), /no test framework was recognised; known are pytest, .*--framework/);
  refused(init('empty', '--framework', 'rust'), /'rust' is no known framework; known are pytest/);
  refused(init('empty', '--framework', 'other', '--image', 'a b'), /'a b' holds a character/);
  refused(init('empty', '--framework', 'other', '--image', 'rust=a'), /'rust=a' names no framework/);
  assert.ok(!existsSync(join(empty, '.testlooper')));
  const modules = Array.from({ length: 13 }, (_, i) => [[`m${i}/go.mod`, ''], [`m${i}/a_test.go`, '']]).flat();
  repository('modules', Object.fromEntries(modules));
  refused(init('modules'), /tests at 13 places, more than the 12/);
  writeFileSync(join(empty, '.testlooper'), '');
  refused(init('empty', '--framework', 'other'), /\.testlooper can't be written: it is there, and is no folder/);
});

test('it says what it found, and writes nothing for a dry run', () => {
  const folder = repository('many', {
    'pyproject.toml': '[project]\nname = "a"\nrequires-python = ">=3.13"\n',
    'tests/test_a.py': '',
    'native/CMakeLists.txt': 'enable_testing()\n',
    'web/package.json': '{"type": "module", "devDependencies": {"vitest": "3"}}',
    '.gitignore': '*.py\n.testlooper/pytest\n',
  });
  execFileSync('git', ['-C', folder, 'add', '--force', 'tests/test_a.py']);
  const dry = init('many', '--dry-run');
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /^pytest: 1 test file\n {2}base image python:3.13-slim \(pyproject.toml says so\)/);
  assert.match(dry.stdout, /ctest in native\/: native\/CMakeLists.txt has tests/);
  assert.match(dry.stdout, /--- .testlooper\/plan.yaml\nversion: 1/);
  assert.ok(!existsSync(join(folder, '.testlooper')));
  const written = init('many', '--image', 'vitest=node:20');
  assert.equal(written.status, 0, written.stderr);
  assert.match(written.stdout, /git ignores .testlooper\/pytest\/Dockerfile/);
  assert.match(readFileSync(join(folder, '.testlooper/vitest/Dockerfile'), 'utf8'), /^FROM node:20$/m);
  assert.match(readFileSync(join(folder, '.testlooper/config.yaml'), 'utf8'), /^name: many\nprimary-branch: trunk$/m);
  assert.equal(testlooper('check', '--plan', 'many/.testlooper/plan.yaml').status, 0);
});

test('files that are there stay, unless it is forced', () => {
  const folder = repository('kept', { '.testlooper/run.sh': 'mine\n' });
  const kept = () => readFileSync(join(folder, '.testlooper/run.sh'), 'utf8');
  refused(init('kept', '--framework', 'other'), /already there: .testlooper\/run.sh; --force overwrites/);
  assert.deepEqual(readdirSync(join(folder, '.testlooper')), ['run.sh']);
  assert.equal(kept(), 'mine\n');
  assert.equal(init('kept', '--framework', 'other', '--force').status, 0);
  assert.match(kept(), /TEST_OUTPUT/);
  // A link is replaced, not followed.
  writeFileSync(join(box.folder, 'outside'), 'outside\n');
  execFileSync('rm', [join(folder, '.testlooper/list.sh')]);
  symlinkSync(join(box.folder, 'outside'), join(folder, '.testlooper/list.sh'));
  assert.equal(init('kept', '--framework', 'other', '--force').status, 0);
  assert.equal(readFileSync(join(box.folder, 'outside'), 'utf8'), 'outside\n');
});

test('what it writes works the first time: check, then a server', async () => {
  const files = {
    'tests/good.sh': 'echo fine\n',
    'tests/bad.sh': 'echo "1 < 2 & so on"; exit 3\n',
    'tests/it is.sh': 'test -e tests/good.sh\n',
  };
  box.commit(files);
  assert.equal(init(box.clone, '--framework', 'other', '--image', image).status, 0);
  const sha = box.commit({});
  const checked = testlooper('check', box.clone);
  assert.equal(checked.status, 0, checked.stderr);
  assert.match(checked.stdout, /the plan is right: 1 environments, 0 builds, 1 suites/);
  box.push('main');
  await box.start();
  const page = await box.finished(sha);
  assert.deepEqual(outcomes(page), { 'tests/bad.sh': 'failed', 'tests/good.sh': 'passed', 'tests/it is.sh': 'passed' });
});

// The scripts for vitest need a node with vitest only, which the pages' tests have.
test('the scripts for vitest list without running, and run what they are given', () => {
  const folder = repository('vitest', {
    'package.json': '{"type": "module", "devDependencies": {"vitest": "3"}}',
    'src/a.test.js': `import { test } from 'vitest';
      test('it\\'s "a" [b] (c) $x', () => {});
      test('fails', () => { throw new Error('<no>'); });
      test('writes', () => { console.log('was run'); });`,
    'src/broken.test.js': 'throw new Error("not loaded");',
  });
  assert.equal(init('vitest').status, 0);
  symlinkSync(join(root, 'web/node_modules'), join(folder, 'node_modules'));
  const script = (name, variables) =>
    spawnSync(process.execPath, [`.testlooper/${name}.mjs`], { cwd: folder, encoding: 'utf8', env: { ...process.env, TMPDIR: box.folder, ...variables } });
  const list = join(box.folder, 'list'), input = join(box.folder, 'input'), output = join(box.folder, 'output');
  const refused = script('list', { TEST_LIST: list });
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /not loaded: src\/broken.test.js/);
  assert.ok(!existsSync(list), 'its tests would be missing');
  const broken = join(folder, 'src/broken.test.js');
  renameSync(broken, join(folder, 'kept'));
  const listed = script('list', { TEST_LIST: list });
  renameSync(join(folder, 'kept'), broken);
  const names = ['it\'s "a" [b] (c) $x', 'fails', 'writes'];
  assert.deepEqual(JSON.parse(readFileSync(list, 'utf8')), names.map((name) => `src/a.test.js::${name}`));
  assert.doesNotMatch(listed.stdout, /was run/);
  writeFileSync(input, `src/a.test.js::${names[0]}\nsrc/a.test.js::fails\nsrc/broken.test.js::gone\n`);
  script('run', { TEST_INPUT: input, TEST_OUTPUT: output });
  const report = readFileSync(output, 'utf8');
  assert.match(report, /name="it's &#34;a&#34; \[b\] \(c\) \$x" time="[\d.e-]+"><\/testcase>/);
  assert.match(report, /name="fails" time="[\d.e-]+"><failure>Error: &#60;no&#62;/);
  assert.match(report, /classname="Test suite failed to run" name="src\/broken.test.js"><failure>not loaded/);
  assert.doesNotMatch(report, /writes/);
});
