// Calls the project's jest, in this process: no command line is long enough for the names of many tests.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// The packages are in the image, or where the set-up of the environment has put them.
if (!fs.existsSync('node_modules') && fs.existsSync('/deps/node_modules')) {
  fs.symlinkSync('/deps/node_modules', 'node_modules');
}
process.env.NODE_ENV ??= 'test';

// Runs jest with these options, and with what this program was called with; resolves to the files with their tests.
exports.jest = async (options) => {
  const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'jest-')), 'report.json');
  const { run } = require(require.resolve('jest', { paths: [process.cwd()] }));
  await run([...process.argv.slice(2), '--runInBand', '--passWithNoTests', '--json', `--outputFile=${report}`, ...options]);
  return JSON.parse(fs.readFileSync(report, 'utf8')).testResults.map((file) => {
    const where = path.relative(process.cwd(), file.name);
    const tests = file.assertionResults.map((test) => ({ ...test, id: `${where}::${oneLine(test.fullName)}` }));
    return { path: where, failed: file.status === 'failed', message: file.message, tests };
  });
};

const oneLine = (name) => name.replace(/\s+/g, ' ').trim();
