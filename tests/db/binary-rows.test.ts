import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arraysOf,
  bytea,
  copyOf,
  flag,
  float8,
  instant,
  int2,
  int4,
  int4s,
  int8,
  jsonb,
  text,
  uuid,
  uuids,
  whole,
  wholes,
} from '../../src/db/binary-rows.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();

const aText = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '\\N', '\t\n', '好评 👍', 'é'.repeat(70), 'x'.repeat(100)),
  )
  .filter((each) => !each.includes('\0') && each.isWellFormed());
const anInt8 = fc.maxSafeInteger();
const aRow = fc.record({
  flag: fc.option(fc.boolean()),
  int2: fc.option(fc.integer({ min: -32_768, max: 32_767 })),
  int4: fc.option(fc.integer()),
  int8: fc.option(anInt8),
  float8: fc.option(fc.double({ noNaN: true }).map((each) => each + 0)),
  uuid: fc.option(fc.uuid()),
  at: fc.option(fc.date({ min: new Date('1900-01-01'), max: new Date(4e12), noInvalidDate: true })),
  text: fc.option(aText),
  bytes: fc.option(fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes))),
  json: fc.option(fc.record({ a: aText, b: fc.array(fc.integer()) })),
  whole: fc.option(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })),
});
type Row = typeof aRow extends fc.Arbitrary<infer Each> ? Each : never;

const fields = {
  flag: flag<Row>((row) => row.flag),
  int2: int2<Row>((row) => row.int2),
  int4: int4<Row>((row) => row.int4),
  int8: int8<Row>((row) => row.int8),
  float8: float8<Row>((row) => row.float8),
  uuid: uuid<Row>((row) => row.uuid),
  at: instant<Row>((row) => row.at?.getTime()),
  text: text<Row>((row) => row.text),
  bytes: bytea<Row>((row) => row.bytes),
  json: jsonb<Row>((row) => row.json),
  whole: whole<Row>((row) => row.whole),
};
const TYPES = 'boolean smallint int bigint float8 uuid timestamptz text bytea jsonb numeric'.split(' ');
const names = Object.keys(fields).map((name) => `"${name}"`);
/** `pg` reads a numeric as text. */
const read = (row: Row) => ({ ...row, whole: row.whole === null ? null : String(row.whole) });

describe('rows in binary', () => {
  it('come back from arrays as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRow), async (rows) => {
        const back = await reader(db.pool).query(
          '',
          `select * from unnest(${TYPES.map((type, i) => `$${i + 1}::${type}[]`).join(', ')}) as r (${names.join(', ')})`,
          arraysOf(rows, ...Object.values(fields)),
        );
        expect(back).toEqual(rows.map(read));
      }),
      { numRuns: 60 },
    );
  });

  it('come back from COPY as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRow), async (rows) => {
        const back = await inTransaction(db.pool, async (tx) => {
          const columns = names.map((name, i) => `${name} ${TYPES[i]}`).join(', ');
          await tx.query('', `create temp table r (${columns}) on commit drop`);
          await tx.copy(...copyOf('r', fields, rows));
          return tx.query('', 'select * from r');
        });
        expect(back).toEqual(rows.map(read));
      }),
      { numRuns: 60 },
    );
  });

  it('may have arrays in them', async () => {
    const aList = fc.record({
      ids: fc.option(fc.array(fc.uuid())),
      numbers: fc.option(fc.array(fc.integer())),
      wholes: fc.option(fc.array(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }))),
    });
    type List = typeof aList extends fc.Arbitrary<infer Each> ? Each : never;
    const columns = {
      ids: uuids<List>((row) => row.ids),
      numbers: int4s<List>((row) => row.numbers),
      wholes: wholes<List>((row) => row.wholes),
    };
    await fc.assert(
      fc.asyncProperty(fc.array(aList), async (rows) => {
        const back = await inTransaction(db.pool, async (tx) => {
          await tx.query('', 'create temp table r (ids uuid[], numbers int[], wholes numeric[]) on commit drop');
          await tx.copy(...copyOf('r', columns, rows));
          return tx.query('', 'select ids::text[], numbers, wholes from r');
        });
        expect(back).toEqual(rows.map((row) => ({ ...row, wholes: row.wholes?.map(String) ?? null })));
      }),
      { numRuns: 30 },
    );
  });
});
