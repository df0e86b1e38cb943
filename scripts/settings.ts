/** Writes README.md's table of settings from the one list of them. With --check it writes nothing, and fails when that is out of date. */
import fs from 'node:fs';
import path from 'node:path';
import { SETTINGS } from '../src/config.ts';

const README = path.resolve(import.meta.dirname, '../README.md');

const rows = [
  ['variable', 'meaning', 'unless set'],
  ...Object.values(SETTINGS).map(({ name, meaning, unlessSet }) => [`\`${name}\``, meaning, unlessSet]),
];
const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
const lineOf = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
const [head, ...body] = rows.map(lineOf);
const table = [head, lineOf(widths.map((width) => '-'.repeat(width))), ...body].join('\n');

const readme = fs.readFileSync(README, 'utf8');
const fresh = readme.replace(/(?<=^## Settings\n\n)(?:\|.*\n)+/m, () => `${table}\n`);
if (!process.argv.includes('--check')) fs.writeFileSync(README, fresh);
else if (fresh !== readme) {
  console.error('The settings in README.md are out of date. Run `npm run settings`.');
  process.exitCode = 1;
}
