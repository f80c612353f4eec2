// Runs the tests that TestLooper asks for, or all, and leaves a JUnit report.
const fs = require('node:fs');
const { jest } = require('./jest.cjs');

const wanted = process.env.TEST_INPUT ? fs.readFileSync(process.env.TEST_INPUT, 'utf8').split('\n').filter(Boolean) : null;
const files = [...new Set(wanted?.map((id) => id.split('::')[0]))];

const exact = (name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/ /g, '\\s+');
const names = () => `^\\s*(${[...new Set(wanted.map((id) => exact(id.slice(id.indexOf('::') + 2))))].join('|')})\\s*$`;

const clean = (text) => text.replace(/\x1b\[[0-9;]*m/g, '').replace(/[^\t\n\r\x20-\ufffd]/g, '?');
const xml = (text) => clean(String(text)).replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);

const verdict = ({ status, failureMessages }) => {
  if (status === 'failed') return `<failure>${xml(failureMessages.join('\n\n'))}</failure>`;
  return status === 'passed' ? '' : '<skipped/>';
};
// Tries that jest.retryTimes() made before the last one.
const tries = ({ status, retryReasons = [] }) => {
  const element = status === 'passed' ? 'flakyFailure' : 'rerunFailure';
  return retryReasons.map((reason) => `<${element}>${xml(reason)}</${element}>`).join('');
};
const testCase = (file, test) =>
  `<testcase file="${xml(file.path)}" name="${xml(test.id.slice(file.path.length + 2))}"` +
  ` time="${(test.duration ?? 0) / 1000}">${tries(test)}${verdict(test)}</testcase>`;
const fileFailed = (file) =>
  `<testcase classname="Test suite failed to run" name="${xml(file.path)}"><failure>${xml(file.message)}</failure></testcase>`;

// jest asks this file, too, in which order the files are run: in that of the tests.
module.exports = class {
  sort(tests) {
    const place = ({ path }) => files.findIndex((file) => path.endsWith(`/${file}`));
    return [...tests].sort((a, b) => place(a) - place(b) || (a.path < b.path ? -1 : 1));
  }
  cacheResults() {}
};

if (require.main === module) {
  (async () => {
    const some = wanted ? [`--testNamePattern=${names()}`, '--runTestsByPath', ...files] : [];
    const asked = new Set(wanted);
    const cases = (await jest([`--testSequencer=${__filename}`, ...some])).map((file) => {
      if (file.failed && file.tests.length === 0) return fileFailed(file);
      return file.tests.filter((test) => !wanted || asked.has(test.id)).map((test) => testCase(file, test)).join('\n');
    });
    fs.writeFileSync(process.env.TEST_OUTPUT, `<testsuite>\n${cases.join('\n')}\n</testsuite>\n`);
  })();
}
