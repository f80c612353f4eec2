// Who may ask a real daemon: its first token, the one-click address in a real browser, roles, the audit, and what
// a restart and a revocation lead to.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Sandbox, program, project } from './harness.mjs';

const box = new Sandbox();
const errors = [];
let context, page, sha;

const environment = (token) => {
  const clean = { ...process.env };
  delete clean.TESTLOOPER_TOKEN;
  return token ? { ...clean, TESTLOOPER_TOKEN: token } : clean;
};
function cli(words, token) {
  const options = { encoding: 'utf8', env: environment(token) };
  const { status, stdout, stderr } = spawnSync(program, [...words, '--server', box.url], options);
  return { status, stdout, stderr };
}
const made = (name, role) => cli(['token', 'create', name, '--role', role]).stdout.trim();
const asked = (path, token, options = {}) =>
  fetch(box.url + path, { ...options, headers: { Authorization: `Bearer ${token}`, ...options.headers } });

before(async () => {
  box.installHook();
  await box.start();
  sha = box.commit(project(), 'something to test');
  box.push('main');
  await box.until('the hook to announce it', async () => (await box.page(sha))?.commit);
  await box.finished(sha);
  ({ context, page } = await openBrowser(errors, 20_000));
});
after(async () => {
  await context?.close();
  await box.remove();
});

test('the first token is in a file that nobody else can read, and only its hash is in the store', () => {
  const file = join(box.data, 'admin-token');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(box.token, /^tl_[0-9a-f]{64}$/);
  const rows = box.query('SELECT hash, name, role, created_by FROM login_tokens');
  assert.deepEqual(rows.map((row) => row.split('|').slice(1).join(' ')), ['admin admin server']);
  assert.equal(rows.join().includes(box.token.slice(3)), false);
});

test('nothing but health and files is for nobody; the hook has announced its push all the same', async () => {
  for (const path of ['/api/v1/repos', '/api/v1/events', '/api/v1/openapi.json', `/api/v1/repos/shell/commits/${sha}`]) {
    const answer = await fetch(box.url + path);
    assert.equal(answer.status, 401, path);
    assert.match((await answer.json()).error.message, /sign in/);
  }
  for (const path of ['/healthz', '/readyz', '/', '/login']) assert.equal((await fetch(box.url + path)).status, 200, path);
});

test('the address that the start prints signs a browser in once, and the audit has it', async () => {
  const [address] = /http\S+#code=\S+/.exec(box.output);
  await page.goto(address);
  await page.getByRole('heading', { name: 'Repositories' }).waitFor();
  assert.equal(page.url(), `${box.url}/`);
  await page.getByRole('link', { name: 'shell', exact: true }).click();
  await page.getByText('something to test').first().waitFor();
  const cookies = await context.cookies();
  const [cookie] = cookies.filter((each) => each.name.startsWith('testlooper_session'));
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  assert.equal(box.query(`SELECT 1 FROM login_sessions WHERE hash = '${cookie.value}'`).length, 0);
  await page.goto(`${address}`);
  await page.getByText('was used already').waitFor();
  assert.deepEqual(box.query("SELECT who, subject, detail FROM engine_audit WHERE action = 'session'"),
    ['admin|token 1 of admin|signed in']);
});

test('a token of each role does what the role may, and the audit says its name', async () => {
  const [vera, rob] = [made('vera', 'viewer'), made('rob', 'runner')];
  assert.equal(cli(['status'], vera).status, 0);
  const refused = cli(['run', 'shell', 'main'], vera);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /needs the role runner, and vera is a viewer/);
  assert.equal(cli(['run', 'shell', 'main', '--wait'], rob).status, 0);
  assert.match(cli(['drain'], rob).stderr, /needs the role admin/);
  assert.match(cli(['audit', '--who', 'rob'], vera).stdout, / rob  request /);
  assert.equal(box.query("SELECT count(*) FROM engine_audit WHERE who = 'vera'")[0], '0');
  const stream = await asked('/api/v1/events', vera);
  assert.equal(stream.status, 200);
  const reader = stream.body.getReader();
  await reader.read();
  assert.equal(cli(['token', 'revoke', 'vera']).status, 0);
  for (let part = await reader.read(); !part.done; part = await reader.read());
  assert.equal((await asked('/api/v1/repos', vera)).status, 401);
});

test('a page makes a token; whoever is signed in by it sees what it may', async () => {
  await page.goto(`${box.url}/tokens`);
  await page.getByLabel('For whom').fill('wall');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const token = await page.locator('.secret').textContent();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('form[aria-label="sign in"] input').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Tokens are an admin').waitFor();
  await page.goto(`${box.url}/engine`);
  assert.equal(await page.getByRole('button', { name: 'Drain…' }).isDisabled(), true);
  assert.deepEqual(box.query("SELECT name, role FROM login_tokens WHERE name = 'wall'"), ['wall|viewer']);
  assert.deepEqual(errors.filter((text) => !/40[13]/.test(text)), []);
});

test('sessions and tokens outlive a restart; a lost file is made anew, and what it held is worth nothing', async () => {
  const before = box.token;
  await box.kill('SIGKILL');
  await box.start();
  assert.equal(box.token, before);
  await page.reload();
  await page.locator('.who').getByText('wall').waitFor();
  await box.kill();
  rmSync(join(box.data, 'admin-token'));
  await box.start();
  assert.notEqual(box.token, before);
  assert.equal((await asked('/api/v1/repos', before)).status, 401);
  assert.equal((await box.fetch('/api/v1/repos')).status, 200);
});

test('an open address needs a login, and with one it serves', async () => {
  await box.kill();
  const config = join(box.folder, 'server.yaml');
  writeFileSync(config, 'bind_address: 0.0.0.0\nauth: off\n');
  const words = ['serve', '--config', config, '--repo', box.bare, '--data-dir', box.data, '--port', String(box.port)];
  const refused = spawnSync(program, words, { encoding: 'utf8' });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /server\.yaml:1: 'bind_address' must be a loopback address/);
  writeFileSync(config, 'bind_address: 0.0.0.0\n');
  await box.start('--config', config);
  assert.equal((await box.fetch('/api/v1/repos')).status, 200);
  assert.match(box.output, /put TLS in front/);
  await box.kill();
  await box.start('--auth', 'off');
  assert.equal((await fetch(`${box.url}/api/v1/repos`)).status, 200);
  assert.match(box.output, /auth is off/);
  await page.goto(box.url);
  await page.getByText('no login: everybody here is admin').waitFor();
  assert.equal(existsSync(join(box.data, 'admin-token')), true);
  assert.equal(execFileSync(program, ['status', '--server', box.url], { encoding: 'utf8', env: environment() }).length > 0, true);
});
