import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHead } from '../../src/audit/audit.queries.ts';
import { sequenceAudit } from '../../src/audit/sequence.ts';
import { verifyAudit, type AuditReport, type ChainEnd } from '../../src/audit/verify.ts';
import { enterAudit } from '../../src/db/audit.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { NOW } from '../kit/events.ts';
import { aDatabase } from '../kit/database.ts';
import { anEntry, enterMany } from './kit.ts';

const db = aDatabase();
const ROWS = 12;
let signed: ChainEnd;

beforeEach(async () => {
  await enterMany(db, ROWS);
  await sequenceAudit(db.pool);
  signed = await readHead(reader(db.pool));
});
afterEach(async () => {
  await asOwner('truncate audit_event, audit_leaf, audit_queue');
  await asOwner(`update audit_head set size = 0, link = decode(repeat('00', 32), 'hex')`);
});

/** What somebody can do who owns the tables: the guards are off. */
const asOwner = (statement: string): Promise<unknown> =>
  inTransaction(db.pool, async (tx) => {
    await tx.query('', 'set local session_replication_role = replica');
    await tx.query('', statement);
  });
const verify = (end: ChainEnd | null = null): Promise<AuditReport> => verifyAudit(reader(db.pool), end);
const idAt = async (index: number): Promise<string> =>
  (
    await reader(db.pool).query<{ id: string }>('', 'select event_id as id from audit_leaf where leaf_index = $1', [
      index,
    ])
  )[0]!.id;

