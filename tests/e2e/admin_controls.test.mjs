// Every control of the pages of an operator: what is kept, the engine, and the audit. What each of them does is
// looked up in the store.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
const config = join(box.folder, 'server.yaml');
const second = join(box.folder, 'second.git');
const settings = 'workers: 2\nretention: {logs: {count: 1}}\n';
let context, page, dialog, sha;

const at = (path) => page.goto(`${box.url}${path}`);
const button = (name, within = page) => within.getByRole('button', { name, exact: true });
const one = (sql) => box.query(sql).join();
const rows = (within = page) =>
  within.locator('tr[data-row]').evaluateAll((all) => all.map((row) => Number(row.dataset.row)));

// Opens a question and says no to it, by each of the two buttons that do.
async function declined(opener) {
  for (const no of ['close', 'Keep it as it is']) {
    await opener.click();
    await button(no, dialog).click();
    await dialog.waitFor({ state: 'hidden' });
  }
}
async function answered(opener, yes) {
  await opener.click();
  await button(yes, dialog).click();
  await dialog.waitFor({ state: 'hidden' });
}

before(async () => {
  sha = box.commit(project(), 'something to test');
  box.push('main');
  execFileSync('git', ['clone', '-q', '--bare', box.bare, second]);
  writeFileSync(config, settings);
  await box.start('--config', config);
  await box.announce();
  await box.finished(sha);
  ({ context, page } = await openBrowser(errors, 20_000));
  dialog = page.locator('dialog[open]');
  await box.signIn(page);
});
after(async () => {
  await context?.close();
  await box.remove();
});

// First, for retention looks by itself a minute after the start.
test('what is kept for too long is listed, and goes once one says so', async () => {
  const logs = "SELECT count(*) FROM engine_holdings WHERE kind = 'log'";
  const removed = 'SELECT count(*) FROM engine_attempts WHERE log_removed_at IS NOT NULL';
  const kept = Number(one(logs));
  assert.ok(kept > 1, `${kept} logs`);
  await at('/retention');
  const going = page.getByRole('region', { name: 'What would go now', exact: true });
  await going.getByText('the oldest of more than 1').first().waitFor();
  assert.equal(await going.locator('tbody tr').count(), kept - 1);
  await declined(button('Remove it now'));
  assert.deepEqual([one(logs), one(removed)], [String(kept), '0']);
  await answered(button('Remove it now'), 'Remove it');
  await going.getByText('Nothing.').waitFor();
  assert.deepEqual([one(logs), one(removed)], ['1', String(kept - 1)]);
});

test('the configuration is read again, and what came of it is said', async () => {
  await at('/engine');
  const report = page.locator('.engine-report');
  const reads = async (text, said) => {
    writeFileSync(config, text);
    await button('Read the configuration again').click();
    await said.waitFor();
  };
  const names = "SELECT name FROM repo_repos WHERE standing = 'active' ORDER BY name";
  await reads(settings, report.getByText('nothing has changed'));
  await reads(`${settings}repos: [{path: ${second}, scan_depth: 5}]\n`, report.getByText('added: second'));
  assert.deepEqual(box.query(names), ['second', 'shell']);
  await reads(`${settings}repos: [{path: ${second}, scan_depth: 6}]\n`, report.getByText('changed: second'));
  assert.equal(one("SELECT scan_depth FROM repo_repos WHERE name = 'second'"), '6');
  await reads('repos: {}\n', page.getByText(/server\.yaml:1: /));
  assert.deepEqual(box.query(names), ['second', 'shell']);
  await reads(`${settings}port: 1\n`, report.getByText(/removed: second/));
  assert.deepEqual(box.query(names), ['shell']);
});

