// The questions that the page of a test offers, on a real daemon, in a real Chromium: each is asked with each of its
// fields, and the store holds what was typed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const commits = {};
let context, page, address;

const form = () => page.getByRole('form', { name: 'experiment' });
const field = (name) => form().getByLabel(name);
const start = () => form().getByRole('button', { name: 'Start' });
const anyway = () => form().getByLabel('however many runs it takes');
const kind = (text) => form().getByRole('group', { name: 'kind of experiment' }).getByRole('button', { name: text });
const fill = async (values) => {
  for (const [name, value] of Object.entries(values)) await field(name).fill(value);
};
const ask = async (text) => {
  await page.goto(address);
  await page.getByRole('group', { name: 'what to do about it' }).getByRole('button', { name: text }).click();
};

// What the store has of the newest experiment; its page must be open.
async function stored(title) {
  const heading = page.getByRole('heading', { level: 1, name: new RegExp(`^${title} \\d+$`) });
  await heading.waitFor();
  const id = (await heading.textContent()).split(' ').at(-1);
  assert.equal(new URL(page.url()).pathname, `/experiments/${id}`);
  const [line] = box.query(
    `SELECT json_object('id', e.id, 'kind', e.kind, 'test', t.name, 'runs', e.max_runs, 'question', json(e.question),
       'condition', c.text) FROM lab_experiments e JOIN test_tests t ON t.id = e.test_id
     LEFT JOIN test_conditions c ON c.id = e.condition_id WHERE e.id = ${id}`);
  return JSON.parse(line);
}
const verdict = (id, seconds) =>
  box.until(`experiment ${id}`, async () => box.query(`SELECT verdict FROM lab_experiments WHERE id = ${id}`)[0], seconds);

