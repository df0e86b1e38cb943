import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GROUND, ROOMS } from './floors.ts';
import { ROOT, sources, type Source } from './sources.ts';

/** The files in which the pattern occurs, with the line. */
const found = (among: readonly Source[], pattern: RegExp): string[] =>
  among.flatMap(({ file, code }) =>
    code
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );

const onGround = sources.filter(({ unit }) => GROUND.includes(unit));
const isPlain = ({ file }: Source) => !/\.(schema|resolver)\.ts$|^(graphql|schema)\//.test(file);

/** The start of a text that is SQL, over several lines too. */
const STATEMENT =
  /[`'"]\s*(select\s[^`'"]*\bfrom\s|insert\s+into\s|update\s+"?\w+"?\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\()/i;

/** Longer than 300 lines, and looked at twice. */
const LONG_FOR_A_REASON: readonly string[] = [
  'client/generated/documents.ts', // made, not written
];

describe('the code', () => {
  it('reads no clock and throws no dice on the ground', () => {
    expect(found(onGround, /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/)).toEqual([]);
  });

  it('reads the clock at the doors only', () => {
    const isDoor = ({ file, unit }: Source) =>
      ['graphql', 'intake', 'demo', 'evaluate', 'server.ts', 'main.ts', 'worker.ts', 'client'].includes(unit) ||
      file.endsWith('.command.ts');

    expect(
      found(
        sources.filter((source) => !isDoor(source)),
        /\bDate\.now\(|\bnew Date\(\)/,
      ),
    ).toEqual([]);
  });

  it('has SQL in *.queries.ts, db/ and migrations only', () => {
    const others = sources.filter(({ file, unit }) => unit !== 'db' && !file.endsWith('.queries.ts'));
    const speaking = others.filter(({ code }) => STATEMENT.test(code));

    expect(speaking.map(({ file }) => file)).toEqual([]);
  });

  it('is erasable TypeScript outside the front door, so that Node runs it as it is', () => {
    const plain = sources.filter(isPlain);

    expect(found(plain, /^\s*(export\s+)?(const\s+)?enum\s|^\s*(export\s+)?namespace\s/)).toEqual([]);
    expect(found(plain, /constructor\(\s*(private|public|protected|readonly)\s/)).toEqual([]);
    expect(found(plain, /^\s*@\w+\(/)).toEqual([]);
  });

  it('has no `any`, and silences no check without a reason', () => {
    expect(found(sources, /\bas any\b|:\s*any\b|<any>|\bany\[\]/)).toEqual([]);
    const silenced = sources.filter(({ text }) => /@ts-(ignore|expect-error|nocheck)/.test(text));
    expect(silenced.map(({ file }) => file)).toEqual([]);
  });

  it('has files short enough to be read at once', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 301);

    expect(long.map(({ file }) => file).filter((file) => !LONG_FOR_A_REASON.includes(file))).toEqual([]);
  });
});

const NOT_OURS = new Set(['node_modules', 'dist', '.data', '.git', 'package-lock.json']);

describe('what is committed', () => {
  const isText = /\.(ts|md|json|sh|yml|yaml|graphql|csv|html|js|css)$|^\.ci\/|^\.\w+rc$/;
  const written = fs
    .globSync('**/*', { cwd: ROOT, exclude: (file) => NOT_OURS.has(path.basename(file)) })
    .concat(fs.globSync('.ci/*', { cwd: ROOT }))
    .filter((file) => isText.test(file) && fs.statSync(path.join(ROOT, file)).isFile());

  it('names no path of one machine', () => {
    const aHome = new RegExp(`(^|[^\\w./-])/(${['work', 'farm', 'root', 'home', 'Users'].join('|')})/`, 'm');
    const naming = written.filter((file) => aHome.test(fs.readFileSync(path.join(ROOT, file), 'utf8')));

    expect(written).toContain('src/cli.ts');
    expect(naming).toEqual([]);
  });
});

describe('each room', () => {
  const rooms = ROOMS.filter((room) => sources.some(({ unit }) => unit === room));

  it.each(rooms)('%s says what it owns, what it does not, and what always holds', (room) => {
    const readme = path.join(ROOT, 'src', room, 'README.md');
    expect(fs.existsSync(readme), `src/${room}/README.md is missing`).toBe(true);
    const headings = [...fs.readFileSync(readme, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
      text!.toLowerCase(),
    );

    expect(headings).toEqual(expect.arrayContaining(['owns', 'does not own', 'invariants']));
  });
});
