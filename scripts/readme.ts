/** `npm run docs`: writes README.md's generated tables, between their markers, and docs/openapi.json. `--check` only compares. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { openApi } from '../src/delivery/openapi.ts';
import { parameterTable } from './parameter-table.ts';

const root = join(import.meta.dirname, '..');
const read = (name: string): Promise<string> => readFile(join(root, name), 'utf8');
const { version } = JSON.parse(await read('package.json')) as { version: string };

const readme = (await read('README.md')).replace(
  /(<!-- parameters -->\n)[\s\S]*?(<!-- \/parameters -->)/,
  (_, open: string, close: string) => `${open}\n${parameterTable()}\n\n${close}`,
);
const api = await format(JSON.stringify(openApi(version)), { parser: 'json', printWidth: 110 });

for (const [name, text] of [
  ['README.md', readme],
  ['docs/openapi.json', api],
] as const) {
  if (!process.argv.includes('--check')) await writeFile(join(root, name), text);
  else if (text !== (await read(name).catch(() => ''))) {
    console.error(`${name} is behind its sources: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