before(async () => {
  // It fails in each zone but UTC, and from one commit to another in each.
  const steady = 'test "$(date -d @0 +%H)" = 00\n';
  commits.first = box.commit(project({ 'tests/zone.sh': steady }), 'the first');
  commits.culprit = box.commit({ 'tests/zone.sh': 'exit 1\n' }, 'it fails from here on');
  commits.bad = box.commit({ 'notes.txt': '1\n' }, 'it fails still');
  commits.fix = box.commit({ 'tests/zone.sh': steady }, 'it is mended');
  box.push('main');
  await box.start();
  for (const sha of Object.values(commits)) await box.finished(sha);
  // So it is on the list of flaky tests, with a rate that is known.
  const one = (verdict) => `<testcase file="tests/zone.sh" name="zone">${verdict}</testcase>`;
  const file = join(box.folder, 'report.xml');
  writeFileSync(file, `<testsuite>${one('<failure message="late"/>').repeat(15)}${one('').repeat(5)}</testsuite>`);
  execFileSync(program, ['import', 'junit', file, '--repo', 'shell', '--commit', commits.bad, '--suite', 'unit', '--server', box.url]);
  await box.until('the list', () => box.query("SELECT 1 FROM test_flaky WHERE standing = 'flaky' AND due = 0").length);
  address = `${box.url}/r/shell/t/${box.query("SELECT id FROM test_tests WHERE name = 'zone'")[0]}`;
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('each question leads to its form, which can be changed to another, and a link to it opens it', async () => {
  const kinds = [
    ['Hunt…', 'Hunt', 'hunt', ['at commit', 'until failures', 'under the condition', 'runs at most']],
    ['Prove it fixed…', 'Prove fixed', 'prove', ['at commit', 'against', 'risk', 'under the condition', 'runs at most']],
    ['Find the commit…', 'Bisect', 'bisect', ['good', 'bad', 'confidence', 'under the condition', 'runs at most']],
    ['Diagnose…', 'Diagnose', 'diagnose', ['at commit', 'effort', 'runs at most']],
  ];
  const fields = (names) =>
    box.until(`the fields ${names}`, async () => {
      return String(await form().locator('.field-name').allTextContents()) === String(names);
    }, 10);
  await page.goto(address);
  const summary = page.locator('summary', { hasText: 'Hunt it, prove it fixed' });
  await summary.click();
  await start().waitFor();
  for (const [, chosen, , names] of kinds.toReversed()) {
    await kind(chosen).click();
    await fields(names);
    assert.equal(await kind(chosen).getAttribute('aria-pressed'), 'true');
  }
  await summary.click();
  await start().waitFor({ state: 'hidden' });
  for (const [text, chosen, word, names] of kinds) {
    await ask(text);
    await fields(names);
    assert.equal(await kind(chosen).getAttribute('aria-pressed'), 'true');
    await box.until('the address', () => new URL(page.url()).searchParams.get('ask') === word, 10);
    await page.reload();
    await fields(names);
  }
  await page.getByRole('group', { name: 'what to do about it' }).getByRole('link', { name: 'Quarantine…' }).click();
  const quarantine = page.getByRole('form', { name: 'a test for quarantine' });
  assert.equal(await quarantine.getByLabel(/^test/).inputValue(), 'unit/tests/zone.sh::zone');
});

test('a hunt runs at the commit and under the condition that were named, and ends at the failures asked for', async () => {
  await ask('Hunt…');
  assert.equal(await field('at commit').inputValue(), commits.fix);
  for (const [name, wrong] of [['runs at most', 'none'], ['until failures', '0']]) {
    const right = await field(name).inputValue();
    await field(name).fill(wrong);
    await form().getByText('a number from 1 to 1,000,000').waitFor();
    assert.equal(await start().isDisabled(), true);
    await field(name).fill(right);
  }
  await fill({ 'at commit': commits.first.slice(0, 10), 'until failures': '3', 'under the condition': 'zone=JST-9', 'runs at most': '40' });
  await start().click();
  await form().getByText('there is no such factor').waitFor();
  await field('under the condition').fill('TZ=JST-9  cpus=0.5');
  await start().click();
  const hunt = await stored('Hunt');
  assert.deepEqual([hunt.kind, hunt.test, hunt.runs], ['hunt', 'zone', 40]);
  assert.deepEqual([hunt.question.sha, hunt.question.until_failures], [commits.first, 3]);
  assert.deepEqual(hunt.condition.split('\n').toSorted(), ['TZ=JST-9', 'cpus=0.5']);
  assert.equal(await verdict(hunt.id), 'always_failed');
});

test('a proof is made against a rate under a condition, against a commit, and against what is known', async () => {
  await ask('Prove it fixed…');
  await field('risk').fill('1');
  await form().getByText('a number between 0 and 1').waitFor();
  assert.equal(await start().isDisabled(), true);
  await fill({ risk: '0.1', 'at commit': 'main', 'runs at most': '500' });
  await start().click();
  await form().getByText('say at which rate it failed before').waitFor();
  await fill({ against: '60%', 'under the condition': 'TZ=UTC0' });
  await start().click();
  const rated = await stored('Proof');
  assert.deepEqual([rated.kind, rated.runs, rated.condition], ['prove', 500, 'TZ=UTC0']);
  assert.deepEqual([rated.question.sha, rated.question.old_rate, rated.question.risk], [commits.fix, 0.6, 0.1]);
  for (const [against, sha] of [[commits.bad.slice(0, 10), commits.bad], ['known', '']]) {
    await ask('Prove it fixed…');
    await field('against').fill(against);
    await start().click();
    const { id, question } = await stored('Proof');
    assert.equal(question.against_sha, sha);
    assert.ok(question.against_runs >= 20, JSON.stringify(question));
    assert.equal(await verdict(id), 'fixed');
  }
  assert.equal(await verdict(rated.id), 'fixed');
});

test('a bisection finds the commit between the ends that were named, under its condition', async () => {
  await ask('Find the commit…');
  await fill({ good: commits.bad.slice(0, 10), bad: commits.first.slice(0, 10) });
  await start().click();
  await form().getByText('the ends are swapped').waitFor();
  await fill({ confidence: '1.5' });
  await form().getByText('a number between 0 and 1').waitFor();
  assert.equal(await start().isDisabled(), true);
  await fill({ good: commits.first.slice(0, 10), bad: commits.bad.slice(0, 10), confidence: '0.99', 'under the condition': 'TZ=UTC0', 'runs at most': '2000' });
  await start().click();
  const bisection = await stored('Bisection');
  assert.deepEqual([bisection.kind, bisection.runs, bisection.condition], ['bisect', 2000, 'TZ=UTC0']);
  const { good, bad, confidence } = bisection.question;
  assert.deepEqual([good, bad, confidence], [commits.first, commits.bad, 0.99]);
  assert.equal(await verdict(bisection.id), 'culprit');
  await page.getByText(new RegExp(`^${commits.culprit.slice(0, 10)}`)).first().waitFor();
});

test('a diagnosis is made at the commit that was named', async () => {
  await ask('Diagnose…');
  await fill({ 'at commit': commits.culprit, effort: '11', 'runs at most': '3000' });
  await form().getByText('a number from 1 to 10').waitFor();
  assert.equal(await start().isDisabled(), true);
  await fill({ effort: '2' });
  await start().click();
  const diagnosis = await stored('Diagnosis');
  assert.deepEqual([diagnosis.kind, diagnosis.runs], ['diagnose', 3000]);
  assert.deepEqual([diagnosis.question.sha, diagnosis.question.effort], [commits.culprit, 2]);
  assert.equal(await verdict(diagnosis.id), 'always_failed');
});

test('what takes very many runs is begun only once that was confirmed', async () => {
  const costly = [
    ['Hunt…', 'Hunt', { 'until failures': '', 'runs at most': '60000' }],
    ['Prove it fixed…', 'Proof', { against: '.00001' }],
    ['Find the commit…', 'Bisection', { 'runs at most': '60000' }],
    ['Diagnose…', 'Diagnosis', { 'runs at most': '60000' }],
  ];
  const begun = () => Number(box.query('SELECT count(*) FROM lab_experiments')[0]);
  for (const [text, title, values] of costly) {
    await ask(text);
    await fill(values);
    const before = begun();
    await start().click();
    await form().getByText('only made for who says so').waitFor();
    assert.equal(begun(), before);
    await anyway().check();
    await start().click();
    const { id, runs } = await stored(title);
    assert.ok(runs >= 60_000);
    await box.post(`/api/v1/experiments/${id}/stop`, {});
  }
  assert.deepEqual(errors.filter((text) => !/status of 40[09]/.test(text)), []);
});
