// web.mjs URL TASK [PART...]: what a reader of the pages waits for, at a daemon on the large store; TASK has a log
// of 100 MB. The parts are below.
import { readFileSync } from 'node:fs';
import { axe, Browser, click, mainThread, scrollFrames, shifts, usableAsked, visit } from './chromium.mjs';
import { median, quantile, Table } from './table.mjs';

const [base, long_task, ...chosen] = process.argv.slice(2);
const rounds = 5;
const matrix = '/r/large?commits=200';

// The daemon's own token, in a file, as the shell around this knows it.
const token = readFileSync(process.env.TESTLOOPER_TOKEN_FILE, 'utf8').trim();
const who = { Authorization: `Bearer ${token}` };

const get = async (path) => (await fetch(`${base}/api/v1${path}`, { headers: who })).json();
const post = (path, body = {}) =>
  fetch(`${base}/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...who },
    body: JSON.stringify({ requested_by: 'bench', ...body }),
  });

// Each page, and what is there once it can be used.
async function pages() {
  const branch = await get('/repos/large/branch?limit=2');
  const [head, parent] = branch.commits.map((commit) => commit.sha);
  const { tests } = await get('/repos/large/flaky');
  const test = await get(`/repos/large/tests/${tests[0].test}`);
  return [
    ['repos', '/', 'table tbody tr'],
    ['branch', '/r/large', '.matrix a.cell'],
    ['commit', `/r/large/c/${head}`, 'table.tests tbody tr'],
    ['test', `/r/large/t/${tests[0].test}`, '.history tbody tr'],
    ['run', `/runs/${test.runs.id[0]}`, '.run-strip a'],
    ['flaky', '/r/large/flaky', 'main table tbody tr'],
    ['clusters', '/r/large/clusters', 'main h1'],
    ['compare', `/r/large/compare?head=${head}&base=${parent}`, 'main h1'],
    ['experiments', '/experiments', 'main :is(h1, .empty)'],
    ['engine', '/engine', 'main h1'],
    ['rules', '/r/large/rules', 'main h1'],
    ['task', `/tasks/${long_task}`, '.log-lines .line'],
  ];
}

async function firstVisit(browser, table) {
  const page = await browser.open('');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const kinds = new Map();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (['Script', 'Stylesheet'].includes(kinds.get(requestId))) bytes += encodedDataLength;
  });
  await page.goto(base);
  await page.waitForSelector('table tbody tr');
  await page.waitForLoadState('load');
  table.add('first_visit_kb', 'scripts and styles of a first visit, with heads', bytes / 1024, 'KB', 60);
  await page.close();
}

async function eachPage(browser, table, list) {
  let shift = 0;
  const findings = [];
  for (const [name, path, selector] of list) {
    const paint = [], usable = [];
    for (let i = 0; i <= rounds; ++i) {
      const { page, ...seen } = await visit(browser, base + path, selector);
      if (i > 0) paint.push(seen.paint), usable.push(seen.usable);
      if (i === rounds) {
        shift = Math.max(shift, await shifts(page));
        for (const scheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme: scheme });
          findings.push(...(await axe(page)).map((finding) => `${path} ${scheme}: ${finding}`));
        }
      }
      await page.close();
    }
    table.add(`${name}_paint_ms`, `${name}: first contentful paint, median`, median(paint), 'ms', 200);
    table.add(`${name}_usable_ms`, `${name}: usable, median`, median(usable), 'ms', 500);
  }
  for (const finding of findings) console.log(`  axe: ${finding}`);
  table.add('axe', 'axe findings, light and dark', findings.length, '', 0);
  table.add('shift', 'layout shift, the largest', shift, '', 0.02);
}

async function largeMatrix(browser, table) {
  const first = [];
  let page;
  for (let i = 0; i < rounds; ++i) {
    await page?.close();
    const seen = await visit(browser, base + matrix, '.matrix a.cell');
    page = seen.page;
    first.push(seen.usable);
  }
  table.add('matrix_first_ms', 'matrix of 10,000 × 200: first cells, median', median(first), 'ms', 500);
  await page.bringToFront();
  await scrollFrames(page, '.matrix', 20, 120);
  const cpu = await mainThread(page);
  const costs = await scrollFrames(page, '.matrix', 300, 120);
  table.add('matrix_frame_cpu_ms', 'matrix: CPU of the main thread in a scroll frame, mean', (await cpu()) * 1000 / costs.length, 'ms');
  table.add('matrix_frame_median_ms', 'matrix: a scroll frame, median', median(costs), 'ms');
  table.add('matrix_frame_ms', 'matrix: a scroll frame, 95th percentile', quantile(costs, 0.95), 'ms', 16);
  await page.close();
}

// Each of the three ways to the log's first lines, some times: the address opened in a new tab, the same while the page is
// asked by us, and a click on the task's link on its commit's page.
async function logBeginnings(browser) {
  const { repo, commit } = await get(`/tasks/${long_task}`);
  const [task, line] = [`/tasks/${long_task}`, '.log-lines .line'];
  const opened = [], asked = [], clicked = [];
  for (let i = 0; i <= rounds; ++i) {
    const new_tab = await visit(browser, base + task, line);
    await new_tab.page.close();
    const page = await browser.open(base + task);
    const while_asked = await usableAsked(page, line);
    await page.close();
    const from = await visit(browser, `${base}/r/${repo}/c/${commit.sha}`, `a[href="${task}"]`);
    const after_click = await click(from.page, `a[href="${task}"]`, 'table.tests', line);
    await from.page.close();
    if (i > 0) opened.push(new_tab.usable), asked.push(while_asked), clicked.push(after_click);
  }
  return { opened, asked, clicked };
}

async function longLog(browser, table) {
  const { opened, asked, clicked } = await logBeginnings(browser);
  table.add('log_first_ms', 'log of 100 MB: first lines, its address opened in a new tab', median(opened), 'ms', 200);
  table.add('log_first_asked_ms', '  the same, while the page is asked (as before)', median(asked), 'ms');
  table.add('log_click_ms', '  first lines, from a click on its commit\'s page', median(clicked), 'ms', 200);
  const { page } = await visit(browser, `${base}/tasks/${long_task}`, '.log-lines .line');
  await page.waitForFunction(() => !document.querySelector('.log-facts')?.textContent.includes('loading'), null, { polling: 50 });
  const found = await page.evaluate(
    () =>
      new Promise((done) => {
        const input = document.querySelector('.log-search input');
        const start = performance.now();
        input.value = 'needle in the';
        input.dispatchEvent(new InputEvent('input', { bubbles: true }));
        const look = () => {
          const box = document.querySelector('.log-search');
          const said = box.querySelector('.found').textContent;
          if (box.ariaBusy === 'false' && said !== '') done([performance.now() - start, said]);
          else setTimeout(look, 10);
        };
        look();
      }),
  );
  table.add('log_search_ms', `log of 100 MB: search through all of it (${found[1]})`, found[0], 'ms', 3000);
  await page.close();
}

// From before the order is sent to the page that shows it; while draining, so that nothing is started.
async function eventSeen(browser, table) {
  const seen = [];
  const engine = await browser.open(`${base}/engine`);
  await engine.waitForFunction(() => document.querySelector('.live')?.textContent === 'live');
  for (let i = 0; i < 10; ++i) {
    const drain = i % 2 === 0;
    await engine.waitForTimeout(700);
    const waiting = engine.evaluate(
      (wanted) =>
        new Promise((done) => {
          const there = () => [...document.querySelectorAll('main button')].some((b) => b.textContent === wanted);
          const look = () => (there() ? done(performance.timeOrigin + performance.now()) : requestAnimationFrame(look));
          look();
        }),
      drain ? 'Resume' : 'Drain…',
    );
    const start = performance.timeOrigin + performance.now();
    await post(drain ? '/drain' : '/resume');
    seen.push((await waiting) - start);
  }
  await engine.close();
  table.add('event_ms', 'an order, its event, seen on the engine\'s page, median', median(seen), 'ms', 150);
}

const parts = { firstVisit, eachPage, largeMatrix, longLog, eventSeen };

const table = new Table('web');
const browser = await Browser.start();
await browser.signIn(base, token);
const list = await pages();
for (const [name, measure] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) await measure(browser, table, list);
}
for (const error of browser.errors) console.log(`  console: ${error}`);
table.add('console_errors', 'errors on the console', browser.errors.length, '', 0);
await browser.stop();
process.exitCode = table.finish();
