// viewers.mjs URL PID: many open pages while runs are recorded. Each viewer holds the stream of events that a tab holds.
// A share of them looks at the commit that is tested, and fetches it again as a tab does: at most twice a second, for
// at most a fifth of the time. Another reader asks for pages all the time, and is what is measured: while as many runs are
// asked for each second as are wanted, and for a while beside a request that the machine works off as fast as it can.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { quantile, Table } from './table.mjs';

const [base, pid] = process.argv.slice(2);
const viewers = 1000, watching = 20, seconds = 30, flat_out_seconds = 10, wanted_rate = 500;

// The daemon's own token, in a file, as the shell around this knows it.
const who = { Authorization: `Bearer ${readFileSync(process.env.TESTLOOPER_TOKEN_FILE, 'utf8').trim()}` };

const get = async (path) => (await fetch(`${base}/api/v1${path}`, { headers: who })).json();
const post = (path, body) =>
  fetch(`${base}/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...who }, body: JSON.stringify(body) });
const until = async (what, ask) => {
  for (let left = 600; left > 0; --left) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`waited two minutes for ${what}`);
};
const memory_mb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
// How long the whole answer took, in ms; compressed, as browsers have it.
function call(path) {
  return new Promise((done, failed) => {
    const began = performance.now();
    http
      .get(`${base}/api/v1${path}`, { agent, headers: { 'Accept-Encoding': 'gzip', ...who } }, (answer) => {
        answer.resume();
        answer.on('end', () => (answer.statusCode === 200 ? done(performance.now() - began) : failed(new Error(`${path}: ${answer.statusCode}`))));
      })
      .on('error', failed);
  });
}

function watch(onChange) {
  return new Promise((done, failed) => {
    const request = http.get(`${base}/api/v1/events`, { agent: false, headers: who }, (answer) => {
      if (answer.statusCode !== 200) return failed(new Error(`a stream was refused: ${answer.statusCode}`));
      answer.on('error', () => {}); // it is ended by us
      answer.on('data', (text) => text.includes('event: change') && onChange());
      done(request);
    });
    request.on('error', failed); // once it is open, nobody waits for this any more
  });
}

// As the pages' own loader does.
class Tab {
  #busy = false;
  #again = false;
  #next = 0;
  constructor(path) {
    this.path = path;
  }
  async changed() {
    if (this.#busy) return void (this.#again = true);
    this.#busy = true;
    await new Promise((done) => setTimeout(done, Math.max(0, this.#next - performance.now())));
    const began = performance.now();
    const took = await call(this.path);
    this.#next = began + Math.max(500, 5 * took);
    this.#busy = false;
    if (this.#again) {
      this.#again = false;
      void this.changed();
    }
  }
}

const bench = async () => (await get('/repos')).repos.find((repo) => repo.name === 'bench');
const runs = async () => (await bench()).runs_today;

// The repository that is tested, ready and idle.
const head = await until('the tested commit', async () => {
  const commit = (await bench())?.primary?.head;
  return commit?.status === 'passed' && commit;
});
const pages = ['/repos', '/repos/bench/branch?limit=30', `/repos/bench/commits/${head.sha}?tests=columns`, '/engine', '/repos/small/branch?limit=30'];
for (const path of pages) await call(path);
const before = memory_mb();

const table = new Table('viewers');
const streams = [];
for (let i = 0; i < viewers; ++i) {
  const tab = i < watching ? new Tab(pages[2]) : undefined;
  streams.push(await watch(() => void tab?.changed()));
}
const ask = (times) =>
  post(`/repos/bench/commits/${head.sha}/runs`, { requested_by: 'bench', times, isolation: 'container' });

async function measure(duration_s) {
  const first = await runs();
  await until('runs to be recorded', async () => (await runs()) > first + head.tests);
  const [began, at_first] = [performance.now(), await runs()];
  const took = [];
  for (let i = 0; performance.now() - began < duration_s * 1000; ++i) {
    took.push(await call(pages[i % pages.length]));
    await new Promise((done) => setTimeout(done, 20));
  }
  return { took, rate: ((await runs()) - at_first) / ((performance.now() - began) / 1000) };
}

const pace = setInterval(() => void ask(1), (1000 * head.tests) / wanted_rate);
const { took, rate } = await measure(seconds);
clearInterval(pace);
const more = memory_mb() - before;
await ask(1000);
const flat_out = await measure(flat_out_seconds);
await post(`/repos/bench/commits/${head.sha}/cancel`, { requested_by: 'bench' });

table.add('viewers', 'open streams', streams.length, '');
table.add('runs_a_second', `runs recorded a second (${wanted_rate} are wanted)`, rate, '');
table.add('page_median_ms', `a page call, median of ${took.length}`, quantile(took, 0.5), 'ms');
table.add('page_ms', 'a page call, 99th percentile', quantile(took, 0.99), 'ms', 50);
table.add('memory_mb', 'memory of the daemon, more than without viewers', more, 'MB', 64);
table.add('flat_out_runs_a_second', 'runs recorded a second, as many as go', flat_out.rate, '');
table.add('flat_out_page_ms', 'a page call beside them, 99th percentile', quantile(flat_out.took, 0.99), 'ms');
process.exit(table.finish()); // the streams would keep it
