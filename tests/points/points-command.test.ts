import type { Pool, PoolClient } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/kernel/ids.ts';
import { identify } from '../../src/access/subjects.queries.ts';
import { reader } from '../../src/db/tx.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { checkPoints } from '../../src/points/check.ts';
import { run } from '../../src/points/points.command.ts';
import type { Holder } from '../../src/points/transfer.ts';
import { credenceHere } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { book, DAY_MS, earned, penalty } from './kit.ts';

const db = aDatabase();
/** The command in this process; a refusal is what it threw. */
async function points(...args: string[]): Promise<{ status: number | Refusal; out: string; err: string }> {
  process.env['DATABASE_URL'] = db.url;
  const said = { out: '', err: '' };
  const io = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) };
  const status = await run(args, io).catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
  return { status, ...said };
}
let holder: Holder;

beforeAll(async () => {
  await takeEvents(db, [anEvent('merchant.registered', daysAgo(9), { externalId: 'm-1' })]);
  const named = { role: 'MERCHANT', name: 'm', subject: { kind: 'MERCHANT', externalId: 'm-1', id: null } } as const;
  holder = { subjectKind: 'MERCHANT', subjectId: (await identify(reader(db.pool), named)).subject!.id! };
  await book(
    db,
    earned(holder, 10, { expiresAt: NOW + DAY_MS, reason: '=1+1, "quoted"' }),
    earned(holder, 20, { bookedAt: NOW + DAY_MS }),
    penalty(holder, 15, { reason: 'late' }),
    penalty({ subjectKind: 'BUYER', subjectId: newId(NOW) }, 3),
  );
});

describe('credence points check', () => {
  it('finds that all is as the ledger says', async () => {
    const { status, out, err } = await credenceHere({ DATABASE_URL: db.url }, 'points', 'check', '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toEqual({
      accounts: 2,
      transfers: 4,
      sum: 0,
      balances: { ISSUED: -30, PENALTIES: 18, HOLDERS: 12 },
      differing: 0,
      seconds: expect.any(Number),
    });
  });

  it('names what is off, and ends with 1', async () => {
    await db.pool.query(`insert into points_lot values ($1, 'infinity', 4)`, [holder.subjectId]);
    const { status, out, err } = await points('check');
    expect(status).toBe(1);
    expect(err).toContain(`the lot ${holder.subjectId} that expires infinity is 4, the ledger says 0`);
    expect(out).toMatch(/2 accounts with 4 transfers in \d\.\d s: 2 differences/);
    await db.pool.query('delete from points_lot');
    expect((await checkPoints(db.pool)).differing).toBe(0);
  });

  const wrongs: readonly (readonly [string, string, RegExp])[] = [
    [
      'a balance',
      `update points_account set balance = balance + 1`,
      /the balance, pending points and revision of account/,
    ],
    ['points pending', `update points_pending set points = 21`, /what is pending and held of account/],
    ['points held', `update points_account set held = 1`, /what is pending and held of account/],
    [
      'a hold',
      `insert into points_hold values (gen_random_uuid(), gen_random_uuid(), 5, '{infinity}', '{4}', 'p', 'r', 'x', now(), now() + '1 s', 'HELD')`,
      /the hold/,
    ],
    ['a debt', `update points_debt set owed = owed + 1`, /what was taken and is owed for the entry/],
    ['what was taken', `update points_take set points = points + 1`, /what was taken and is owed for the entry/],
    ['an entry that is gone', `delete from points_transfer where revision = 2`, /where the entry starts/],
    ['an entry of another size', `update points_transfer set points = 11 where revision = 1`, /where the entry starts/],
    ['what is due', `update points_account set due_at = null`, /what can be spent, is owed and is due/],
  ];
  it.each(wrongs)('sees %s', async (_, tampering, said) => {
    const client = await db.pool.connect();
    try {
      await client.query(
        'begin; set local session_replication_role = replica; alter table points_transfer drop constraint points_transfer_sum',
      );
      await client.query(tampering);
      expect((await checkPoints(poolWithin(client))).differences.join('\n')).toMatch(said);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

/** A pool whose transactions are part of the client's own. */
function poolWithin(client: PoolClient): Pool {
  const isOfTransaction = (text: string) => /^(begin|commit|rollback|set transaction)/.test(text);
  const query = (statement: string | { text: string }) =>
    isOfTransaction(typeof statement === 'string' ? statement : statement.text)
      ? Promise.resolve({ command: 'COMMIT', rows: [] })
      : client.query(statement as never);
  return { connect: () => Promise.resolve({ query, on: () => {}, off: () => {}, release: () => {} }) } as never;
}

describe('credence points export', () => {
  it('writes a statement as CSV that no spreadsheet takes for formulas', async () => {
    const { status, out, err } = await points('export', 'merchant:m-1');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const [head, first, second, third, end] = out.split('\n');
    expect(head).toBe('entry,recordedAt,bookedAt,kind,amount,balance,pending,expiresAt,reverses,reason');
    const [at, next] = [NOW, NOW + DAY_MS].map((each) => new Date(each).toISOString());
    expect(first!.slice(37)).toBe(`${at},${at},EARNED,10,10,0,${next},,"'=1+1, ""quoted"""`);
    expect(second!.slice(37)).toBe(`${at},${next},EARNED,20,10,20,,,for a test`);
    expect(third!.slice(37)).toBe(`${at},${at},PENALTY,-15,-5,20,,,late`);
    expect(end).toBe('');
  });

  it('writes the entries of a period as JSON lines', async () => {
    const day = (days: number) => new Date(NOW + days * DAY_MS).toISOString().slice(0, 10);
    const lines = async (...more: string[]) => {
      const { status, out } = await points('export', 'merchant:m-1', '--format', 'jsonl', ...more);
      expect(status).toBe(0);
      return out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { amount: number });
    };
    expect((await lines('--from', day(0), '--to', day(0))).map(({ amount }) => amount)).toEqual([10, 20, -15]);
    expect(await lines('--from', day(1), '--to', day(9))).toEqual([]);
    expect(await lines('--to', day(-1))).toEqual([]);
  });

  it.each([
    [['export'], /Give check, or export SUBJECT/],
    [['export', 'm-1'], /A subject is merchant:EXTERNAL_ID/],
    [['export', 'merchant:nobody'], /There is no merchant:nobody/],
    [['export', 'merchant:m-1', '--from', '2026-02-30'], /--from is "2026-02-30"/],
    [['export', 'merchant:m-1', '--from', '2026-02-02', '--to', '2026-02-01'], /must not be after/],
    [['export', 'merchant:m-1', '--format', 'xml'], /give csv or jsonl/],
    [['check', 'all'], /Give check/],
  ])('%j is wrong use', async (args, said) => {
    const { status, out } = await points(...args);
    expect(status).toMatchObject({ message: expect.stringMatching(said) });
    expect(out).toBe('');
  });
});
