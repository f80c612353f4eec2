// node controls_report.mjs FOLDER: names the controls that a page showed and no test used; fails where there are any.
import { readCensus } from './controls.mjs';

const { seen, used } = readCensus(process.argv[2]);
const unused = seen.filter((control) => !used.has(control));
for (const control of unused) console.log(`no test uses  ${control.replaceAll('\t', '  ')}`);
console.log(`controls of the pages: ${seen.length - unused.length} of ${seen.length} used`);
process.exitCode = unused.length > 0 || seen.length === 0 ? 1 : 0;
