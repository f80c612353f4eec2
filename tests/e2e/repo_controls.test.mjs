// Every control of the repositories' page and of a repository's settings, on a server that begins with nothing:
// what each of them does is looked up in the store.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const second = join(box.folder, 'second.git');
let context, page, dialog;

// The harness's own start names a repository.
async function startWithNone() {
  box.output = '';
  box.daemon = spawn(program, ['serve', '--data-dir', box.data, '--port', String(box.port)], { stdio: 'ignore' });
  box.ended = new Promise((resolve) => box.daemon.once('exit', resolve));
  await box.until('the daemon to serve', async () => (await fetch(`${box.url}/readyz`).catch(() => null))?.ok);
}
const at = (path) => page.goto(`${box.url}${path}`);
const button = (name, within = page) => within.getByRole('button', { name, exact: true });
const standing = (name) => box.query(`SELECT standing FROM repo_repos WHERE name = '${name}'`).join();
const stands = (name, how) => box.until(`${name} to be ${how || 'gone'}`, () => standing(name) === how);
const head = (repo, branch) =>
  box.query(`SELECT b.sha FROM repo_branches b JOIN repo_repos r ON r.id = b.repo_id
    WHERE r.name = '${repo}' AND b.name = '${branch}'`).join();

// Opens a question and says no to it, by each of the two buttons that do.
async function declined(opener) {
  for (const no of ['close', 'Keep it as it is']) {
    await opener.click();
    await button(no, dialog).click();
    await dialog.waitFor({ state: 'hidden' });
  }
}

