// A project of pytest's as `testlooper init` sets it up, in a Debian with Python, and conditions that only a real
// system shows: a clock, a locale, a zone, seeds, a test that is run again in one process. In both places, told by
// what the tests themselves see.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Sandbox, program, root } from './harness.mjs';

const box = new Sandbox();
let sha;

// Each of the first five fails, and its message is what it saw.
const tests = `import locale, os, random, subprocess, time

import numpy.random

count = 0


def said(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, text=True).stdout.strip()


def saw(*what):
    raise AssertionError(f"saw {', '.join(map(str, what))}")


def test_clock():
    began = time.monotonic()
    time.sleep(0.05)
    assert 0.05 <= time.monotonic() - began < 5
    saw(time.gmtime().tm_year, said("date", "+%Y"))


def test_locale():
    locale.setlocale(locale.LC_ALL, "")
    saw(locale.localeconv()["decimal_point"])


def test_zone():
    saw(time.localtime(0).tm_hour)


def test_hash():
    saw(hash("a word"))


def test_seed():
    saw(random.random(), numpy.random.rand(), said("node", "-p", "Math.random()"), said("bash", "-c", "echo $RANDOM"))


def test_bears_itself_once():
    global count
    count += 1
    assert count == 1
`;

// As numpy is as far as its seed goes: it draws from a state of its own, and import numpy is enough to have it.
const numpy = {
  'numpy/__init__.py': 'from . import random\n',
  'numpy/random.py': 'import random\nstate = random.Random()\nseed = state.seed\nrand = state.random\n',
};

before(async () => {
  execFileSync(join(root, 'examples/flaky-zoo/make_base_image.sh'), { stdio: 'ignore' });
  box.commit({ 'test_surroundings.py': tests, ...numpy });
  execFileSync(program, ['init', box.clone, '--image', 'testlooper-zoo-base:1'], { stdio: 'ignore' });
  sha = box.commit({}, 'tested by TestLooper');
  box.push('main');
  await box.start('--workers', '2');
  await box.finished(sha, 300);
});
after(() => box.remove());

// What the test saw in each of its runs under the condition.
async function seen(name, isolation, condition, times = 1) {
  const filter = { tests: [`test_surroundings.py::test_${name}`] };
  const asked = { times, condition, isolation, filter };
  const accepted = await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, asked);
  assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
  const { counts, failures } = await box.until('the runs', async () => {
    const { body } = await box.api(`/api/v1/requests/${accepted.body.request}`);
    return body.finished && body;
  });
  assert.equal(counts.failed, times, JSON.stringify(counts));
  const pages = await Promise.all(failures.map(({ id }) => box.api(`/api/v1/runs/${id}`)));
  return pages.map(({ body }) => {
    assert.equal(body.attempt.place, isolation, body.attempt.place_reason);
    return /saw (.*)/.exec(body.message)[1];
  });
}

test('the tests that pytest finds are listed, run and reported', async () => {
  const { body: page } = await box.api(`/api/v1/repos/shell/commits/${sha}`);
  const verdicts = Object.fromEntries(page.tests.map((each) => [each.name, each.verdict]));
  assert.equal(verdicts.test_bears_itself_once, 'passed');
  assert.equal(Object.values(verdicts).filter((verdict) => verdict === 'failed').length, 5);
});

for (const place of ['container', 'sandbox']) {
  test(`in a ${place} a clock is what the condition says, for Python and for the programs that it starts`, async () => {
    assert.deepEqual(await seen('clock', place, ['clock=2033-07-03T03:30:00']), ['2033, 2033']);
    const year = new Date().getUTCFullYear();
    assert.deepEqual(await seen('clock', place, ['clock=+366d']), [`${year + 1}, ${year + 1}`]);
  });

  test(`in a ${place} a locale and a zone are what the condition says`, async () => {
    assert.deepEqual(await seen('locale', place, ['LC_ALL=de_DE.UTF-8']), [',']);
    assert.deepEqual(await seen('locale', place, ['LC_ALL=C']), ['.']);
    assert.deepEqual(await seen('zone', place, ['TZ=Asia/Tokyo']), ['9']);
  });

  test(`in a ${place} seeds decide what is drawn, and without them it differs`, async () => {
    for (const [name, one, other] of [['hash', 'PYTHONHASHSEED=1', 'PYTHONHASHSEED=2'], ['seed', 'seed=1', 'seed=2']]) {
      const [first, again] = await seen(name, place, [one], 2);
      assert.equal(first, again);
      assert.notEqual(first, (await seen(name, place, [other]))[0]);
      const [free, otherwise] = await seen(name, place, [], 2);
      assert.notEqual(free, otherwise);
    }
  });
}

test('a test that does not bear itself fails where it is run again in one process', async () => {
  const filter = { tests: ['test_surroundings.py::test_bears_itself_once'] };
  const asked = { times: 2, condition: ['repeat=3'], filter };
  const { body } = await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, asked);
  const { counts } = await box.until('the runs', async () => {
    const answer = await box.api(`/api/v1/requests/${body.request}`);
    return answer.body.finished && answer.body;
  });
  assert.equal(counts.failed, 2, JSON.stringify(counts));
});

test('a file that Python can’t read is an error of the commit, which would pass without its tests', async () => {
  const broken = box.commit({ 'test_broken.py': 'def test_it(:\n' });
  box.push('main');
  await box.announce();
  const page = await box.finished(broken);
  assert.equal(page.commit.status, 'error');
  assert.match(page.commit.error, /suite pytest: .*exit code 2/);
});
