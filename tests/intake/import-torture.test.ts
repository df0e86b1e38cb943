import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { rowsOf, LONGEST_ROW } from '../../src/intake/readers-rows.ts';
import { cellsOf } from '../../src/intake/readers-cells.ts';
import { aFile, bring, csv, rejectsOf } from './import-kit.ts';

const HEADER = 'review,order,stars,text,occurredAt';
const row = (n: number, text = '') => `r-${n},o-${n},5,${text},2026-01-02`;
const reviews = (...rows: string[]) => ['--mapping', 'reviews', csv(HEADER, ...rows)];
/** By id: all rows here are of one instant. */
const sortedOf = async (args: string[]) => (await bring(args)).envelopes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const textsOf = async (args: string[]) => {
  const envelopes = await sortedOf(args);
  return envelopes.map(({ id, events }) => [id, events[0]?.type === 'review.posted' ? events[0].text : undefined]);
};
const idsOf = async (args: string[]) => (await sortedOf(args)).map(({ id }) => id);

describe('CSV', () => {
  it('may have quotes, delimiters and newlines in quoted cells', async () => {
    const texts = ['"a, b"', '"say ""hi"""', '"two\nlines"', '"two\r\nlines"', '""', '"😀"', "'single'"];
    expect(await textsOf(reviews(...texts.map((text, n) => row(n, text))))).toEqual([
      ['r-0', 'a, b'],
      ['r-1', 'say "hi"'],
      ['r-2', 'two\nlines'],
      ['r-3', 'two\r\nlines'],
      ['r-4', null],
      ['r-5', '😀'],
      ['r-6', "'single'"],
    ]);
  });

  it('may begin with a byte order mark, end lines as Windows does, have empty lines, and no last newline', async () => {
    const file = aFile(`\ufeff${HEADER}\r\n\r\n${row(1, '"x"')}\r\n\n${row(2)}`);
    expect(await idsOf(['--mapping', 'reviews', file])).toEqual(['r-1', 'r-2']);
  });

  it.each([
    ['in the middle of a cell', 'r-0,o-0,5,a "big" one,2026-01-02'],
    ['after a closed one', 'r-0,o-0,5,"a" b,2026-01-02'],
    ['that is opened and never closed', 'r-0,o-0,5,"a,2026-01-02'],
    ['at the very beginning', '"r-0,o-0,5,a,2026-01-02'],
  ])('with a stray quote %s loses that line alone', async (_, bad) => {
    const args = reviews(row(1, '"first"'), bad, row(2), row(3, '"last"'));
    expect(await rejectsOf(args)).toEqual(['3 CSV_MALFORMED']);
    expect(await idsOf(args)).toEqual(['r-1', 'r-2', 'r-3']);
  });

  it('loses one line for each of many stray quotes', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => (n % 3 === 1 ? `"""${row(n)}` : row(n)));
    const { summary } = await bring(reviews(...rows));
    expect(summary).toMatchObject({ read: 20_000, accepted: 13_333, reasons: { CSV_MALFORMED: 6667 } });
  });

  it('counts lines and not rows in what it says of a row', async () => {
    expect(await rejectsOf(reviews(row(1, '"a\nb\nc"'), 'r-2,o-2,9,,2026-01-02'))).toEqual(['5 STARS_INVALID']);
  });

  it('refuses rows with too few or too many columns', async () => {
    expect(await rejectsOf(reviews('r-1,o-1,5', `${row(2)},`, row(3)))).toEqual([
      '2 COLUMN_COUNT_WRONG',
      '3 COLUMN_COUNT_WRONG',
    ]);
  });

  it('refuses what is not UTF-8, and NUL', async () => {
    const file = aFile(Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from(row(1, 'caf\xe9'), 'latin1')]));
    expect(await rejectsOf(['--mapping', 'reviews', file])).toEqual(['2 TEXT_INVALID']);
    expect(await rejectsOf(reviews(row(1, 'a\0b')))).toEqual(['2 TEXT_INVALID']);
  });

  it('keeps spaces, so that an id with one is refused rather than mended', async () => {
    expect(await rejectsOf(reviews('r-1, o-1,5,,2026-01-02'))).toEqual(['2 ID_INVALID']);
  });

  it('may have another delimiter, if the mapping says so', async () => {
    const mapping = aFile(
      JSON.stringify({
        name: 'semicolons',
        delimiter: ';',
        key: '{id}',
        events: [{ type: 'order.paid', at: 'day', data: { order: 'id' } }],
      }),
      'semicolons.json',
    );
    expect(await idsOf(['--mapping', mapping, csv('id;day', '"o;1";2026-01-02')])).toEqual(['o;1']);
  });
});

