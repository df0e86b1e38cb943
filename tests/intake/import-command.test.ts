import { describe, expect, it } from 'vitest';
import { parseArgs } from 'node:util';
import { importRows, type TakeIn } from '../../src/intake/import.ts';
import { PART_ROWS } from '../../src/intake/batch-size.ts';
import type { Outcome } from '../../src/intake/event.ts';
import { loadMapping } from '../../src/intake/mapping-files.ts';
import type { Reading } from '../../src/intake/readers.ts';
import { Inputs } from '../../src/intake/readers-files.ts';
import { openReading } from '../../src/intake/readers-open.ts';
import { runImport } from '../../src/intake/import.command.ts';
import { aFile, bring, Collector, csv } from './import-kit.ts';

const row = (n: number) => `${n},1,5,${1_500_000_000 + n}`;
const ratings = (count: number) => [
  '--mapping',
  'ratings',
  csv(...Array.from({ length: count }, (_, n) => row(n + 2))),
];

async function say(args: readonly string[], collector = new Collector()) {
  let [out, err] = ['', ''];
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const status = await runImport([...args], io, { open: async () => collector, stdin: process.stdin });
  return { status, out, err };
}

describe('credence import', () => {
  it('ends with one line of JSON, its first keys as promised', async () => {
    const { status, out, summary } = await bring(ratings(3));
    expect({ status, lines: out.split('\n').length }).toEqual({ status: 0, lines: 2 });
    expect(Object.keys(summary).slice(0, 5)).toEqual(['read', 'accepted', 'duplicates', 'rejected', 'seconds']);
    expect(summary).toMatchObject({ read: 3, accepted: 3, duplicates: 0, rejected: 0, seconds: expect.any(Number) });
  });

  it('tells people how it went, and why rows were rejected', async () => {
    const { status, out } = await say([
      '--mapping',
      'ratings',
      csv(row(2), '3,3,5,1500000000', '4,4,5,1500000000', '5,1,x,1500000000'),
    ]);
    expect(status).toBe(0);
    expect(out).toMatch(/4 rows read/);
    expect(out).toMatch(/ 1 accepted\n/);
    expect(out).toMatch(/ 3 rejected \(give --rejects/);
    expect(out).toMatch(/2 SELF_REVIEW, first on line 2 of .*: from and to are the same/);
    expect(out.indexOf('SELF_REVIEW')).toBeLessThan(out.indexOf('RATING_INVALID'));
  });

  it('ends as not done when every row is rejected, and as done when what is not has been here', async () => {
    const bad = '3,3,5,1500000000';
    const collector = new Collector();
    expect(await say(['--mapping', 'ratings', csv(bad)], collector)).toMatchObject({ status: 1 });
    const mixed = ['--mapping', 'ratings', csv(row(2), bad)];
    for (const accepted of [1, 0])
      expect(await bring(mixed, collector)).toMatchObject({ status: 0, summary: { accepted, rejected: 1 } });
  });

  it('explains itself', async () => {
    expect(await say(['--help'])).toMatchObject({ status: 0, out: expect.stringContaining('--mapping'), err: '' });
  });

  it.each<[string, string[], RegExp]>([
    ['no mapping', ['x.csv'], /Give --mapping: one of olist/],
    ['no file', ['--mapping', 'olist'], /Give at least one file/],
    ['an unknown mapping', ['--mapping', 'amazon', 'x.csv'], /no mapping amazon/],
    ['a day that is none', ['--mapping', 'olist', 'x.csv', '--until', 'soon'], /--until is "soon"/],
    ['standard input twice', ['--mapping', 'olist', '-', '-'], /only once/],
  ])('with %s says what to do', async (_, args, message) => {
    await expect(say(args)).rejects.toMatchObject({ kind: 'INVALID', message });
  });

  it('refuses flags that it does not know, as all commands do', async () => {
    const wrong = () => parseArgs({ args: ['--maping', 'x'], options: {} });
    expect(wrong).toThrow(expect.objectContaining({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' }));
    await expect(say(['--maping', 'x'])).rejects.toMatchObject({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' });
  });

  it('reads rows as they are asked for, and none beside these', async () => {
    const inputs = await Inputs.open([ratings(3 * PART_ROWS)[2]!], process.stdin);
    const reading = openReading(inputs.files[0]!, loadMapping('ratings'));
    let read = 0;
    const watched: Reading = {
      ...reading,
      read(rows, now, until) {
        read += rows.length;
        return reading.read(rows, now, until);
      },
    };
    const ahead: number[] = [];
    const takeIn: TakeIn = async (parts) => {
      const outcomes: Outcome[] = [];
      for await (const envelopes of parts) {
        outcomes.push(...envelopes.map(() => ({ status: 'ACCEPTED' }) as const));
        ahead.push(read - outcomes.length - 3 * PART_ROWS); // all were read once before
      }
      return outcomes;
    };
    const { signal } = new AbortController();
    const settings = { now: Date.now(), until: Infinity, onRejected: () => {}, onProgress: () => {}, signal };
    expect(await importRows([watched], takeIn, settings)).toMatchObject({ accepted: 3 * PART_ROWS });
    inputs.close();
    expect(ahead).toEqual([0, 0, 0]);
  });

  it('refuses a file that changes while it is read', async () => {
    const file = aFile(Array.from({ length: 200_000 }, (_, n) => row(n + 2)).join('\n'));
    const { appendFileSync } = await import('node:fs');
    const reading = bring(['--mapping', 'ratings', file]);
    setTimeout(() => appendFileSync(file, `\n${row(1)}`), 20);
    await expect(reading).rejects.toMatchObject({ kind: 'UNAVAILABLE', code: 'FILE_CHANGED' });
  });
});
