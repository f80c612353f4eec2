// Lists or runs the tests of a folder: each file exports functions by their names. They run in one
// process, in the order in which TEST_INPUT names them and as often, or all; leaves a JUnit report.
const fs = require('fs');
const path = require('path');

const [, , what, folder] = process.argv;
const tests = new Map();
for (const file of fs.readdirSync(folder).sort()) {
  if (!file.endsWith('.test.js')) continue;
  const place = `${folder}/${file}`;
  for (const [name, run] of Object.entries(require(path.resolve(place)))) {
    tests.set(`${place}::${name}`, { file: place, name, run });
  }
}

const escaped = (text) =>
  String(text).replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function one({ file, name, run }) {
  const begin = process.hrtime.bigint();
  let failure = '';
  try {
    await run();
  } catch (error) {
    failure = `<failure message="${escaped(error.message)}">${escaped(error.stack)}</failure>`;
  }
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  return `<testcase file="${file}" name="${name}" time="${seconds}">${failure}</testcase>`;
}

async function main() {
  if (what === 'list') {
    const list = [...tests.values()].map(({ file, name }) => ({ test: `${file}::${name}` }));
    fs.writeFileSync(process.env.TEST_LIST, JSON.stringify(list));
    return;
  }
  const input = process.env.TEST_INPUT;
  const ids = input ? fs.readFileSync(input, 'utf8').split('\n').filter(Boolean) : [...tests.keys()];
  const cases = [];
  for (const id of ids) {
    if (tests.has(id)) cases.push(await one(tests.get(id)));
  }
  fs.writeFileSync(process.env.TEST_OUTPUT, `<testsuite>${cases.join('\n')}</testsuite>`);
  process.exitCode = cases.some((each) => each.includes('<failure')) ? 1 : 0;
}

main();
