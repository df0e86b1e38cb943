import fs from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { BATCH_ROWS } from '../../src/intake/batch-size.ts';
import { aFile, allOf, aPath, bring, Collector, csv, rejectsOf } from './import-kit.ts';

// As large as they are, batches would take a while to write into files.
vi.mock(import('../../src/intake/batch-size.ts'), () => ({ BATCH_ROWS: 4_000, UNIT_ROWS: 2_000, PART_ROWS: 500 }));

const day = (n: number) => new Date(Date.UTC(2020, 0, 1 + n)).toISOString();
const row = (n: number, at = day(n)) => `r-${n},o-${n},5,${at}`;
const HEADER = 'review,order,stars,occurredAt';
const reviews = (...rows: string[]) => csv(HEADER, ...rows);
const MAPPING = ['--mapping', 'reviews'];
const many = (count: number) => Array.from({ length: count }, (_, n) => row(n % 3000 === 7 ? n - 7 : n, day(n % 2000)));

describe('files', () => {
  it('are taken in by time, whichever way they are sorted', async () => {
    const one = reviews(row(5), row(1), row(3));
    const two = reviews(row(4), row(2), row(0));
    const { envelopes } = await bring([...MAPPING, one, two]);
    expect(envelopes.map(({ id }) => id)).toEqual(['r-0', 'r-1', 'r-2', 'r-3', 'r-4', 'r-5']);
  });

  it('are taken in in one order, whichever way rows of the same instant stand in them', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => row(n, day(n % 3)));
    const half = rows.slice(30);
    const idsOf = async (...files: string[]) => (await bring([...MAPPING, ...files])).envelopes.map(({ id }) => id);
    const once = await idsOf(reviews(...rows));
    expect(await idsOf(reviews(...rows.toReversed()))).toEqual(once);
    expect(await idsOf(reviews(...half), reviews(...rows.slice(0, 30)))).toEqual(once);
    expect(new Set(once).size).toBe(60);
  });

  it('give the same batches, whether sorted or shuffled, with every row once', async () => {
    const count = 2.5 * BATCH_ROWS;
    const rows = Array.from({ length: count }, (_, n) => row(n, new Date(Date.UTC(2020, 0, 1, 0, 0, n)).toISOString()));
    const shuffled = rows.map((_, n) => rows[(n * 1237) % rows.length]!);
    const [sorted, other] = [new Collector(), new Collector()];
    await bring([...MAPPING, reviews(...rows)], sorted);
    await bring([...MAPPING, reviews(...shuffled)], other);
    expect(other.batches).toEqual(sorted.batches);
    expect(sorted.batches.map((batch) => batch.length)).toEqual([BATCH_ROWS, BATCH_ROWS, BATCH_ROWS / 2]);
    expect(new Set(sorted.envelopes.map(({ id }) => id)).size).toBe(count);
  });

  it('may be compressed', async () => {
    const content = fs.readFileSync(reviews(row(1), row(2)));
    const { envelopes, summary } = await bring([...MAPPING, aFile(gzipSync(content), 'reviews.csv.gz')]);
    expect(envelopes.map(({ id }) => id)).toEqual(['r-1', 'r-2']);
    expect(summary).toMatchObject({ read: 2, accepted: 2 });
  });

  it('that are compressed and damaged are refused', async () => {
    const whole = gzipSync(fs.readFileSync(reviews(...many(1000))));
    const cut = aFile(whole.subarray(0, whole.length / 2), 'cut.gz');
    await expect(bring([...MAPPING, cut])).rejects.toMatchObject({ kind: 'INVALID', message: /damaged or cut off/ });
  });

  it('may come from standard input', async () => {
    const { envelopes } = await bring([...MAPPING, '-'], new Collector(), `${HEADER}\n${row(2)}\n${row(1)}`);
    expect(envelopes.map(({ id }) => id)).toEqual(['r-1', 'r-2']);
  });

  it('leave nothing behind in the temporary directory', async () => {
    const temporary = aPath('temporary');
    fs.mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
    await bring([...MAPPING, '-'], new Collector(), `${HEADER}\n${row(1)}`);
    await expect(bring([...MAPPING, '-'], new Collector(), 'no header')).rejects.toThrow(/lacks/);
    vi.unstubAllEnvs();
    expect(fs.readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['that are not there', () => aPath('nowhere.csv'), /no such file/],
    ['that are directories', () => aPath('.'), /is a directory/],
    ['that are empty', () => aFile(''), /empty/],
    ['without columns that are needed', () => csv('review,stars', 'r-1,5'), /lacks the column occurredAt/],
    ['with a column twice', () => csv(`${HEADER},stars`), /has the column stars twice/],
    ['in UTF-16', () => aFile(Buffer.from('\ufeffreview,stars\n', 'utf16le')), /UTF-16/],
    ['whose header cannot be read', () => csv('review,"stars'), /no header that can be read/],
  ])('%s are refused before anything is opened', async (_, file, message) => {
    let isOpened = false;
    const collector = new Collector();
    collector.before = () => void (isOpened = true);
    await expect(bring([...MAPPING, file()], collector)).rejects.toMatchObject({ kind: 'INVALID', message });
    expect(isOpened).toBe(false);
  });

  it('with a header and nothing else are read in vain', async () => {
    expect((await bring([...MAPPING, csv(HEADER)])).summary).toMatchObject({ read: 0, accepted: 0 });
  });

  it('with columns that nobody asked for are read with a remark', async () => {
    const { err, status } = await bring([...MAPPING, csv(`${HEADER},strs`, `${row(1)},5`)]);
    expect({ err, status }).toEqual({ status: 0, err: expect.stringContaining('does not use the column strs') });
  });

  it('hold a million rows in little memory, a hundredth of them broken', { timeout: 120_000 }, async () => {
    const file = aPath('million.csv');
    const stream = fs.openSync(file, 'w');
    const broken = ['1,2', '1,1,5,1500000000', '1,2,11,1500000000', '1,2,5,never', '"1,2,5,1500000000'];
    for (let n = 0; n < 1_000_000; n += 10_000) {
      const rows = Array.from({ length: 10_000 }, (_, i) => {
        const rowNumber = n + i;
        if (rowNumber % 100 === 99) return broken[((rowNumber - 99) / 100) % broken.length];
        return `${rowNumber % 5000},${5000 + (rowNumber % 777)},${(rowNumber % 21) - 10},${1_600_000_000 - rowNumber}`;
      });
      fs.writeSync(stream, `${rows.join('\n')}\n`);
    }
    fs.closeSync(stream);
    const collector = new Collector();
    let [count, last, isInOrder] = [0, 0, true];
    collector.takeIn = async (parts) =>
      (await allOf(parts)).map(({ events }) => {
        isInOrder &&= events[0]!.at >= last;
        last = events[0]!.at;
        count++;
        return { status: 'ACCEPTED' };
      });
    const { summary } = await bring(['--mapping', 'ratings', file], collector);
    expect(summary).toMatchObject({
      read: 1_000_000,
      accepted: 990_000,
      rejected: 10_000,
      reasons: {
        COLUMN_COUNT_WRONG: 2000,
        SELF_REVIEW: 2000,
        RATING_INVALID: 2000,
        TIME_INVALID: 2000,
        CSV_MALFORMED: 2000,
      },
    });
    expect({ count, isInOrder }).toEqual({ count: 990_000, isInOrder: true });
    expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(768); // MB; the test runner itself takes 150
  });
});