before(async () => {
  box.commit(project(), 'something to test');
  box.push('main');
  execFileSync('git', ['clone', '-q', '--bare', box.bare, second]);
  await startWithNone();
  ({ context, page } = await openBrowser(errors, 20_000));
  dialog = page.locator('dialog[open]');
  await page.goto(execFileSync(program, ['login', '--server', box.url], { encoding: 'utf8' }).trim());
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('a new server asks for its first repository, and the command for its hook is copied and works', async () => {
  await page.getByRole('heading', { name: 'No repository yet' }).waitFor();
  assert.equal(await button('Add the repository').isDisabled(), true);
  await page.getByLabel('path or URL').fill(box.bare);
  assert.equal(await page.getByLabel('name', { exact: true }).getAttribute('placeholder'), 'shell');
  await button('Add the repository').click();
  await page.getByRole('link', { name: 'shell', exact: true }).waitFor();
  assert.deepEqual(box.query('SELECT name, source, origin, standing FROM repo_repos'), [`shell|${box.bare}|api|active`]);
  await button('copy the command').click();
  await page.getByText('copied').waitFor();
  // What was copied is what one pastes into a shell: from then on a push is seen with no look at the repository.
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  execFileSync('sh', ['-c', copied.replace(/^testlooper /, `'${program}' `)], { stdio: 'pipe' });
  const pushed = box.commit({ 'tests/pushed.sh': 'exit 0\n' }, 'announced by the hook');
  box.push('main');
  await box.until('the push to be seen', () => head('shell', 'main') === pushed, 20);
  await button('hide').click();
  await page.getByText('testlooper hook install').waitFor({ state: 'detached' });
});

test('another one is added as all fields of its form say; a form that is cancelled adds nothing', async () => {
  const fill = async () => {
    await button('Add a repository').click();
    await page.getByLabel('path or URL').fill(second);
  };
  await fill();
  await button('Cancel').click();
  await page.getByLabel('path or URL').waitFor({ state: 'detached' });
  assert.equal(standing('second') + standing('other'), '');
  await fill();
  const settings = { name: 'other', 'primary branch': 'trunk', 'config file': 'ci/config.yaml', 'branch prefix': 'tr' };
  await page.getByText('More settings').click();
  for (const [label, text] of Object.entries(settings)) await page.getByLabel(label).first().fill(text);
  await page.getByLabel('fetch period, seconds').fill('often');
  await page.getByText('a number from 0 to 2,592,000').waitFor();
  await page.getByLabel('fetch period, seconds').fill('120');
  await page.getByLabel('scan depth, commits').fill('7');
  await button('Add the repository').click();
  await page.getByText('other is added').waitFor();
  await page.getByLabel('path or URL').waitFor({ state: 'detached' });
  assert.deepEqual(
    box.query(`SELECT source, configured_primary, fetch_period_s, config_path, branch_prefix, scan_depth
      FROM repo_repos WHERE name = 'other'`),
    [`${second}|trunk|120|ci/config.yaml|tr|7`],
  );
});

test('the settings of a repository are saved, each of them, and shown as they were saved', async () => {
  await page.getByRole('link', { name: 'settings of other' }).click();
  const form = page.getByRole('form', { name: 'settings' });
  const labels = ['primary branch', 'fetch period, seconds', 'config file', 'branch prefix', 'scan depth, commits'];
  const save = async (values) => {
    for (const [i, label] of labels.entries()) await form.getByLabel(label).fill(values[i]);
    await button('Save').click();
    await form.getByText('saved').waitFor();
    return box.query(`SELECT configured_primary, fetch_period_s, config_path, branch_prefix, scan_depth
      FROM repo_repos WHERE name = 'other'`);
  };
  const shown = () => Promise.all(labels.map((label) => form.getByLabel(label).inputValue()));
  await form.waitFor();
  assert.deepEqual(await shown(), ['trunk', '120', 'ci/config.yaml', 'tr', '7']);
  const values = ['main', '86400', '.testlooper/config.yaml', 'ma', '9'];
  assert.deepEqual(await save(values), [values.join('|')]);
  await page.reload();
  await form.waitFor();
  assert.deepEqual(await shown(), values);
  // What is left empty is the default again. The period stays, so that nobody looks at it before the next test does.
  const config = '.testlooper/config.yaml';
  assert.deepEqual(await save(['', '', '', '', '']), [`|0|${config}||0`]);
  assert.deepEqual(await save(['main', '86400', config, 'ma', '']), [`main|86400|${config}|ma|0`]);
});

test('a repository is looked at when one asks, though nobody has announced the push', async () => {
  await box.until('its head to be seen', () => head('other', 'main') !== '');
  const sha = box.commit({ 'tests/later.sh': 'exit 0\n' }, 'not announced');
  execFileSync('git', ['-C', box.clone, 'push', '-q', second, 'main'], { stdio: 'pipe' });
  assert.notEqual(head('other', 'main'), sha);
  await button('Look at it now').click();
  await page.getByText('it is being looked at').waitFor();
  await box.until('the new head to be seen', () => head('other', 'main') === sha, 20);
});

test('a repository is removed after a question, tested again, and its data are deleted once its name is typed', async () => {
  const tests = "SELECT count(*) FROM test_tests t JOIN repo_repos r ON r.id = t.repo_id WHERE r.name = 'other'";
  await declined(button('Remove the repository'));
  assert.equal(standing('other'), 'active');
  await button('Remove the repository').click();
  await button('Remove it', dialog).click();
  await page.getByRole('heading', { level: 1, name: 'Repositories' }).waitFor();
  await stands('other', 'removed');
  const removed = page.getByRole('region', { name: 'Removed' });
  await button('Test it again', removed).click();
  await removed.waitFor({ state: 'detached' });
  await stands('other', 'active');
  assert.deepEqual(
    box.query("SELECT configured_primary, fetch_period_s, branch_prefix FROM repo_repos WHERE name = 'other'"),
    ['main|86400|ma'],
    'with the settings that it had',
  );

  await at('/r/other/settings');
  await button('Remove the repository').click();
  await button('Remove it', dialog).click();
  await declined(button('delete the data of other', removed));
  assert.equal(standing('other'), 'removed');
  await button('delete the data of other', removed).click();
  assert.equal(await button('Delete for ever', dialog).isDisabled(), true);
  await dialog.getByLabel('Type other to confirm').fill('other');
  await button('Delete for ever', dialog).click();
  await stands('other', '');
  assert.deepEqual(box.query(tests), ['0']);
});

test('a repository is removed with its data by one question, and the page is a new server’s again', async () => {
  await at('/r/shell/settings');
  await declined(button('Remove it and delete its data'));
  assert.equal(standing('shell'), 'active');
  await button('Remove it and delete its data').click();
  await dialog.getByLabel('Type shell to confirm').fill('shell');
  await button('Delete for ever', dialog).click();
  await page.getByRole('heading', { name: 'No repository yet' }).waitFor();
  await stands('shell', '');
  assert.deepEqual(box.query('SELECT count(*) FROM repo_commits'), ['0']);
  assert.deepEqual(errors, []);
});
