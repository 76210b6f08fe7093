/** `npm run docs`: writes the generated tables into README.md, between their markers. `--check` only compares. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parameterTable } from './parameter-table.ts';

const path = join(import.meta.dirname, '../README.md');
const readme = await readFile(path, 'utf8');
const written = readme.replace(
  /(<!-- parameters -->\n)[\s\S]*?(<!-- \/parameters -->)/,
  (_, open: string, close: string) => `${open}\n${parameterTable()}\n\n${close}`,
);
if (!process.argv.includes('--check')) await writeFile(path, written);
else if (written !== readme) {
  console.error('README.md is behind its sources: run `npm run docs`.');
  process.exitCode = 1;
}