describe('a second run', () => {
  it('adds nothing', async () => {
    const collector = new Collector();
    const args = [...MAPPING, reviews(row(1), row(2), row(1))];
    expect((await bring(args, collector)).summary).toMatchObject({ read: 3, accepted: 2, duplicates: 1 });
    expect((await bring(args, collector)).summary).toMatchObject({ read: 3, accepted: 0, duplicates: 3 });
  });
});

describe('--until', () => {
  const orders = csv(
    'order,merchant,buyer,currency,amountMinor,placedAt,deliveredAt',
    'o-1,m-1,b-1,CNY,100,2020-01-01,2020-01-05',
    'o-2,m-1,b-2,CNY,100,2020-01-03T23:59:59Z,2020-01-06',
    'o-3,m-1,b-3,CNY,100,2020-01-04,',
    'o-4,,b-4,CNY,100,2020-01-04,',
  );

  it('leaves out what happened later, to the end of that day', async () => {
    const { envelopes, summary } = await bring(['--mapping', 'orders', orders, '--until', '2020-01-03']);
    expect(envelopes.map(({ id, events }) => [id, events.length])).toEqual([
      ['o-1', 1],
      ['o-2', 1],
    ]);
    expect(summary).toMatchObject({ read: 4, accepted: 2, skipped: 1, rejected: 1 });
  });

  it('skips a row whose order was placed later, whatever a wrong clock says of its hand-over', async () => {
    const file = csv(
      'order,merchant,buyer,currency,amountMinor,placedAt,shippedAt',
      'o-1,m-1,b-1,CNY,100,2020-01-05,2020-01-01',
    );
    const { summary } = await bring(['--mapping', 'orders', file, '--until', '2020-01-03']);
    expect(summary).toMatchObject({ read: 1, accepted: 0, skipped: 1 });
  });

  it('is an instant, too', async () => {
    const { envelopes } = await bring(['--mapping', 'orders', orders, '--until', '2020-01-05T00:00:00Z']);
    expect(envelopes.map(({ id, events }) => [id, events.length])).toEqual([
      ['o-1', 2],
      ['o-2', 1],
      ['o-3', 1],
    ]);
  });

  it('lets the rows grow when it is moved', async () => {
    const collector = new Collector();
    await bring(['--mapping', 'orders', orders, '--until', '2020-01-03'], collector);
    const { summary } = await bring(['--mapping', 'orders', orders], collector);
    expect(summary).toMatchObject({ accepted: 3, duplicates: 0 });
  });
});

