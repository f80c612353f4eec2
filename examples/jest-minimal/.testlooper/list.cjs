// Tells TestLooper which tests jest finds: each file is loaded, and no test is run, for no name fits the pattern.
const fs = require('node:fs');
const { jest } = require('./jest.cjs');

(async () => {
  const files = await jest(['--testNamePattern=(?!)', '--coverage=false']);
  const broken = files.filter((file) => file.failed && file.tests.length === 0);
  // No list is better than one without their tests.
  if (broken.length > 0) throw new Error(`not loaded: ${broken.map((file) => file.path).join(', ')}`);
  const ids = new Set(files.flatMap((file) => file.tests.map((test) => test.id)));
  fs.writeFileSync(process.env.TEST_LIST, JSON.stringify([...ids]));
})();
