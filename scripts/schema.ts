/** Writes what clients and reviewers read of the schema. With --check it writes nothing, and fails when that is out of date. */
import fs from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { openSchema, permissions } from '../src/graphql/schema.ts';

const FOLDER = path.resolve(import.meta.dirname, '../schema');

const files = {
  'schema.graphql': `${printSchema(lexicographicSortSchema(await openSchema()))}\n`,
  'permissions.txt': printPermissions(),
};

/** A line a field: who may read it and, where that is everybody, why. */
function printPermissions(): string {
  const lines = Object.entries(permissions).flatMap(([type, rules]) =>
    Object.entries(rules).map(([field, { name, openBecause }]) => {
      const rule = openBecause === null ? name : `${name}  # ${openBecause}`;
      return `${`${type}.${field}`.padEnd(40)} ${rule}`;
    }),
  );
  return `${lines.toSorted().join('\n')}\n`;
}

const isCheck = process.argv.includes('--check');
const stale = Object.entries(files).filter(([name, text]) => read(name) !== text);
for (const [name, text] of stale) {
  if (isCheck) console.error(`schema/${name} is out of date: ${firstDifference(read(name), text)}`);
  else fs.writeFileSync(path.join(FOLDER, name), text);
}
if (isCheck && stale.length > 0) {
  console.error('Run `npm run schema`, and look at what changes.');
  process.exitCode = 1;
}

function read(name: string): string {
  const file = path.join(FOLDER, name);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

function firstDifference(old: string, fresh: string): string {
  const [before, after] = [old.split('\n'), fresh.split('\n')];
  const line = after.findIndex((text, i) => text !== before[i]);
  const at = line < 0 ? after.length : line;
  return `line ${at + 1} is "${before[at] ?? ''}" and should be "${after[at] ?? ''}".`;
}
