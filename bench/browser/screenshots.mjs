// screenshots.mjs URL FOLDER [LOOK...]: pictures of every page of the server, wide, on a phone and dark. Which commit, test and run
// are shown is looked up: what flakes most is what there is most to see of.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser } from './chromium.mjs';
import { small } from './png.mjs';

const [base, folder, ...chosen] = process.argv.slice(2);
const looks = {
  wide: { width: 1440, height: 900, dark: false },
  phone: { width: 390, height: 844, dark: false },
  dark: { width: 1440, height: 900, dark: true },
};
const most_bytes = 150_000;

// The admin's, where the server tells who asks from its own machine.
async function localToken() {
  const { error } = await (await fetch(`${base}/api/v1/me`)).json();
  return error?.token_file ? readFileSync(error.token_file, 'utf8').trim() : undefined;
}
const token = process.env.TESTLOOPER_TOKEN ?? (await localToken());

const get = async (path) => {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(`${base}/api/v1${path}`, { headers });
  if (!answer.ok) throw new Error(`${path}: ${(await answer.json()).error.message}`);
  return answer.json();
};

// Runs come as differences.
const runsOf = ({ id, outcome }) => {
  let sum = 0;
  return id.map((difference, i) => ({ id: (sum += difference), outcome: outcome[i] }));
};

async function pages() {
  const { repos } = await get('/repos');
  const repo = repos[0]?.name;
  if (!repo) return { repos: '/' };
  const at = `/r/${encodeURIComponent(repo)}`;
  const api = `/repos/${encodeURIComponent(repo)}`;
  const { commits, rows } = await get(`${api}/branch?limit=30`);
  const flaky = await get(`${api}/flaky`);
  const test = flaky.tests[0]?.test ?? rows[0]?.test;
  const failing = commits.find((commit) => commit.flaky > 0) ?? commits[0];
  const history = test === undefined ? undefined : runsOf((await get(`${api}/tests/${test}`)).runs);
  const failed = history?.find((run) => run.outcome === 'F') ?? history?.[0];
  const run = failed && (await get(`/runs/${failed.id}`));
  const passed = run?.siblings.find((each) => each.outcome === 'passed');
  const { experiments } = await get('/experiments');
  return {
    repos: '/',
    branch: at,
    commit: failing && `${at}/c/${failing.sha}`,
    test: test && `${at}/t/${test}`,
    run: run && `/runs/${run.run.id}`,
    beside: passed && `/runs/${run.run.id}?beside=${passed.id}`,
    task: run && `/tasks/${run.run.task}`,
    flaky: `${at}/flaky`,
    clusters: `${at}/clusters`,
    quarantine: `${at}/quarantine`,
    compare: commits[1] && `${at}/compare?head=${commits[0].sha}&base=${commits[1].sha}`,
    rules: `${at}/rules`,
    settings: `${at}/settings`,
    experiments: '/experiments',
    ...Object.fromEntries(experiments.slice(0, 4).map(({ kind, id }) => [kind, `/experiments/${id}`])),
    engine: '/engine',
    retention: '/retention',
    audit: '/audit',
    tokens: '/tokens',
  };
}

const browser = await Browser.start();
if (token) await browser.signIn(base, token);
const wanted = Object.entries(await pages()).filter(([, path]) => path);
let too_large = 0;
for (const [look, { width, height, dark }] of Object.entries(looks)) {
  if (chosen.length > 0 && !chosen.includes(look)) continue;
  for (const [name, path] of wanted) {
    const page = await browser.open('', dark);
    await page.setViewportSize({ width, height });
    await page.goto(base + path);
    await page.waitForSelector('main :is(h1, .empty)');
    await page.waitForFunction(() => document.querySelector('.live')?.textContent === 'live');
    await page.waitForTimeout(600); // what a page asks for once it is there: charts, logs
    const picture = small(await page.screenshot({ animations: 'disabled' }));
    writeFileSync(join(folder, `${name}${look === 'wide' ? '' : `-${look}`}.png`), picture);
    if (picture.length > most_bytes) ++too_large;
    console.log(`${name} ${look}: ${Math.round(picture.length / 1024)} KB`);
    await page.close();
  }
}
for (const error of browser.errors) console.log(`console: ${error}`);
await browser.stop();
process.exitCode = too_large > 0 || browser.errors.length > 0 ? 1 : 0;
