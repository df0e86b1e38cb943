import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, copyText } from '../../src/db/columns.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();

/** What Postgres can store, with everything in it that arrays and COPY write in a way of their own. */
const aText = fc
  .oneof(
    fc.string(),
    fc.constantFrom(
      'null',
      'NULL',
      '',
      ' ',
      '{}',
      '"',
      '\\',
      '\\N',
      '\\.',
      '\t',
      '\n',
      '\r\n',
      ',',
      '好评 👍',
      'مرحبا',
    ),
  )
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const aRow = fc.record({
  text: fc.option(aText),
  number: fc.option(fc.integer()),
  flag: fc.option(fc.boolean()),
  at: fc.option(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })),
  bytes: fc.option(fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes))),
});
describe('rows, however they go to Postgres,', () => {
  it('come back from arrays as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRow), async (rows) => {
        const back = await reader(db.pool).query(
          '',
          'select * from unnest($1::text[], $2::int[], $3::boolean[], $4::timestamptz[], $5::bytea[]) as r (text, number, flag, at, bytes)',
          columns(
            rows,
            (row) => row.text,
            (row) => row.number,
            (row) => row.flag,
            (row) => row.at,
            (row) => row.bytes,
          ),
        );
        expect(back).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  it('come back from COPY as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRow), async (rows) => {
        const back = await inTransaction(db.pool, async (tx) => {
          await tx.query(
            '',
            'create temp table r (text text, number int, flag boolean, at timestamptz, bytes bytea) on commit drop',
          );
          await tx.copy(
            'copy r from stdin',
            copyText(
              rows,
              (row) => row.text,
              (row) => row.number,
              (row) => row.flag,
              (row) => row.at,
              (row) => row.bytes,
            ),
          );
          return tx.query('', 'select * from r');
        });
        expect(back).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });
});
