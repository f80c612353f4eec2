// A daemon, a repository and a clone to push from, each in a folder that goes with the test.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = process.env.TESTLOOPER;
export const image = 'testlooper-demo-base:1';

const gitEnvironment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

export function git(folder, ...words) {
  return execFileSync('git', ['-C', folder, ...words], {
    env: gitEnvironment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export function docker(...words) {
  return execFileSync('docker', words, { encoding: 'utf8' }).trim();
}

// A suite of shell tests on busybox; `files` come on top, or replace.
export function project(files = {}) {
  return {
    '.testlooper/config.yaml': `version: 1
name: shell
image: {docker: {image: "${image}"}}
command: cp .testlooper/plan.yaml "$TEST_PLAN_OUTPUT"
`,
    '.testlooper/plan.yaml': `version: 1
environments:
  shell: {image: {docker: {image: "${image}"}}, variables: {WHERE: "\${REPO_ROOT}"}}
suites:
  unit:
    kind: unit
    environment: shell
    list-tests: sh list.sh
    run-tests: sh run.sh
    timeout: 60
`,
    'list.sh': "for t in tests/*.sh; do echo \"$(basename $t .sh): {path: $t, labels: [shell]}\"; done\n",
    'run.sh': `one() {
  if out=$(sh "$1" 2>&1); then verdict=; else verdict="<failure message=\\"exit $?\\">$out</failure>"; fi
  echo "<testcase file=\\"$1\\" name=\\"$(basename $1 .sh)\\" time=\\"0.01\\">$verdict</testcase>"
}
{
  echo '<testsuite>'
  if [ -n "$TEST_INPUT" ]; then
    while IFS= read -r id; do one "\${id%%::*}"; done < "$TEST_INPUT"
  else
    for t in tests/*.sh; do one "$t"; done
  fi
  echo '</testsuite>'
} > "$TEST_OUTPUT"
echo ran; echo complained >&2
`,
    'tests/good.sh': 'exit 0\n',
    ...files,
  };
}

export class Sandbox {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'testlooper-e2e-'));
    this.bare = join(this.folder, 'shell.git');
    this.clone = join(this.folder, 'clone');
    this.data = join(this.folder, 'data');
    // Below those that the kernel gives to connections: one of them may be in use.
    this.port = 12000 + (process.pid % 20000);
    this.url = `http://127.0.0.1:${this.port}`;
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', this.bare]);
    execFileSync('git', ['clone', '-q', this.bare, this.clone], { stdio: 'ignore' });
    git(this.clone, 'checkout', '-q', '-B', 'main');
  }

  // What the daemon's store says, a row a line.
  query(sql) {
    const words = ['-readonly', join(this.data, 'testlooper.db'), sql];
    return execFileSync('sqlite3', words, { encoding: 'utf8' }).trim().split('\n').filter(Boolean);
  }

  // Containers of this daemon that are still there; others may use the same docker.
  leftovers() {
    const [id] = this.query('SELECT id FROM engine_instance');
    return docker('ps', '-aq', '--filter', `label=testlooper.instance=${id}`).split('\n').filter(Boolean);
  }

  // Commits these files (null deletes one) on the clone's branch; returns the id.
  commit(files, message = 'a change') {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.clone, name);
      if (content === null) {
        rmSync(path, { recursive: true });
      } else {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
    }
    git(this.clone, 'add', '-A');
    git(this.clone, 'commit', '-q', '--allow-empty', '-m', message);
    return git(this.clone, 'rev-parse', 'HEAD');
  }

  push(...words) {
    return git(this.clone, 'push', '-q', 'origin', ...words);
  }

  installHook() {
    execFileSync(program, ['hook', 'install', this.bare, '--server', this.url], { stdio: 'pipe' });
  }

  async start(...words) {
    this.daemon = spawn(
      program,
      ['serve', '--repo', this.bare, '--data-dir', this.data, '--port', String(this.port), ...words],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.output = '';
    this.daemon.stdout.on('data', (text) => (this.output += text));
    this.daemon.stderr.on('data', (text) => (this.output += text));
    this.ended = new Promise((resolve) => this.daemon.once('exit', resolve));
    await this.until('the daemon to serve', async () => {
      if (this.daemon.exitCode !== null) throw new Error(`the daemon ended:\n${this.output}`);
      return (await fetch(`${this.url}/readyz`).catch(() => null))?.ok;
    });
  }

  async kill(signal = 'SIGTERM') {
    if (!this.daemon || this.daemon.exitCode !== null || this.daemon.signalCode !== null) return;
    this.daemon.kill(signal);
    await this.ended;
  }

  async remove() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // The admin's token, as the daemon left it for who owns the data folder.
  get token() {
    return readFileSync(join(this.data, 'admin-token'), 'utf8').trim();
  }

  // As the admin; a webhook shows no token.
  fetch(path, { headers, ...options } = {}) {
    const who = path.startsWith('/git_updater') ? {} : { Authorization: `Bearer ${this.token}` };
    return fetch(`${this.url}${path}`, { ...options, headers: { ...who, ...headers } });
  }

  // Opens a one-click address in the page's browser, which is the admin's from then on.
  async signIn(page) {
    await page.goto(execFileSync(program, ['login', '--server', this.url], { encoding: 'utf8' }).trim());
    await page.getByRole('heading', { name: 'Repositories' }).waitFor();
  }

  async api(path, options) {
    const answer = await this.fetch(path, options);
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  post(path, body, headers = {}) {
    return this.api(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  announce(ref = 'refs/heads/main') {
    return this.post('/git_updater', { repo: 'shell', ref });
  }

  async page(sha) {
    return (await this.api(`/api/v1/repos/shell/commits/${sha}`)).body;
  }

  // The commit's page once nothing more will happen to it.
  async finished(sha, seconds = 120) {
    return await this.until(
      `commit ${sha} to be done`,
      async () => {
        const page = await this.page(sha);
        return page?.commit && !['waiting', 'running', 'untested'].includes(page.commit.status) && page;
      },
      seconds,
    );
  }

  // Asks again with each change that the daemon tells of, and each second.
  async until(what, ask, seconds = 60) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const found = await ask();
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export function outcomes(page) {
  return Object.fromEntries(page.tests.map((test) => [test.name, test.verdict]));
}