describe('the audit log', () => {
  it('is whole as it was entered, and against what was signed before', async () => {
    expect(await verify(signed)).toEqual({ size: ROWS, waiting: 0, notesTakenOut: 0, problems: [] });

    await enterMany(db, 3);
    expect((await verify(signed)).waiting).toBe(3);
    await sequenceAudit(db.pool);
    expect(await verify(signed)).toMatchObject({ size: ROWS + 3, waiting: 0, problems: [] });
  });

  it.each([
    ['actor', `'ADMIN:mallory'`],
    ['at', `at + interval '1 ms'`],
    ['operation', `'voidReviews'`],
    ['subjects', `array['Merchant:other']`],
    ['details', `'{"version": 4}'`],
    ['note', `'As I say.'`],
    ['note_digest', 'null'],
    ['times', '2'],
    ['request_id', 'null'],
    ['input_digest', 'salt'],
  ])('names the row of which the %s was altered', async (column, value) => {
    await asOwner(`update audit_event set ${column} = ${value} where id = '${await idAt(5)}'`);

    expect((await verify()).problems).toEqual([{ kind: 'ALTERED', index: 5, eventId: await idAt(5) }]);
  });

  it('names a row whose hash was altered with it', async () => {
    await asOwner(`update audit_leaf set leaf_hash = sha256('x') where leaf_index = 5`);

    expect((await verify()).problems).toMatchObject([{ kind: 'ALTERED', index: 5 }]);
  });

  it('names an event that was removed, with and without its place', async () => {
    const [one, other] = [await idAt(3), await idAt(7)];
    await asOwner(`delete from audit_event where id in ('${one}', '${other}')`);
    await asOwner('delete from audit_leaf where leaf_index = 7');

    expect((await verify()).problems).toEqual([
      { kind: 'MISSING', index: 3, eventId: one },
      { kind: 'MISSING', index: 7, eventId: null },
    ]);
  });

  it('names an event of which only the place was removed', async () => {
    const id = await idAt(4);
    await asOwner('delete from audit_leaf where leaf_index = 4');

    expect((await verify()).problems).toEqual([
      { kind: 'MISSING', index: 4, eventId: null },
      { kind: 'UNPLACED', index: null, eventId: id },
    ]);
  });

  it('names two rows that were exchanged', async () => {
    await asOwner('update audit_leaf set leaf_index = 1011 - leaf_index where leaf_index in (2, 9)');
    await asOwner('update audit_leaf set leaf_index = leaf_index - 1000 where leaf_index >= 1000');

    const { problems } = await verify();
    expect(problems.map(({ index }) => index)).toEqual([2, 3, 9, 10]);
    expect(new Set(problems.map(({ kind }) => kind))).toEqual(new Set(['MOVED']));
  });

  it('names two events that were exchanged in their places', async () => {
    const [a, b] = [await idAt(2), await idAt(9)];
    await asOwner(`update audit_leaf set event_id = gen_random_uuid() where leaf_index = 2`);
    await asOwner(`update audit_leaf set event_id = '${a}' where leaf_index = 9`);
    await asOwner(`update audit_leaf set event_id = '${b}' where leaf_index = 2`);

    expect((await verify()).problems).toEqual([
      { kind: 'MOVED', index: 2, eventId: b },
      { kind: 'MOVED', index: 9, eventId: a },
    ]);
  });

  it('misses the rows that were taken off the end, also where the head was set back with them', async () => {
    await asOwner('delete from audit_event where id in (select event_id from audit_leaf where leaf_index >= 10)');
    await asOwner('delete from audit_leaf where leaf_index >= 10');
    expect((await verify()).problems).toEqual([{ kind: 'CUT', index: 10, eventId: null }]);

    await asOwner('update audit_head set size = 10, link = (select link from audit_leaf where leaf_index = 9)');
    expect((await verify()).problems).toEqual([]); // nothing in the database tells
    expect((await verify(signed)).problems).toEqual([{ kind: 'CUT', index: 10, eventId: null }]);
  });

  it('is known to be another where it was made anew from the beginning', async () => {
    await asOwner(`update audit_event set actor = 'ADMIN:mallory' where id = '${await idAt(0)}'`);
    await asOwner('insert into audit_queue select event_id from audit_leaf');
    await asOwner('delete from audit_leaf');
    await asOwner(`update audit_head set size = 0, link = decode(repeat('00', 32), 'hex')`);
    await sequenceAudit(db.pool);

    expect((await verify()).problems).toEqual([]);
    expect((await verify(signed)).problems).toEqual([{ kind: 'REWRITTEN', index: ROWS, eventId: null }]);
  });

  it('stays whole when a note is taken out', async () => {
    await db.pool.query('update audit_event set note = null, salt = null where id = $1', [await idAt(5)]);

    expect(await verify(signed)).toMatchObject({ notesTakenOut: 1, problems: [] });
  });

  it('gives everything one place when four do so at once, and writers go on meanwhile', async () => {
    const writing = Array.from({ length: 20 }, () => enterMany(db, 10));
    await Promise.all([...writing, ...[1, 2, 3, 4].map(() => sequenceAudit(db.pool))]);
    await sequenceAudit(db.pool);

    expect(await verify(signed)).toMatchObject({ size: ROWS + 200, waiting: 0, problems: [] });
  });

  it('keeps nothing of a change that was rolled back', async () => {
    const failing = inTransaction(db.pool, async (tx) => {
      await enterAudit(tx, [anEntry({ at: NOW })]);
      throw new Error('no');
    });

    await expect(failing).rejects.toThrow('no');
    expect(await verify()).toMatchObject({ size: ROWS, waiting: 0 });
  });
});

describe('the tables of the audit log', () => {
  it.each([
    `update audit_event set actor = 'x'`,
    `update audit_event set note = 'other'`,
    'update audit_event set note = null, salt = null, times = 9',
    'delete from audit_event',
    'truncate audit_event',
    `update audit_leaf set link = leaf_hash`,
    'delete from audit_leaf',
    'truncate audit_leaf',
    'update audit_head set size = 1',
    'delete from audit_head',
    'truncate audit_head',
  ])('refuse: %s', async (statement) => {
    await expect(db.pool.query(statement)).rejects.toThrow('the audit log is append-only');
  });
});
