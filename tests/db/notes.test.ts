import { expect, it } from 'vitest';
import { leaveNotes } from '../../src/db/notes.ts';
import { inTransaction, reader, type Tx } from '../../src/db/tx.ts';
import { newId } from '../../src/kernel/ids.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const now = Date.UTC(2026, 0, 1);
const notesOf = (subjectId: string) =>
  reader(db.pool).query(
    '',
    'select kind, payload, created_at, taken_at from note where subject_id = $1 order by kind',
    [subjectId],
  );

it('leaves several notes in one statement', async () => {
  const subjectId = newId(now);
  const payload = { quote: `it's "so"`, list: [1, null], nested: { a: '\\' } };

  await inTransaction(db.pool, (tx) =>
    leaveNotes(tx, now, [
      { subjectId, kind: 'review.held', payload },
      { subjectId, kind: 'review.voided', payload: {} },
    ]),
  );

  const rest = { created_at: new Date(now), taken_at: null };
  expect(await notesOf(subjectId)).toEqual([
    { kind: 'review.held', payload, ...rest },
    { kind: 'review.voided', payload: {}, ...rest },
  ]);
});

it('leaves none of a change that was not saved', async () => {
  const subjectId = newId(now);
  const work = inTransaction(db.pool, async (tx) => {
    await leaveNotes(tx, now, [{ subjectId, kind: 'review.held', payload: {} }]);
    throw new Error('enough');
  });

  await expect(work).rejects.toThrow('enough');
  expect(await notesOf(subjectId)).toEqual([]);
});

it('asks the database nothing when there are none', async () => {
  const asked: string[] = [];
  const tx: Tx = {
    isTransaction: true,
    query: async (name) => (asked.push(name), []),
    copy: async () => {},
    copyNew: async () => true,
    copyOut: async function* () {},
    moved: () => {},
  };
  await leaveNotes(tx, now, []);

  expect(asked).toEqual([]);
});
