/** The README's table of URL parameters, from the table that the edge reads them by. Run by itself it prints it. */
import { fileURLToPath } from 'node:url';
import { PARAMETERS } from '../src/delivery/parameters.ts';

export function parameterTable(): string {
  const rows = Object.entries(PARAMETERS).map(([name, { aliases, values, doc }]) => [
    [name, ...aliases].map((spelling) => `\`${spelling}\``).join(', '),
    values.words,
    doc,
  ]);
  const table = [['parameter', 'values', 'what it does'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[], fill = ' '): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(' | ')} |`;
  return [line(table[0]!), line(['', '', ''], '-'), ...rows.map((row) => line(row))].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(parameterTable());
