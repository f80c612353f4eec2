// The list of experiments and the page of each kind, on a real daemon, in a real Chromium: what is pressed there is
// done to the experiment, and what is copied or exported shows its result again elsewhere.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const commits = {};
let context, page;

const at = (path) => page.goto(`${box.url}${path}`);
const button = (name) => page.getByRole('button', { name, exact: true });
const experiment = async (id) => (await box.api(`/api/v1/experiments/${id}`)).body;
const standing = (id) => box.query(`SELECT standing FROM lab_experiments WHERE id = ${id}`)[0];
const stands = (id, word) => box.until(`experiment ${id} to be ${word}`, () => standing(id) === word);

async function begin(kind, name, more) {
  const question = { kind, repo: 'shell', test: `unit/tests/${name}.sh::${name}`, ...more };
  const { status, body } = await box.post('/api/v1/experiments', question);
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

// Begins one, and presses Pause, Continue, Stop and Continue on its page. A drained engine keeps it from being quicker.
async function interrupted(...question) {
  await box.post('/api/v1/drain', {});
  const id = await begin(...question);
  await at(`/experiments/${id}`);
  for (const [name, word] of [['Pause', 'paused'], ['Stop', 'stopped']]) {
    await button(name).click();
    await stands(id, word);
    await page.getByText(`${word} by`).waitFor();
    await button('Continue').click();
    await stands(id, 'running');
  }
  await box.post('/api/v1/resume', {});
  await stands(id, 'decided');
  for (const name of ['Pause', 'Continue', 'Stop']) await button(name).waitFor({ state: 'detached' });
  return id;
}

async function copied(what) {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.getByRole('button', { name: `copy ${what}`, exact: true }).click();
  return await box.until('the clipboard', () => page.evaluate(() => navigator.clipboard.readText()), 10);
}

// Runs the copied command as somebody would who pastes it.
function paste(command) {
  const words = command.split(' ');
  assert.equal(words[0], 'testlooper');
  return spawnSync(program, [...words.slice(1), '--server', box.url], { encoding: 'utf8' });
}

async function exported() {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export' }).click()]);
  return JSON.parse(readFileSync(await file.path(), 'utf8'));
}

before(async () => {
  commits.first = box.commit(project({
    'tests/breaks.sh': 'exit 0\n',
    'tests/turns.sh': 'exit 0\n',
    'tests/leaves.sh': 'touch /tmp/left\n',
    'tests/victim.sh': 'test ! -e /tmp/left\n',
    'tests/zone.sh': 'test "$(date -d @0 +%H)" = 00\n',
  }), 'the first');
  commits.culprit = box.commit({ 'tests/breaks.sh': 'exit 1\n', 'tests/turns.sh': 'exit 1\n' }, 'it fails from here on');
  commits.last = box.commit({ 'notes.txt': '1\n' }, 'the last');
  box.push('main');
  await box.start();
  await box.finished(commits.last);
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('a hunt is paused, goes on, is stopped and goes on again', async () => {
  const id = await begin('hunt', 'good', { commit: 'main', runs: 10000 });
  await at(`/experiments/${id}`);
  const runs = async () => (await experiment(id)).experiment.runs;
  await box.until('a run', runs);
  await button('Pause').click();
  await stands(id, 'paused');
  // What runs ends, and nothing more is begun.
  await box.until('its runs to end', async () => (await experiment(id)).in_flight === 0);
  const ran = await runs();
  assert.equal(standing(id), 'paused');
  await page.getByText(new RegExp(`^${ran} of at most 10,000, 0 under way`)).waitFor();
  await button('Pause').waitFor({ state: 'detached' });
  await button('Continue').click();
  await stands(id, 'running');
  await box.until('another run', async () => await runs() > ran);
  await button('Stop').click();
  await stands(id, 'stopped');
  await button('Stop').waitFor({ state: 'detached' });
  await button('Continue').click();
  await stands(id, 'running');
  await button('Pause').click();
  await stands(id, 'paused');
  await button('Stop').click();
  await stands(id, 'stopped');
  const orders = box.query(`SELECT detail FROM engine_audit WHERE subject = 'experiment ${id}' ORDER BY id`);
  assert.deepEqual(orders.map((each) => each.split(',')[0]), ['paused', 'continued', 'stopped', 'continued', 'paused', 'stopped']);
});

test('a hunt that found failures is exported, and the copied command shows them again', async () => {
  const id = await begin('hunt', 'breaks', { commit: commits.culprit, until_failures: 5 });
  await stands(id, 'decided');
  await at(`/experiments/${id}`);
  await page.getByText('always failed').first().waitFor();
  for (const name of ['Pause', 'Continue', 'Stop']) assert.equal(await button(name).count(), 0);
  const command = await copied('the command');
  assert.equal(command, `testlooper run shell ${commits.culprit.slice(0, 10)} --test unit/tests/breaks.sh::breaks --times 20 --wait`);
  const again = paste(command);
  assert.equal(again.status, 1, again.stdout + again.stderr);
  assert.match(again.stdout, /20 runs: 0 passed, 20 failed/);
  const document = await exported();
  assert.equal(document.runs.length, (await experiment(id)).experiment.runs);
  assert.ok(document.runs.every((run) => run.sha === commits.culprit && run.outcome === 'failed'));
});

test('the copied command has the condition under which it failed', async () => {
  const question = { commit: commits.last, until_failures: 2, condition: ['TZ=JST-9'] };
  const id = await begin('hunt', 'zone', question);
  await stands(id, 'decided');
  await at(`/experiments/${id}`);
  const again = paste(await copied('the command'));
  assert.match(again.stdout, /20 runs: 0 passed, 20 failed/);
});

test('a hunt that is over is continued with more: more failures, and more runs', async () => {
  const id = await begin('hunt', 'breaks', { commit: commits.culprit, until_failures: 2, runs: 4 });
  await stands(id, 'decided');
  await at(`/experiments/${id}`);
  await page.getByText('Continue with more').click();
  const form = page.getByRole('form', { name: 'more' });
  const go = form.getByRole('button', { name: 'Continue with it' });
  assert.equal(await go.isDisabled(), true, 'nothing more is asked for');
  await form.getByLabel('until failures').fill('none');
  await form.getByText('a number from 1 to 1,000,000').waitFor();
  for (const label of ['until failures', 'runs at most']) await form.getByLabel(label).fill('1000000');
  await go.click();
  await form.getByText(/this may take 1,000,000 runs/).waitFor();
  assert.equal(standing(id), 'decided');
  await form.getByLabel('until failures').fill('6');
  await form.getByLabel('however many runs it takes').check();
  await go.click();
  await box.until('more failures', async () => (await experiment(id)).experiment.failures >= 6);
  await stands(id, 'decided');
  assert.deepEqual(box.query(`SELECT max_runs, question->>'until_failures' FROM lab_experiments WHERE id = ${id}`), ['1000000|6']);
});

test('a proof that was paused and stopped is continued until it is decided, and exported', async () => {
  const id = await interrupted('prove', 'breaks', { commit: commits.first, against: '.1' });
  await page.getByText('It is watched').waitFor();
  assert.match(await copied('the command'), new RegExp(`^testlooper run shell ${commits.first.slice(0, 10)} `));
  const document = await exported();
  assert.equal(document.runs.length, (await experiment(id)).experiment.runs);
});

test('a bisection names its culprit in the copied command, and leads to it', async () => {
  const id = await interrupted('bisect', 'turns', { good: commits.first, bad: commits.last });
  await page.getByText('culprit found').first().waitFor();
  await page.getByText('Continue with more').click();
  const form = page.getByRole('form', { name: 'more' });
  await form.getByLabel('confidence').fill('0.9999');
  await form.getByRole('button', { name: 'Continue with it' }).click();
  const confidence = () => box.query(`SELECT question->>'confidence' FROM lab_experiments WHERE id = ${id}`)[0];
  await box.until('it to go on', () => confidence() === '0.9999');
  await stands(id, 'decided');
  assert.match(await copied('the command'), new RegExp(`^testlooper run shell ${commits.culprit.slice(0, 10)} `));
  const document = await exported();
  const candidates = document.range.filter((commit) => commit.candidate).map((commit) => commit.sha);
  assert.deepEqual(candidates.toSorted(), [commits.culprit, commits.last].toSorted());
  await page.locator('.belief g', { hasText: commits.culprit.slice(0, 8) }).click();
  await page.waitForURL(`**/r/shell/c/${commits.culprit}`);
});

test('a diagnosis gives commands that show the failure again, with this server and without', async () => {
  const id = await interrupted('diagnose', 'victim');
  await page.getByText('victim of other tests').first().waitFor();
  const { diagnosis } = await experiment(id);
  const here = await copied('the command for this server');
  assert.equal(here, diagnosis.reproduce_run);
  const again = paste(here);
  assert.equal(again.status, 1, again.stdout + again.stderr);
  const docker = await copied('the command for docker');
  assert.equal(docker, diagnosis.reproduce_docker);
  const report = execFileSync('bash', ['-c', `${docker}\ntrue`], { cwd: box.clone, encoding: 'utf8', stdio: 'pipe' });
  assert.match(report, /name="victim"[^>]*><failure/);
  assert.equal(await page.getByRole('button', { name: 'copy the command', exact: true }).count(), 0, 'it fails by those alone');
  assert.ok((await exported()).runs.some((run) => run.outcome === 'failed'));
});

test('the list shows those of each standing, and older ones on the next page', async () => {
  await box.post('/api/v1/drain', {});  // so that what runs stays as it is
  const running = await begin('hunt', 'good', {});
  const paused = await begin('hunt', 'good', {});
  await box.post(`/api/v1/experiments/${paused}/pause`, {});
  for (let i = 0; i < 50; ++i) await box.post(`/api/v1/experiments/${await begin('hunt', 'good', {})}/stop`, {});
  const shown = () => page.locator('tr[data-row]').evaluateAll((rows) => rows.map((row) => row.dataset.row));
  const stored = (where) => box.query(`SELECT id FROM lab_experiments ${where} ORDER BY id DESC LIMIT 50`);
  const shows = (expected) => box.until('the rows', async () => String(await shown()) === String(expected), 10);
  await at('/experiments');
  await shows(stored(''));
  const [last] = stored('').slice(-1);
  await button('Older').click();
  await shows(stored(`WHERE id < ${last}`));
  await box.until('the address', () => new URL(page.url()).searchParams.get('before') === last, 10);
  for (const word of ['Running', 'Paused', 'Stopped', 'Decided']) {
    await button(word).click();
    await shows(stored(`WHERE standing = '${word.toLowerCase()}'`));
    await box.until('the address', () => new URL(page.url()).search === `?standing=${word.toLowerCase()}`, 10);
  }
  assert.deepEqual(stored("WHERE standing = 'running'"), [String(running)]);
  await button('All').click();
  await shows(stored(''));
  await at(`/r/shell/t/${box.query("SELECT id FROM test_tests WHERE name = 'victim'")[0]}?ask=hunt`);
  await page.getByRole('link', { name: 'Experiments with this test' }).click();
  await shows(stored("WHERE kind = 'diagnose'"));
  assert.deepEqual(errors.filter((text) => !/status of 409/.test(text)), []);
});
