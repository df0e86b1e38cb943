import { beforeAll, describe, expect, it } from 'vitest';
import { copyOfRows, GatheredRows, int4, text } from '../../src/db/binary-rows.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const sql = <Row = Record<string, unknown>>(statement: string) => reader(db.pool).query<Row>('', statement);
const MANY = 60_000; // some megabytes: several chunks
const WORD = 'a word that is somewhat longer';

beforeAll(() => sql('create table line (id int primary key, word text not null)'));

const upTo = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);
const lines = (rows: Uint32Array) =>
  copyOfRows('line', ['id', 'word'], rows, (bytes, row) => {
    bytes.field4(row);
    bytes.text(`${WORD} ${row}`);
  });

describe('rows that are written down as they are sent', () => {
  it('are copied one and all, and what is asked for meanwhile comes after them', async () => {
    const [counted, copied] = await inTransaction(db.pool, async (tx) => {
      const copying = tx.copy(...lines(upTo(MANY)));
      const count = tx.query<{ count: number }>('', 'select count(*)::int as count from line');
      const more = tx.copy(...lines(Uint32Array.of(MANY)));
      await Promise.all([copying, more]);
      return [await count, await tx.query('', 'select count(*)::int as count, max(word) as word from line')];
    });
    expect(counted).toEqual([{ count: MANY }]);
    expect(copied).toEqual([{ count: MANY + 1, word: `${WORD} 9999` }]);
  });

  it('leave nothing where one of them is refused, and the connection as it was', async () => {
    await sql('truncate line');
    const twice = Uint32Array.from({ length: MANY }, (_, i) => (i === 20_000 ? 7 : i));
    const work = inTransaction(db.pool, async (tx) => {
      const failing = tx.copy(...lines(twice));
      const after = tx.query('', 'select 1');
      await Promise.all([failing, after]);
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    await inTransaction(db.pool, (tx) => tx.copy(...lines(upTo(3))));
    expect(await sql('select count(*)::int as count from line')).toEqual([{ count: 3 }]);
  });

  it('are copied in another order than that in which they were gathered', async () => {
    await sql('truncate line');
    const rows = new GatheredRows<number>('line', {
      id: int4((row) => row),
      word: text((row) => WORD.repeat(row % 50)),
    });
    for (let i = 0; i < 20_000; i++) rows.add(i);
    await inTransaction(db.pool, (tx) => tx.copy(...rows.copy(upTo(rows.size).toReversed())));
    expect(await sql(`select id from line order by ctid limit 2`)).toEqual([{ id: 19_999 }, { id: 19_998 }]);
    expect(await sql(`select count(*)::int as wrong from line where word <> repeat('${WORD}', id % 50)`)).toEqual([
      { wrong: 0 },
    ]);
  });
});
