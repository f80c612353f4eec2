// Every control by which people are let in and shut out: tokens, sessions, the form that signs in and the button
// that signs out. What each of them does is looked up in the store, and tried with the token that was made.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, dialog;

const at = (path, where = page) => where.goto(`${box.url}${path}`);
const button = (name, within = page) => within.getByRole('button', { name, exact: true });
const sessions = (name) =>
  box.query(`SELECT s.id FROM login_sessions s JOIN login_tokens t ON t.id = s.token_id WHERE t.name = '${name}'`);
const me = async (token) => {
  const answer = await fetch(`${box.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } });
  return answer.status === 200 ? (await answer.json()).role : answer.status;
};
async function signIn(token, within = page) {
  await within.getByLabel('Token').fill(token);
  await button('Sign in', within).click();
}
async function make(name, role, days) {
  await page.getByLabel('For whom').fill(name);
  await page.getByLabel('Role').selectOption(role);
  await page.getByLabel('Expires').selectOption(days);
  await button('Make a token').click();
  await page.getByRole('status').getByText(`The token of ${name}.`).waitFor();
  return page.locator('.secret').textContent();
}
async function declined(opener) {
  for (const no of ['close', 'Keep it as it is']) {
    await opener.click();
    await button(no, dialog).click();
    await dialog.waitFor({ state: 'hidden' });
  }
}

before(async () => {
  await box.start();
  ({ context, page } = await openBrowser(errors, 20_000));
  dialog = page.locator('dialog[open]');
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('one signs in with a token, and stays where one was going; one signs out again', async () => {
  await at('/tokens');
  assert.equal(await button('Sign in').isDisabled(), true);
  await signIn('tl_no');
  await page.getByText('this token is not known here').waitFor();
  assert.deepEqual(sessions('admin'), []);
  await signIn(` ${box.token} `);
  await page.getByRole('heading', { name: 'Tokens and sessions' }).waitFor();
  assert.equal(sessions('admin').length, 1);
  await button('Sign out').click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.deepEqual(sessions('admin'), []);
  await at('/login');
  await signIn(box.token);
  await page.waitForURL(`${box.url}/`);
  await button('Sign out').waitFor();
  assert.equal(sessions('admin').length, 1);
});

test('a token of each role is made for each time, is shown once, and is good for what it says', async () => {
  await at('/tokens');
  assert.equal(await button('Make a token').isDisabled(), true);
  const wanted = [
    ['vera', 'viewer', '', ''],
    ['rob', 'runner', '1', '1'],
    ['ada', 'admin', '30', '30'],
    ['wall', 'viewer', '90', '90'],
    ['nightly', 'runner', '365', '365'],
  ];
  for (const [name, role, days] of wanted) {
    const token = await make(name, role, days);
    assert.match(token, /^tl_[0-9a-f]{64}$/);
    assert.equal(await me(token), role);
  }
  assert.deepEqual(
    box.query(`SELECT name, role, CAST(round((expires_at - created_at) / 86400000.0) AS INTEGER) FROM login_tokens
      WHERE name <> 'admin' ORDER BY id`),
    wanted.map(([name, role, , days]) => `${name}|${role}|${days}`),
  );
  const shown = await page.locator('.secret').textContent();
  await button('copy the token').click();
  await page.getByText('copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), shown);
  await button('I have it').click();
  await page.locator('.secret').waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('cell', { name: 'nightly', exact: true }).waitFor();
  assert.equal(await page.getByText(shown).count(), 0);
});

test('a token is revoked after a question, and is good for nothing from then on', async () => {
  const token = await make('gone', 'runner', '1');
  const revoked = () => box.query("SELECT id FROM login_tokens WHERE name = 'gone' AND revoked_at IS NOT NULL").length;
  const revoke = page.getByRole('button', { name: /^revoke token \d+ of gone$/ });
  await declined(revoke);
  assert.deepEqual([revoked(), await me(token)], [0, 'runner']);
  await revoke.click();
  await button('Revoke it', dialog).click();
  await page.getByRole('row', { name: /gone/ }).getByText('revoked').waitFor();
  assert.deepEqual([revoked(), await me(token)], [1, 401]);
  assert.equal(await revoke.count(), 0);
});

test('another browser’s session is ended, and what was typed there is not lost', async () => {
  const token = await make('eve', 'admin', '1');
  const there = [];
  const other = await openBrowser(there, 20_000);
  const theirs = other.page.locator('dialog[open]');
  await at('/tokens', other.page);
  await signIn(token, other.page);
  await other.page.getByLabel('For whom').fill('precious');
  const [session] = sessions('eve');
  const end = button(`end session ${session} of eve`);
  const ended = async () => {
    await end.click();
    await button('End it', dialog).click();
    await box.until('the session to be gone', () => sessions('eve').length === 0, 10);
    await theirs.getByText('Sign in again').waitFor();
  };
  await declined(end);
  assert.deepEqual(sessions('eve'), [session]);
  await ended();
  assert.equal(await me(token), 'admin');
  await signIn(token, theirs);
  await theirs.waitFor({ state: 'hidden' });
  assert.equal(await other.page.getByLabel('For whom').inputValue(), 'precious');
  assert.equal(sessions('eve').length, 1);
  await other.context.close();
  assert.deepEqual(there.filter((text) => !/status of 401|INCOMPLETE_CHUNKED/.test(text)), []);
});

test('one’s own session is ended, the dialog is closed to look at what is there, and one signs in anew', async () => {
  const [session] = sessions('admin');
  await button(`end session ${session} of admin`).click();
  await button('End it', dialog).click();
  const over = page.getByRole('dialog', { name: 'Your session has ended' });
  await over.waitFor();
  assert.deepEqual(sessions('admin'), []);
  await button('close', over).click();
  await over.waitFor({ state: 'hidden' });
  await page.getByRole('cell', { name: 'nightly', exact: true }).waitFor();
  await at('/login');
  await signIn(box.token);
  await page.waitForURL(`${box.url}/`);
  assert.equal(sessions('admin').length, 1);
  await at('/login');
  await page.getByText('You are signed in as admin.').waitFor();
  assert.deepEqual(errors.filter((text) => !/status of 401|INCOMPLETE_CHUNKED/.test(text)), []);
});
