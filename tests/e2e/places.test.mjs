// Where runs happen: by themselves, as somebody wants, and many of one test in one process.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
before(() => box.start('--workers', '4'));
after(() => box.remove());

// `testlooper run … --wait`; a failing test is no error here.
function run(sha, ...words) {
  try {
    const all = ['run', 'shell', sha, '--wait', '--server', box.url, ...words];
    return execFileSync(program, all, { encoding: 'utf8' });
  } catch (error) {
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}

async function pushed(files) {
  const sha = box.commit(project(files));
  box.push('main');
  await box.announce();
  await box.finished(sha);
  return sha;
}

// Runs and failures of a test at a commit, by place.
function byPlace(sha, name) {
  const rows = box.query(`SELECT a.place, count(*), sum(u.outcome = 'failed') FROM test_runs u
    JOIN engine_attempts a ON a.task_id = u.task_id AND a.number = u.attempt
    JOIN test_tests t ON t.id = u.test_id JOIN repo_commits c ON c.id = u.commit_id
    WHERE c.sha = '${sha}' AND t.name = '${name}' GROUP BY a.place`);
  return Object.fromEntries(
    rows.map((row) => {
      const [place, runs, failures] = row.split('|');
      return [place, { runs: Number(runs), failures: Number(failures) }];
    }),
  );
}

// The interval of Wilson for a rate, 99.9 %.
function interval({ runs, failures }) {
  const z = 3.29;
  const rate = failures / runs;
  const middle = (rate + (z * z) / (2 * runs)) / (1 + (z * z) / runs);
  const half = (z * Math.sqrt((rate * (1 - rate)) / runs + (z * z) / (4 * runs * runs))) / (1 + (z * z) / runs);
  return [middle - half, middle + half];
}

test('a flaky test fails as often in sandboxes as in containers', async () => {
  const flaky = 'test $(($(od -An -N2 -tu2 /dev/urandom) % 4)) != 0\n';
  const sha = await pushed({ 'tests/flaky.sh': flaky });
  const only = ['--test', 'tests/flaky.sh::flaky'];
  run(sha, '--times', '60', '--isolation', 'container', ...only);
  const told = run(sha, '--times', '300', '--isolation', 'sandbox', ...only);
  assert.match(told, /300 of them in sandboxes \(the request wants sandboxes\)/);
  const places = byPlace(sha, 'flaky');
  assert.equal(places.sandbox.runs, 300);
  assert.ok(places.container.runs >= 60);
  const [low, high] = interval(places.sandbox);
  const [least, most] = interval(places.container);
  assert.ok(low <= most && least <= high, JSON.stringify(places));
});

test('by itself, the first runs are in containers and the others in sandboxes', async () => {
  const sha = await pushed({ 'tests/again.sh': 'exit 0\n' });
  run(sha, '--times', '40', '--test', 'tests/again.sh::again');
  const { container, sandbox } = byPlace(sha, 'again');
  // As many more as there are slots may have been started before the first runs were recorded.
  assert.ok(container.runs >= 5 && container.runs <= 5 + 4 + 2, JSON.stringify({ container, sandbox }));
  assert.equal(container.runs + sandbox.runs, 41);
});

const gtest = `#include <gtest/gtest.h>
#include <unistd.h>
TEST(Sum, IsRight) { EXPECT_EQ(1 + 1, 2); }
// Fails at each third try of a process.
TEST(Sum, IsRightAtFirst) { static int tries = 0; EXPECT_NE(++tries % 3, 0); }
`;
const plan = `version: 1
environments:
  shell: {image: {docker: {image: "testlooper-demo-base:1"}}}
suites:
  unit:
    environment: shell
    list-tests: |
      ./tests/all --gtest_list_tests | awk '/^[^ ]/ {suite = $1} /^ / {print suite $1 ": {}"}'
    run-tests: |
      if [ -n "$TEST_INPUT" ]; then only=$(paste -sd: "$TEST_INPUT"); fi
      ./tests/all --gtest_filter="\${only:-*}" --gtest_output=xml:"$TEST_OUTPUT"
    repeat-tests: |
      ./tests/all --gtest_filter="$(cat "$TEST_INPUT")" --gtest_repeat="$TEST_COUNT" | awk '
        BEGIN { print "<testsuite>" }
        $1 == "[" && $2 == "OK" { print "<testcase name=\\"" $4 "\\"/>" }
        $2 == "FAILED" && $NF == "ms)" { print "<testcase name=\\"" $4 "\\"><failure/></testcase>" }
        END { print "</testsuite>" }' > "$TEST_OUTPUT"
`;

test('a suite that can repeat has its reruns in one process', async () => {
  const source = join(box.folder, 'all.cpp');
  const made = join(box.folder, 'all');
  writeFileSync(source, gtest);
  const words = ['-std=c++17', '-static', '-s', source, '-lgtest', '-lgtest_main', '-pthread', '-o', made];
  execFileSync('clang++-19', words, { stdio: 'pipe' });
  copyFileSync(made, join(box.clone, 'tests', 'all'));
  const sha = await pushed({ '.testlooper/plan.yaml': plan });
  run(sha, '--times', '65', '--test', 'Sum.IsRightAtFirst');
  const repeated = box
    .query(
      `SELECT t.repeats, count(*), sum(u.outcome = 'failed') FROM engine_tasks t
       JOIN test_runs u ON u.task_id = t.id WHERE t.repeats > 1 AND NOT t.series GROUP BY t.id`,
    )
    .map((row) => row.split('|').map(Number));
  assert.ok(repeated.length > 0);
  for (const [repeats, runs, failures] of repeated) {
    assert.equal(runs, repeats, 'each try is a run');
    assert.equal(failures, Math.floor(repeats / 3), 'in one process');
  }
  const runs = Object.values(byPlace(sha, 'Sum.IsRightAtFirst')).reduce((sum, each) => sum + each.runs, 0);
  assert.equal(runs, 66);
});
