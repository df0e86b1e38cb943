import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLOORS, GROUND, mayReadConfig, ROOMS } from './floors.ts';
import { ROOT, sources, unitOf, units, type Source } from './sources.ts';

const floorOf = new Map(FLOORS.flatMap((floor, height) => floor.map((unit) => [unit, height] as const)));

/** Each import, as "from -> to", for which the rule does not hold. */
const importsAgainst = (isAllowed: (from: Source, to: string) => boolean): string[] =>
  sources.flatMap((from) => from.imports.filter((to) => !isAllowed(from, to)).map((to) => `${from.file} -> ${to}`));

describe('the house', () => {
  it('is read as it stands: its imports are seen', () => {
    expect(sources.find(({ file }) => file === 'db/database.ts')?.imports).toEqual(
      expect.arrayContaining(['db/orm.ts', 'db/embedded.ts']),
    );
  });

  it('gives every folder and file of src a floor', () => {
    expect(units.filter((unit) => !floorOf.has(unit))).toEqual([]);
  });

  it('tells of every folder in src/README.md, in the order of the floors, and of no other', () => {
    const readme = fs.readFileSync(path.join(ROOT, 'src/README.md'), 'utf8');
    const told = [...readme.matchAll(/^- `([^`/]+)\/?`/gm)].map(([, unit]) => unit!);

    expect(told).toEqual(FLOORS.flat().filter((unit) => units.includes(unit)));
  });

  it('imports only downwards', () => {
    const isDownwards = ({ unit }: Source, to: string) =>
      unitOf(to) === unit || floorOf.get(unitOf(to))! < floorOf.get(unit)!;

    expect(importsAgainst(isDownwards)).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(circles(new Map(sources.map(({ file, imports }) => [file, imports])))).toEqual([]);
  });

  it("imports no other room's resolver, queries or permissions", () => {
    const isPrivate = /\.(resolver|queries|permissions)\.ts$/;

    const isOfRoom = (file: string) => ROOMS.includes(unitOf(file));

    expect(importsAgainst(({ unit }, to) => unitOf(to) === unit || !isOfRoom(to) || !isPrivate.test(to))).toEqual([]);
  });

  it('reads the environment at its doors only', () => {
    expect(importsAgainst((from, to) => to !== 'config.ts' || mayReadConfig(from.file, from.unit))).toEqual([]);
    const readers = sources.filter(({ code }) => /process\.env/.test(code)).map(({ file }) => file);
    expect(readers.filter((file) => !MAY_READ_ENVIRONMENT.includes(file))).toEqual([]);
  });

  it('imports nothing but itself on the ground', () => {
    const foreign = sources
      .filter(({ unit }) => GROUND.includes(unit))
      .flatMap(({ file, code }) =>
        [...code.matchAll(/\bfrom\s*'([^'.][^']*)'/g)].map(([, name]) => `${file} -> ${name}`),
      );

    expect(foreign.filter((each) => !each.endsWith(' -> node:crypto'))).toEqual([]);
  });
});

const MAY_READ_ENVIRONMENT = ['config.ts', 'commands.ts', 'mikro-orm.config.ts', 'db/embedded/initialise.ts'];

/** Each circle once, as the files that it leads through. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) found.push([...way.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}
