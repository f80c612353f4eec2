// Calls the project's vitest, in this process: no command line is long enough for the names of many tests.
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The packages are in the image, or where the set-up of the environment has put them.
if (!existsSync('node_modules') && existsSync('/deps/node_modules')) symlinkSync('/deps/node_modules', 'node_modules');
process.env.NODE_ENV ??= 'test';
process.env.VITEST ??= 'true';

const oneLine = (name) => name.replace(/\s+/g, ' ').trim();

// Runs vitest with these options; resolves to the files with their tests.
export async function vitest(files, options) {
  const outputFile = join(mkdtempSync(join(tmpdir(), 'vitest-')), 'report.json');
  const project = createRequire(resolve('package.json'));
  const { startVitest, BaseSequencer } = await import(pathToFileURL(project.resolve('vitest/node')));
  class InOrder extends BaseSequencer {
    async sort(specs) {
      const path = (spec) => spec.moduleId ?? spec[1];
      const place = (spec) => files.findIndex((file) => path(spec).endsWith(`/${file}`));
      return [...specs].sort((a, b) => place(a) - place(b) || (path(a) < path(b) ? -1 : 1));
    }
  }
  const run = await startVitest('test', files, {
    run: true,
    watch: false,
    passWithNoTests: true,
    fileParallelism: false,
    coverage: { enabled: false },
    sequence: { sequencer: InOrder },
    reporters: ['default', ['json', { outputFile }]],
    ...options,
  });
  await run.close();
  return JSON.parse(readFileSync(outputFile, 'utf8')).testResults.map((file) => {
    const path = relative(process.cwd(), file.name);
    const tests = file.assertionResults.map((test) => ({ ...test, id: `${path}::${oneLine(test.fullName)}` }));
    return { path, failed: file.status === 'failed', message: file.message, tests };
  });
}