test('a drained engine starts nothing, what waits is cancelled, and it goes on when one resumes it', async () => {
  const draining = async () => (await box.api('/api/v1/status')).body.draining;
  const newest = "SELECT id, state, outcome FROM engine_tasks WHERE kind = 'run_tests' ORDER BY id DESC LIMIT 1";
  await declined(button('Drain…'));
  assert.equal(await draining(), false);
  await answered(button('Drain…'), 'Drain it');
  await page.getByText('Draining: what runs ends').waitFor();
  assert.equal(await draining(), true);
  const { body } = await box.post(`/api/v1/repos/shell/commits/${sha}/runs`, { times: 1 });
  assert.ok(body.request > 0, JSON.stringify(body));
  const waiting = page.getByRole('region', { name: 'Waiting, next first' });
  const cancel = waiting.getByRole('button', { name: /^cancel run tests, task / });
  await declined(cancel);
  const [task] = await rows(waiting);
  assert.equal(one(newest), `${task}|ready|`);
  await answered(cancel, 'Cancel it');
  await waiting.getByText('Nothing waits.').waitFor();
  assert.equal(one(newest), `${task}|finished|cancelled`);
  await button('Resume').click();
  await button('Drain…').waitFor();
  assert.equal(await draining(), false);
});

test('what runs is cancelled, and is ended in its container', async () => {
  const processes = (id) => spawnSync('docker', ['top', id], { encoding: 'utf8' }).stdout;
  const sleeps = () => box.leftovers().some((id) => processes(id).includes('sleep 300'));
  box.commit({ 'tests/slow.sh': 'sleep 300\n' }, 'a slow run');
  box.push('main');
  await box.announce();
  const running = page.getByRole('region', { name: 'Running', exact: true });
  const cancel = running.getByRole('button', { name: /^cancel run tests, task / });
  await cancel.waitFor();
  const [task] = await rows(running);
  const state = `SELECT state, outcome FROM engine_tasks WHERE id = ${task}`;
  await box.until('the test to begin', () => one(state) === 'running|' && sleeps());
  await declined(cancel);
  assert.equal(one(state), 'running|');
  await answered(cancel, 'Cancel it');
  await running.getByText('Nothing runs.').waitFor();
  await box.until('it to be gone', () => one(state) === 'finished|cancelled' && !sleeps(), 20);
  await page.getByRole('region', { name: 'Finished, newest first' }).getByText('a slow run').first().waitFor();
});

test('the audit is read to its end and back, and narrowed to who did what', async () => {
  const made = execFileSync(program, ['token', 'create', 'ada', '--role', 'admin', '--server', box.url]);
  const headers = { Authorization: `Bearer ${made.toString().trim()}` };
  for (let i = 0; i < 30; i++) {
    for (const what of ['drain', 'resume']) assert.ok((await box.post(`/api/v1/${what}`, {}, headers)).status < 300);
  }
  const stored = (where) => box.query(`SELECT id FROM engine_audit WHERE ${where} ORDER BY id DESC`).map(Number);
  const shown = (what, ids) => box.until(what, async () => (await rows()).join() === ids.join(), 20);
  const all = stored('1');
  await at('/audit');
  await shown('the newest entries', all.slice(0, 50));
  await button('Older').click();
  await shown('the older ones', all.slice(50, 100));
  await page.waitForURL(`${box.url}/audit?before=${all[49]}`);
  await button('Newest').click();
  await shown('the newest again', all.slice(0, 50));
  await page.getByLabel('What').selectOption('drain');
  await shown('drains', stored("action = 'drain'"));
  await page.getByLabel('Who').selectOption('ada');
  await shown('her drains', stored("action = 'drain' AND who = 'ada'"));
  await page.waitForURL((url) => url.searchParams.get('who') + url.searchParams.get('action') === 'adadrain');
  await page.getByLabel('What').selectOption('cancel');
  await page.getByText('There is no such entry.').waitFor();
  await page.getByLabel('Who').selectOption('');
  await shown('what was cancelled', stored("action = 'cancel'"));
  await page.getByLabel('What').selectOption('');
  await shown('everything', all.slice(0, 50));
  assert.deepEqual(errors.filter((text) => !/status of 400/.test(text)), []);
});
