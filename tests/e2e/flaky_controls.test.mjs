// The pages of flaky tests, clusters and quarantine on a real daemon, in a real Chromium: each control is used, and
// what it does is asked of the store, or of the page where it only changes what is shown.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const shas = [];
let context, page;

const at = (path) => page.goto(`${box.url}${path}`);
const rows = () => page.locator('table.flaky tr[data-row] .test-name').allTextContents();
const shown = (...names) =>
  box.until(`the rows ${names}`, async () => String(await rows()) === String(names), 10);
const asked = (name, value) =>
  box.until(`${name}=${value} in the address`, () => new URL(page.url()).searchParams.get(name) === value, 10);

// Evidence of another system is as good as any, and its rates are no matter of chance: failures, passes, message.
function report(sha, tests) {
  const cases = Object.entries(tests).map(([name, [failures, passes, message]]) => {
    const one = (verdict) => `<testcase file="tests/${name}.sh" name="${name}" time="0.5">${verdict}</testcase>`;
    return one(`<failure message="${message}"/>`).repeat(failures) + one('').repeat(passes);
  });
  const file = join(box.folder, 'report.xml');
  writeFileSync(file, `<testsuite>${cases.join('')}</testsuite>`);
  execFileSync(program, ['import', 'junit', file, '--repo', 'shell', '--commit', sha, '--suite', 'unit', '--server', box.url]);
}

