import { describe, expect, it } from 'vitest';
import { Refusals } from '../../src/audit/refusals.ts';
import { RefusedMinute } from '../../src/audit/refused-minute.ts';
import type { AuditEntry } from '../../src/db/audit.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anEntry } from './kit.ts';

const refused = (actor: string, operation: string): AuditEntry =>
  anEntry({ actor, operation, outcome: 'REFUSED', code: 'FORBIDDEN', input: undefined, note: null });
const timesOf = (rows: readonly AuditEntry[]): number => rows.reduce((sum, { times }) => sum + times, 0);

describe('what is refused within a minute', () => {
  it('gets a row for the first of each kind, and one for the rest of it', () => {
    const minute = new RefusedMinute(NOW);
    const first = Array.from({ length: 10 }, () => minute.add(refused('BUYER:b-1', 'Query.auditTrail')));

    expect(first.filter((row) => row !== null)).toHaveLength(1);
    expect(minute.rest()).toMatchObject([{ actor: 'BUYER:b-1', times: 9 }]);
  });

  it('of one actor who tries everything gets few rows, and is counted to the last', () => {
    const minute = new RefusedMinute(NOW);
    const rows = Array.from({ length: 500 }, (_, i) => minute.add(refused('BUYER:b-1', `field${i % 100}`)));
    const entered = [...rows.filter((row) => row !== null), ...minute.rest()];

    expect(entered.length).toBeLessThanOrEqual(12);
    expect(timesOf(entered)).toBe(500);
    expect(entered.at(-1)).toMatchObject({ actor: 'BUYER:b-1', operation: '*', code: '*' });
  });

  it('of ten thousand actors gets few rows, and is counted to the last', () => {
    const minute = new RefusedMinute(NOW);
    const rows = Array.from({ length: 20_000 }, (_, i) =>
      minute.add(refused(`BUYER:b-${i % 10_000}`, `field${i % 3}`)),
    );
    const entered = [...rows.filter((row) => row !== null), ...minute.rest()];

    expect(entered.length).toBeLessThanOrEqual(122);
    expect(timesOf(entered)).toBe(20_000);
  });
});

describe('refusals', () => {
  const db = aDatabase();
  const doer = { actor: { name: 'BUYER:b-1', role: 'BUYER' }, now: NOW, requestId: 'request-1' };
  const one = { operation: 'Query.auditTrail', code: 'FORBIDDEN', subjects: [] };
  const entered = async () =>
    (await db.pool.query<{ times: number }>('select times from audit_event order by times')).rows.map(
      ({ times }) => times,
    );

  it('are entered by and by; all of them at the end, and none while nothing was refused', async () => {
    const refusals = new Refusals(db.pool, () => {});
    await refusals.flush(NOW);
    expect(await entered()).toEqual([]);

    for (let i = 0; i < 7; i++) refusals.add(doer, one);
    await refusals.flush(NOW);
    expect(await entered()).toEqual([1]);
    await refusals.flush(NOW, true);
    expect(await entered()).toEqual([1, 6]);
  });

  it('wait while the database cannot be reached, and are entered with the next', async () => {
    const failures: unknown[] = [];
    let isDown = true;
    const pool = new Proxy(db.pool, {
      get: (target, name) =>
        name === 'query' && isDown ? () => Promise.reject(new Error('down')) : Reflect.get(target, name),
    });
    const before = (await entered()).length;
    const refusals = new Refusals(pool, (error) => failures.push(error));
    refusals.add(doer, one);
    await refusals.flush(NOW);
    expect(failures).not.toEqual([]);

    isDown = false;
    await refusals.flush(NOW, true);
    expect((await entered()).length).toBe(before + 1);
  });
});
