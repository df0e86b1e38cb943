import { beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { idsOf } from '../../src/kernel/global-id.ts';
import { reverseTransfers } from '../../src/points/book.commands.ts';
import type { Holder } from '../../src/points/transfer.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { book, DAY_MS, earned, mutator, penalty } from './kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const send = mutator(api);
const people = ['b-0', 'b-1', 'b-2', 'b-3', 'b-4', 'b-5', 'b-6'];
const ids: Record<string, string> = {};
beforeAll(async () => {
  await takeEvents(
    db,
    people.map((externalId) => anEvent('buyer.registered', daysAgo(9), { externalId })),
  );
  for (const externalId of people)
    ids[externalId] = (await api.ask('ADMIN', `{ buyer(externalId: "${externalId}") { id } }`)).data.buyer.id;
});
const holderOf = (externalId: string): Holder => ({
  subjectKind: 'BUYER',
  subjectId: idsOf('Buyer', ids[externalId]!)[0],
});
const refused = (code: string, field: string | null) => ({
  account: null,
  userErrors: [{ code, field: field === null ? null : [field] }],
});

describe('closePointsAccount', () => {
  const closing = (externalId: string, more = {}) => ({ subjectId: ids[externalId], note: 'left us', ...more });

  it('forfeits what is left, and then nothing but corrections is booked', async () => {
    const [first] = await book(
      db,
      earned(holderOf('b-5'), 40, { expiresAt: NOW + DAY_MS }),
      earned(holderOf('b-5'), 2),
    );
    const input = closing('b-5', { idempotencyKey: 'close-once' });
    expect((await send('closePointsAccount', 'ADMIN', input)).account).toMatchObject({ balance: 0, available: 0 });

    expect((await send('closePointsAccount', 'ADMIN', input)).userErrors).toEqual([]);
    expect(await send('closePointsAccount', 'ADMIN', closing('b-5'))).toEqual(refused('ACCOUNT_CLOSED', null));
    await expect(book(db, earned(holderOf('b-5'), 1))).rejects.toMatchObject({ code: 'ACCOUNT_CLOSED' });
    const [back] = await inTransaction(db.pool, (tx) => reverseTransfers(tx, NOW, [first!], 'The review was fake'));
    expect(back).toMatchObject({ points: -40, balance: -40 });
  });

  it('is refused while something is under way', async () => {
    const holder = holderOf('b-6');
    const [pending] = await book(db, earned(holder, 10, { bookedAt: NOW + 1 }));
    expect(await send('closePointsAccount', 'ADMIN', closing('b-6'))).toEqual(refused('POINTS_PENDING', 'subjectId'));
    await inTransaction(db.pool, (tx) => reverseTransfers(tx, NOW, [pending!], 'cancelled'));
    await book(db, penalty(holder, 3));
    expect(await send('closePointsAccount', 'ADMIN', closing('b-6'))).toEqual(refused('POINTS_OWED', 'subjectId'));
    await book(db, earned(holder, 13));
    const hold = { holderId: ids['b-6'], points: 1, purpose: 'p', reference: 'r' };
    await send('redeemPoints', 'PLATFORM', hold);
    expect(await send('closePointsAccount', 'ADMIN', closing('b-6'))).toEqual(refused('HOLDS_OPEN', 'subjectId'));
    for (const asker of ['MODERATOR', 'PLATFORM'] as const)
      expect(await send('closePointsAccount', asker, closing('b-6'))).toEqual({ code: 'FORBIDDEN' });
  });
});
