/** Adds up the JSON reports of the test runs in a folder and prints the closing line; a missing report is a failure. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: ci-summary.ts FOLDER');
let passed = 0;
let failed = 0;
for (const name of ['tests', 'browser', 'shared']) {
  try {
    const report = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      success: boolean;
    };
    passed += report.numPassedTests;
    // A test that skipped proved nothing; a suite that broke before its first test counts as one failure.
    failed += report.numFailedTests + report.numPendingTests;
    if (!report.success && report.numFailedTests === 0) failed++;
  } catch {
    failed++;
    console.error(`no report of ${name}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
