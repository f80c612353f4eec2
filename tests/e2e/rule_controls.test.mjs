// Every control of a repository's branch rules: what its form says is looked up in the store.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, dialog, form;

const button = (name, within = page) => within.getByRole('button', { name, exact: true });
const stored = (columns) => box.query(`SELECT ${columns} FROM test_rules ORDER BY position`);
const filter = () => JSON.parse(stored('filter')[0]);
const order = (...names) => box.until(`the order ${names}`, () => stored('branches').join() === names.join());
const part = (name) => form.getByRole('group', { name, exact: true });
const choose = (name, choice) => part(name).locator('select').selectOption(choice);
// Looks with each frame: a locator's own waits grow to half a second, and there are many here.
const matching = (count) => page.waitForFunction(
  (text) => document.querySelector('.matches')?.textContent.startsWith(text),
  `${count} of 3 tests match at the newest commit of main`,
);

// `told` is what the list says of the rule from then on: a form begins with what the list has.
async function change(branches, told, fill) {
  await button(`change ${branches}`).click();
  form = page.getByRole('form', { name: /^rule \d+$/ });
  await fill();
  await button('Save', form).click();
  await form.waitFor({ state: 'detached' });
  await page.locator('.rules li').first().getByText(told).waitFor();
}

before(async () => {
  const sha = box.commit(project({ 'tests/better.sh': 'exit 0\n', 'tests/bad.sh': 'exit 1\n' }), 'three tests');
  box.push('main');
  await box.start();
  await box.announce();
  await box.finished(sha);
  ({ context, page } = await openBrowser(errors, 20_000));
  dialog = page.locator('dialog[open]');
  form = page.getByRole('form', { name: 'a new rule' });
  await box.signIn(page);
  await page.goto(`${box.url}/r/shell/rules`);
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('each part of a filter narrows the tests that are shown to match, as one types', async () => {
  await button('Add a rule').click();
  await matching(3);
  const typed = { suites: ['unit', 3], labels: ['she', 3], paths: ['tests/b', 2], tests: ['tests/good.sh::good', 1] };
  for (const [name, [text, count]] of Object.entries(typed)) {
    await choose(name, 'none');
    await matching(0);
    await choose(name, 'these');
    await part(name).locator('textarea').fill(text);
    await matching(count);
    await choose(name, 'any');
    await matching(3);
  }
  await form.getByLabel('regular expression').fill('be.*r$');
  await matching(1);
  await form.getByRole('status').getByText('better', { exact: true }).waitFor();
  await form.getByLabel(/^branches/).fill('never/*');
  await button('Cancel', form).click();
  await form.waitFor({ state: 'detached' });
  assert.deepEqual(stored('branches'), ['*']);
});

test('a rule is stored with all that its form says, in front of the others', async () => {
  await button('Add a rule').click();
  assert.equal(await button('Add the rule', form).isDisabled(), true);
  await form.getByLabel(/^branches/).fill('release/*');
  for (const [name, text] of [['suites', 'unit'], ['labels', 'she\nlab'], ['paths', 'tests/b']]) {
    await choose(name, 'these');
    await part(name).locator('textarea').fill(text);
  }
  await choose('tests', 'none');
  await form.getByLabel('regular expression').fill('b.d');
  const counts = { runs: '2', 'if it failed': '10', 'if it flakes': '20', 'if it is new': '5' };
  for (const [label, text] of Object.entries(counts)) await form.getByLabel(new RegExp(`^${label}`)).fill(text);
  await form.getByLabel(/no longer a branch's newest/).uncheck();
  await form.getByLabel(/^schedule/).fill('0 3 * *');
  await form.getByLabel('more runs each time').fill('50');
  await form.getByLabel(/^of/).selectOption('flaky');
  await form.getByLabel(/^at most, of each test/).fill('40');
  await button('Add the rule', form).click();
  await form.getByText('schedule: must be five fields').waitFor();
  await form.getByLabel(/^schedule/).fill('0 3 * * *');
  await button('Add the rule', form).click();
  await form.waitFor({ state: 'detached' });
  const [first, ...others] = stored(`branches, runs, fail_runs, flake_runs, new_runs, superseded, schedule, schedule_runs,
    schedule_only, idle_runs`);
  assert.equal(first, 'release/*|2|10|20|5|0|0 3 * * *|50|flaky|40');
  assert.equal(others.length, 1);
  assert.deepEqual(filter(), {
    suites: ['unit'], labels: ['she', 'lab'], paths: ['tests/b'], tests: [], regex: 'b.d',
  });
  await page.getByText('at 0 3 * * * (UTC): 50 more runs of known flakes').waitFor();
});

test('a rule is changed, and what is not touched stays; a change that is cancelled is none', async () => {
  await change('release/*', /in idle room$/, () => form.getByLabel(/no longer a branch's newest/).check());
  assert.equal(stored('superseded')[0], '1');
  const kinds = { failed: 'failed tests', new: 'new tests', all: 'all tests', flaky: 'known flakes' };
  for (const [only, words] of Object.entries(kinds)) {
    await change('release/*', `50 more runs of ${words}`, () => form.getByLabel(/^of/).selectOption(only));
    assert.equal(stored('schedule_only')[0], only);
  }
  await change('release/*', /if it is new$/, async () => {
    await choose('tests', 'these');
    await part('tests').locator('textarea').fill('tests/bad.sh::bad');
    await choose('labels', 'any');
    await form.getByLabel(/^schedule/).fill('');
    await form.getByLabel('more runs each time').fill('');
    await form.getByLabel(/^at most, of each test/).fill('');
  });
  const left = 'runs, fail_runs, superseded, schedule, schedule_runs, schedule_only, idle_runs';
  assert.equal(stored(left)[0], '2|10|1||0|flaky|0');
  assert.deepEqual(filter(), {
    suites: ['unit'], labels: null, paths: ['tests/b'], tests: ['tests/bad.sh::bad'], regex: 'b.d',
  });
  await button('change release/*').click();
  assert.equal(await part('tests').locator('textarea').inputValue(), 'tests/bad.sh::bad');
  await form.getByLabel(/^runs/).fill('99');
  await button('Cancel', form).click();
  await form.waitFor({ state: 'detached' });
  assert.equal(stored(left)[0], '2|10|1||0|flaky|0');
});

test('rules are moved later and earlier, and the first that fits a branch is what is wanted of it', async () => {
  await change('release/*', 'mai?', () => form.getByLabel(/^branches/).fill('mai?'));
  const wanted = async () => {
    const { body } = await box.api('/api/v1/repos/shell/commits/main');
    return body.desired.filter((each) => each.source === 'branch_rule').map((each) => [each.runs, each.fail_runs]).join();
  };
  await box.until('the rule to hold for main', async () => (await wanted()) === '2,10');
  await button('later: mai?').click();
  await order('*', 'mai?');
  await box.until('the other to hold', async () => (await wanted()) === '1,0');
  await button('earlier: mai?').click();
  await order('mai?', '*');
  await box.until('it to hold again', async () => (await wanted()) === '2,10');
  await page.locator('.rules li').first().getByText('mai?').waitFor();
  assert.equal(await button('earlier: mai?').isDisabled(), true);
  assert.equal(await button('later: *').isDisabled(), true);
});

test('what was just saved is what is changed next', async () => {
  await button('change mai?').click();
  await form.getByLabel(/^runs/).fill('3');
  await button('Save', form).click();
  await form.waitFor({ state: 'detached' });
  await button('change mai?').click();
  assert.equal(await form.getByLabel(/^runs/).inputValue(), '3');
  await form.getByLabel(/^if it failed/).fill('11');
  await button('Save', form).click();
  await form.waitFor({ state: 'detached' });
  assert.equal(stored('runs, fail_runs')[0], '3|11');
});

test('a rule is removed after a question that can be answered with no; the last one stays', async () => {
  for (const no of ['close', 'Keep it as it is']) {
    await button('remove mai?').click();
    await button(no, dialog).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  await order('mai?', '*');
  await button('remove mai?').click();
  await button('Remove it', dialog).click();
  await dialog.waitFor({ state: 'hidden' });
  await order('*');
  assert.deepEqual(errors.filter((text) => !/status of 400/.test(text)), []);
  await button('remove *').click();
  await button('Remove it', dialog).click();
  await dialog.getByText('a repository keeps at least one rule').waitFor();
  await button('Keep it as it is', dialog).click();
  assert.deepEqual(stored('branches'), ['*']);
});
