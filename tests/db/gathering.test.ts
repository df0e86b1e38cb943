import { expect, it } from 'vitest';
import { gathering } from '../../src/db/gathering.ts';
import { reader } from '../../src/db/tx.ts';
import { aDatabase } from '../kit/database.ts';
import { statementsOf } from '../kit/statements.ts';

const db = aDatabase();
const WORDS = `select word, $1::text || word as both, array[1] as numbers, now() as at from unnest(array['a', 'b']) as word where $1 <> 'none'`;

it('answers statements that differ in one value as each of them would be answered, by one', async () => {
  const values = ['x', 'y', 'none', 'x'];
  const one = reader(db.pool);
  const apart = await Promise.all(values.map((value) => one.query('words', WORDS, [value])));
  const many = gathering(one);
  let together: unknown[] = [];
  const sent = await statementsOf(db, async () => {
    together = await Promise.all(values.map((value) => many.query('words', WORDS, [value])));
  });
  const timeless = (answers: unknown) =>
    JSON.parse(JSON.stringify(answers).replaceAll(/"at":"[^"]*"/g, '"at":0')) as unknown;

  expect(sent).toEqual(['words.gathered']);
  expect(timeless(together)).toEqual(timeless(apart));
  expect(together.map((rows) => (rows as unknown[]).length)).toEqual([2, 2, 0, 2]);
});

it('asks anew for who comes later, and sends what has no one text to differ in as it is', async () => {
  const many = gathering(reader(db.pool));
  const sent = await statementsOf(db, async () => {
    await many.query('words', WORDS, ['x']);
    await many.query('words', WORDS, ['x']);
    await many.query('numbers', 'select $1::int + $2::int as sum', [1, 2]);
    await many.query('', 'select 1 as one');
  });

  expect(sent).toEqual(['words.gathered', 'words.gathered', 'numbers', 'select 1 as one']);
});

it('tells each of a failure', async () => {
  const many = gathering(reader(db.pool));
  const failing = ['1', 'x'].map((value) => many.query('failing', 'select $1::int as number', [value]));

  await expect(Promise.allSettled(failing)).resolves.toMatchObject([
    { status: 'rejected', reason: { code: '22P02' } },
    { status: 'rejected', reason: { code: '22P02' } },
  ]);
});