describe('a row of 10 MB', () => {
  const long = 'x'.repeat(10 * 1024 * 1024);
  it.each([
    ['in one cell', long],
    ['in a quoted cell', `"${long}"`],
    ['in a quoted cell of many lines', `"${'line\n'.repeat(2 * 1024 * 1024)}"`],
    ['in a quoted cell full of quotes', `"${'""'.repeat(5 * 1024 * 1024)}"`],
  ])('%s is left out, and the next one read', async (_, text) => {
    const args = reviews(row(1), row(2, text), row(3));
    expect(await rejectsOf(args)).toEqual(['3 ROW_TOO_LONG']);
    expect(await idsOf(args)).toEqual(['r-1', 'r-3']);
  });

  it('does not put out the count of lines', async () => {
    const args = reviews(row(1, `"${'line\n'.repeat(500_000)}"`), 'r-2,o-2,9,,2026-01-02');
    expect(await rejectsOf(args)).toEqual(['2 ROW_TOO_LONG', '500003 STARS_INVALID']);
  });

  it('that is an open quote costs its line alone', async () => {
    const rest = Array.from({ length: 60_000 }, (_, n) => row(n + 10));
    const { summary } = await bring(reviews(row(1, '"open'), ...rest));
    expect(summary).toMatchObject({ read: 60_001, accepted: 60_000, reasons: { CSV_MALFORMED: 1 } });
  });

  it('at the end of the file is left out too', async () => {
    const args = ['--mapping', 'reviews', aFile(`${HEADER}\n${row(1)}\n${row(2, long)}`)];
    expect(await rejectsOf(args)).toEqual(['3 ROW_TOO_LONG']);
  });

  it('has its limit at 1 MB', async () => {
    const filled = (bytes: number) => row(2, 'x'.repeat(bytes - row(2).length));
    expect(await rejectsOf(reviews(filled(LONGEST_ROW)))).toEqual(['2 TEXT_TOO_LONG']);
    expect(await rejectsOf(reviews(filled(LONGEST_ROW + 1)))).toEqual(['2 ROW_TOO_LONG']);
  });
});

describe('JSON lines', () => {
  const event = (id: string, time = '2026-01-02T00:00:00Z') =>
    JSON.stringify({ id, source: 'shop', type: 'order.paid', time, data: { order: id } });
  const lines = (...rows: string[]) => ['--mapping', 'events', csv(...rows)];

  it('are an envelope each, under their own names', async () => {
    const { envelopes } = await bring(lines(event('o-2', '2026-01-03T00:00:00Z'), event('o-1')));
    expect(envelopes).toMatchObject([
      { source: 'shop', id: 'o-1', mayGrow: false },
      { source: 'shop', id: 'o-2', mayGrow: false },
    ]);
  });

  it('are refused one by one', async () => {
    const bad = ['{"id":', 'null', '"a', '{}', `{"a":"${'x'.repeat(2 * LONGEST_ROW)}"}`, `[${'['.repeat(100_000)}`];
    const args = lines(event('o-1'), ...bad, '', event('o-2'));
    expect(await rejectsOf(args)).toEqual([
      '2 JSON_MALFORMED',
      '3 EVENT_INVALID',
      '4 JSON_MALFORMED',
      '5 FIELD_MISSING',
      '6 ROW_TOO_LONG',
      '7 JSON_MALFORMED',
    ]);
    expect(await idsOf(args)).toEqual(['o-1', 'o-2']);
  });
});

describe('rows', () => {
  const inputOf = (content: Buffer) => ({
    name: 'x',
    size: content.length,
    readAt: (buffer: Buffer, offset: number) => content.copy(buffer, 0, offset),
    isUnchanged: () => true,
  });
  const read = (content: string) => {
    const rows = [...rowsOf(inputOf(Buffer.from(content)), 44)];
    const cells = cellsOf(
      rows.filter(({ fault }) => fault === null).map(({ bytes }) => bytes),
      ',',
    );
    return { rows, cells };
  };
  const cell = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n a]{0,8}$/));
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 30 });
  const written = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  it('are read as they were written, and as csv-parse reads the whole', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (cells, newline) => {
        const text = cells.map((row) => row.map(written).join(',') + newline).join('');
        expect(read(text).cells).toEqual(cells);
        const options = { record_delimiter: ['\r\n', '\n'], relax_column_count: true, skip_empty_lines: true };
        expect(parse(text, options)).toEqual(cells);
      }),
    );
  });

  it('never overlap, never stop short, and lie where they say', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[",\r\nab]{0,60}$/), (text) => {
        const content = Buffer.from(text);
        let end = 0;
        for (const { bytes, offset, fault, line } of read(text).rows) {
          expect(offset).toBeGreaterThanOrEqual(end);
          expect(line).toBe(content.subarray(0, offset).toString().split('\n').length);
          expect(bytes.equals(content.subarray(offset, offset + bytes.length))).toBe(true); // none where there is a fault
          expect(content.subarray(end, offset).toString().trim()).toBe('');
          end = fault === null ? offset + bytes.length : endOfLine(content, offset);
        }
        expect(content.subarray(end).toString().trim()).toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  function endOfLine(content: Buffer, from: number): number {
    const newline = content.indexOf(10, from);
    return newline === -1 ? content.length : newline + 1;
  }
});