before(async () => {
  const tests = ['alpha', 'beta', 'delta', 'gamma'].map((name) => [`tests/${name}.sh`, 'exit 0\n']);
  shas.push(box.commit(project(Object.fromEntries(tests)), 'the first'));
  shas.push(box.commit({ 'notes.txt': '1\n' }, 'the second'), box.commit({ 'notes.txt': '2\n' }, 'the third'));
  box.push('main');
  await box.start();
  await box.finished(shas[2]);
  // Two of them say the same but for a number; gamma passes so often afterwards that it is proven fixed.
  report(shas[0], { alpha: [6, 4, 'lost 1 of it'], beta: [3, 17, 'lost 2 of it'], gamma: [10, 10, 'gone'] });
  report(shas[1], { beta: [4, 16, 'lost 7 of it'] });
  report(shas[2], { delta: [5, 10, 'late'], gamma: [0, 20] });
  await box.until('all to be assessed', () => {
    return box.query("SELECT sum(standing = 'flaky'), sum(standing = 'fixed'), sum(due) FROM test_flaky")[0] === '3|1|0';
  });
  ({ context, page } = await openBrowser(errors, 20_000));
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('the flaky tests are put in each order that is offered, and the address keeps it', async () => {
  await at('/r/shell/flaky');
  await shown('beta', 'alpha', 'delta');
  const order = (text) => page.getByRole('group', { name: 'order' }).getByRole('button', { name: text, exact: true });
  const orders = { rate: 'alpha delta beta', 'seen last': 'delta beta alpha', name: 'alpha beta delta' };
  for (const [text, names] of Object.entries(orders)) {
    await order(text).click();
    await shown(...names.split(' '));
  }
  await asked('order', 'name');
  await page.reload();
  await shown('alpha', 'beta', 'delta');
  assert.equal(await order('name').getAttribute('aria-pressed'), 'true');
  await order('impact').click();
  await shown('beta', 'alpha', 'delta');
  await asked('order', null);
});

test('what is proven fixed is shown beside the flaky, or alone, and a filter narrows both', async () => {
  await at('/r/shell/flaky?order=name');
  const show = (text) => page.getByRole('group', { name: 'show' }).getByRole('button', { name: text });
  await show('both').click();
  await shown('alpha', 'beta', 'delta', 'gamma');
  await show('proven fixed').click();
  await shown('gamma');
  await asked('standing', 'fixed');
  await show('flaky now').click();
  await shown('alpha', 'beta', 'delta');
  const filter = page.getByLabel('filter tests');
  await filter.fill('unit/tests/del');
  await shown('delta');
  await asked('q', 'unit/tests/del');
  await page.reload();
  await shown('delta');
  assert.equal(await filter.inputValue(), 'unit/tests/del');
  await filter.fill('nothing has this');
  await page.getByText('No listed test fits.').waitFor();
  await filter.fill('');
  await shown('alpha', 'beta', 'delta');
});

test('a test is put into quarantine from the list, with its owner, its reason and its days', async () => {
  await at('/r/shell/flaky');
  await page.getByRole('link', { name: 'put in quarantine: beta' }).click();
  const form = page.getByRole('form', { name: 'a test for quarantine' });
  const submit = form.getByRole('button', { name: 'Put it in' });
  assert.equal(await form.getByLabel(/^test/).inputValue(), 'unit/tests/beta.sh::beta');
  await form.getByLabel(/^owner/).fill('cleo');
  await form.getByLabel(/^reason/).fill('it needs <b>luck</b>');
  await form.getByLabel(/^days/).fill('367');
  await form.getByText('a whole number from 1 to 366').waitFor();
  assert.equal(await submit.isDisabled(), true);
  await form.getByLabel(/^days/).fill('14');
  // What the server does not know is refused, and what was typed stays.
  await form.getByLabel(/^test/).fill('tests/beta.sh::better');
  await submit.click();
  await form.getByText(/there is no test/).waitFor();
  assert.deepEqual(box.query('SELECT id FROM test_quarantine'), []);
  await form.getByLabel(/^test/).fill('unit/tests/beta.sh::beta');
  await submit.click();
  await form.getByText('It is in.').waitFor();
  await asked('test', null);
  assert.equal(await form.getByLabel(/^owner/).inputValue(), 'cleo', 'it stays for the next one');
  const kept = () => box.query(`SELECT t.name, q.owner, q.reason, (q.expires_at - q.since) / 86400000.0
    FROM test_quarantine q JOIN test_tests t ON t.id = q.test_id ORDER BY q.id`);
  assert.deepEqual(kept(), ['beta|cleo|it needs <b>luck</b>|14.0']);
  // Without days it is a month.
  await form.getByLabel(/^test/).fill('tests/alpha.sh::alpha');
  await form.getByLabel(/^owner/).fill('cleo');
  await form.getByLabel(/^reason/).fill('so does this');
  await submit.click();
  await form.getByText('It is in.').waitFor();
  assert.equal(await form.getByLabel(/^test/).inputValue(), '');
  assert.equal(await form.getByLabel(/^owner/).inputValue(), 'cleo', 'it stays for the next one');
  assert.equal(kept()[1], 'alpha|cleo|so does this|30.0');
  await page.getByRole('link', { name: 'Flaky tests' }).click();
  await page.locator('tr', { hasText: 'beta' }).locator('[data-of=quarantine]', { hasText: 'cleo' }).waitFor();
});

test('other tools read the list in each format that is offered', async () => {
  const expected = {
    ids: 'tests/alpha.sh::alpha\ntests/beta.sh::beta\n',
    pytest: '--deselect=tests/alpha.sh::alpha\n--deselect=tests/beta.sh::beta\n',
    gtest: '--gtest_filter=-alpha:beta\n',
    go: '-skip=^alpha$|^beta$\n',
    jest: '--testNamePattern=^(?!(?:alpha|beta)$)\n',
  };
  for (const [format, text] of Object.entries(expected)) {
    await at('/r/shell/quarantine');
    const [answer] = await Promise.all([
      page.waitForResponse((each) => each.url().includes('format=')),
      page.getByRole('link', { name: format, exact: true }).click(),
    ]);
    assert.equal(await answer.text(), text);
  }
  await at('/r/shell/quarantine');
  await page.getByRole('link', { name: 'json', exact: true }).click();
  await page.getByText('"owner":"cleo"').waitFor();
});

test('a test is taken out of quarantine once that was confirmed', async () => {
  await at('/r/shell/quarantine');
  const standing = () => box.query('SELECT count(*) FROM test_quarantine WHERE removed_at IS NULL')[0];
  const dialog = page.getByRole('dialog', { name: 'Take it out of quarantine?' });
  for (const no of ['close', 'Keep it as it is']) {
    await page.getByRole('button', { name: 'take out alpha' }).click();
    await dialog.getByRole('button', { name: no }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  assert.equal(standing(), '2');
  await page.getByRole('button', { name: 'take out alpha' }).click();
  await dialog.getByRole('button', { name: 'Take it out' }).click();
  await page.getByRole('heading', { name: '1 test' }).waitFor();
  assert.equal(standing(), '1');
  const list = await box.fetch('/api/v1/repos/shell/quarantine?format=ids');
  assert.equal(await list.text(), 'tests/beta.sh::beta\n');
});

test('the fix of a cluster is proven for each of its tests, which share the risk, and they leave the list', async () => {
  await at('/r/shell/clusters');
  await page.locator('tr[data-row]', { hasText: 'lost' }).getByRole('link').click();
  await page.getByRole('heading', { name: '2 tests' }).waitFor();
  await page.locator('summary', { hasText: 'Prove its tests' }).click();
  const form = page.getByRole('form', { name: 'proof' });
  const submit = form.getByRole('button', { name: 'Start' });
  await form.getByLabel('risk').fill('1.5');
  await form.getByText('a number between 0 and 1').waitFor();
  assert.equal(await submit.isDisabled(), true);
  await form.getByLabel('risk').fill('0.1');
  await form.getByLabel('at commit').fill('nowhere');
  await submit.click();
  await form.getByRole('alert').getByText(/nowhere/).waitFor();
  assert.deepEqual(box.query('SELECT id FROM lab_experiments'), []);
  await form.getByLabel('at commit').fill('main');
  await submit.click();
  await page.getByRole('heading', { name: 'Experiments' }).waitFor();
  await asked('repo', 'shell');
  const started = box.query(
    "SELECT t.name, kind, question->>'risk', question->>'sha' FROM lab_experiments e JOIN test_tests t ON t.id = e.test_id");
  assert.deepEqual(started.toSorted(), ['alpha', 'beta'].map((name) => `${name}|prove|0.05|${shas[2]}`));
  await box.until('both proofs', () => box.query("SELECT id FROM lab_experiments WHERE verdict = 'fixed'").length === 2);
  await page.locator('tr[data-row]', { hasText: 'fixed' }).nth(1).waitFor();
  await at('/r/shell/flaky');
  await shown('delta');
  assert.deepEqual(errors.filter((text) => !/status of 40[04]/.test(text)), []);
});
