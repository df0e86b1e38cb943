import { describe, expect, it } from 'vitest';
import { causelessness, causelessOf, isCauseless } from '../../src/detection/causeless.ts';
import type { ReviewColumns } from '../../src/detection/columns.ts';
import { scan } from '../../src/detection/scan.ts';
import { columnsOf, type Row } from './kit.ts';

/** A review of a subject, so many days ago; who writes it is told by its place. */
interface Said {
  readonly subject: number;
  readonly stars: number;
  readonly day: number;
  readonly wentWell: boolean;
}

/** Twenty shops with forty reviews each, over two years; one in ten blames them, four fifths of these for what went wrong. */
const ordinary: Said[] = Array.from({ length: 800 }, (_, i) => {
  const stars = i % 10 === 3 ? 1 : 4 + (i % 2);
  return { subject: Math.floor(i / 40), stars, day: -730 + ((i * 37) % 730), wentWell: stars > 1 || i % 50 === 3 };
});
/** One blame a week, each by somebody else. */
const patient = (count: number, wentWell: boolean, subject = 20): Said[] =>
  Array.from({ length: count }, (_, i) => ({ subject, stars: 1, day: -7 * i - 1, wentWell }));
const praise = (count: number, subject = 20): Said[] =>
  Array.from({ length: count }, (_, i) => ({ subject, stars: 5, day: -700 + (700 * i) / count, wentWell: true }));

function columnsFrom(said: readonly Said[]): ReviewColumns {
  const ordered = said.toSorted((one, other) => one.day - other.day);
  const columns = columnsOf(ordered.map(({ subject, stars, day }, i): Row => [i, subject, day, stars]));
  return { ...columns, wentWell: Uint8Array.from(ordered, ({ wentWell }) => (wentWell ? 1 : 0)) };
}
const surpriseAt20 = (said: readonly Said[]): number => causelessOf(columnsFrom(said)).surprise[20]!;

describe('blame of orders that went well', () => {
  it('is strange where a shop gets more of it than others do, though no week is full of it', () => {
    const columns = columnsFrom([...ordinary, ...praise(40), ...patient(16, true)]);
    const causeless = causelessOf(columns);
    expect(causeless.seen[20]).toBe(16);
    expect(causeless.expected[20]).toBeCloseTo((16 * 17) / 82, 5); // 16 of the others' 80 words of blame
    expect(causeless.surprise[20]).toBeGreaterThan(5);
    expect([...causeless.surprise.subarray(0, 20)].every((each) => each < 2)).toBe(true);
  });

  it('has its every author suspected, and nobody else', () => {
    const columns = columnsFrom([...ordinary, ...praise(40), ...patient(16, true)]);
    const found = scan(columns).suspicions.filter(({ outcome }) => outcome !== 'COUNTED');
    expect(found.map(({ row }) => [columns.subjects[row], columns.valences[row]])).toEqual(
      Array.from({ length: 16 }, () => [20, -100]),
    );
    const rows = found[0]!.evidence.filter(({ code }) => code === 'BLAME_WITHOUT_CAUSE');
    expect(rows).toEqual([expect.objectContaining({ family: 'BEHAVIOUR', observed: 16 })]);
    expect(found.every(({ outcome }) => outcome === 'HELD')).toBe(true); // one family alone voids nothing
  });

  it('is not strange at a bad shop, whose orders went wrong', () => {
    expect(surpriseAt20([...ordinary, ...praise(20), ...patient(30, false), ...patient(6, true)])).toBeLessThan(2);
  });

  it('is not strange where nobody is told what went wrong', () => {
    const untold = [...ordinary, ...praise(20), ...patient(30, true)].map((each) => ({ ...each, wentWell: true }));
    expect(surpriseAt20(untold)).toBeLessThan(2);
  });

  it('is not strange at a large shop that lets hardly anybody down, but has its share of bad tempers', () => {
    expect(surpriseAt20([...ordinary, ...praise(1000), ...patient(20, true)])).toBeLessThan(1);
  });

  it('is nothing of one or two, of praise, and of what had a cause', () => {
    expect(surpriseAt20([...ordinary, ...patient(2, true)])).toBe(0);
    const columns = columnsFrom([...ordinary, ...praise(40), ...patient(16, true), ...patient(1, false)]);
    const causeless = causelessOf(columns);
    for (let row = 0; row < columns.times.length; row++)
      if (columns.subjects[row] === 20 && !isCauseless(columns, row))
        expect(causelessness(columns, causeless, row)).toBe(0);
  });

  it('weighs nothing where orders are unknown', () => {
    const { wentWell: _, ...columns } = columnsFrom([...ordinary, ...praise(40), ...patient(16, true)]);
    expect(causelessness(columns, causelessOf(columns), 0)).toBeNaN();
    const codes = scan(columns, { from: 0.001 }).suspicions.flatMap(({ evidence }) => evidence.map(({ code }) => code));
    expect(codes).not.toContain('BLAME_WITHOUT_CAUSE');
    expect(() => scan({ ...columns, wentWell: new Uint8Array(3) })).toThrow('one length');
  });
});