describe('the rejects file', () => {
  it('cannot be a formula, a new line or a new column', async () => {
    const rejects = aPath('rejects.csv');
    const name = '=cmd.csv';
    const file = aFile(`${HEADER}\nr-1,o-1,"=1+1,""x""\n@y",2020-01-01\n`, name);
    process.chdir(aPath('.'));
    await bring([...MAPPING, name, '--rejects', rejects]);
    expect(fs.readFileSync(rejects, 'utf8').split('\n')).toEqual([
      'line,code,message,file',
      expect.stringMatching(/^2,STARS_INVALID,"stars is ""=1\+1,\\""x\\"".*",'=cmd\.csv$/),
      '',
    ]);
    expect(file).toContain(name);
  });

  it('has what the database refused, with its line', async () => {
    const collector = new Collector();
    collector.takeIn = async (parts) =>
      (await allOf(parts)).map(({ id }) =>
        id === 'r-2' ? { status: 'REJECTED', code: 'REVIEW_EXISTS', message: 'no' } : { status: 'PENDING' },
      );
    const args = [...MAPPING, reviews(row(3), row(2), row(1))];
    expect(await rejectsOf(args, collector)).toEqual(['3 REVIEW_EXISTS']);
    expect((await bring(args, collector)).summary).toMatchObject({ accepted: 2, pending: 2, rejected: 1 });
  });

  it('never overwrites what is to be read', async () => {
    const file = reviews(row(1));
    await expect(bring([...MAPPING, file, '--rejects', file])).rejects.toMatchObject({ kind: 'INVALID' });
    expect(fs.readFileSync(file, 'utf8')).toContain('r-1');
  });

  it('must be somewhere where it can be', async () => {
    const rejects = aPath('no/such/place.csv');
    await expect(bring([...MAPPING, reviews(row(1)), '--rejects', rejects])).rejects.toThrow(/cannot be written there/);
  });
});

describe('the batches of a file', () => {
  const MANY_ROWS = 3.5 * BATCH_ROWS;
  const long = () => [...MAPPING, reviews(...Array.from({ length: MANY_ROWS }, (_, n) => row(n, day(n % 2000))))];

  it('finishes the batch at work when it is interrupted, and goes on when it is run again', async () => {
    const collector = new Collector();
    collector.before = (batch) => void (batch === 1 && process.emit('SIGINT'));
    const args = long();
    const [done, left] = [2 * BATCH_ROWS, 1.5 * BATCH_ROWS];
    const first = await bring(args, collector);
    expect(first).toMatchObject({ status: 130, summary: { read: done + left, accepted: done, interrupted: true } });
    expect(first.err).toContain('Finishing the batch');
    expect(process.listenerCount('SIGINT')).toBe(0);
    const second = await bring(args, collector);
    expect(second).toMatchObject({ status: 0, summary: { accepted: left, duplicates: done, interrupted: false } });
  });

  it('breaks when the database does, and closes what it opened', async () => {
    const collector = new Collector();
    collector.before = (batch) => {
      if (batch === 1) throw new Error('connection lost');
    };
    await expect(bring(long(), collector)).rejects.toThrow('connection lost');
    expect(collector).toMatchObject({ isClosed: true, batches: { length: 1 } });
  });
});
