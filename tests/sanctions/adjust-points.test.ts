import { beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { bookAdjustment } from '../../src/points/adjustments.ts';
import type { Holder } from '../../src/points/transfer.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { DAY_MS, mutator } from '../points/kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
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
const change = (externalId: string, amount: number, more = {}) => ({
  subjectId: ids[externalId],
  amount,
  reason: 'Sorry for the wait',
  note: 'ticket 17',
  ...more,
});
const APPROVE = `mutation ($input: ApproveProposalInput!) { approveProposal(input: $input) {
  proposal { state results summary input } userErrors { code } } }`;
let approvals = 0;
const approve = async (asker: 'MODERATOR' | 'ADMIN', proposalId: string) => {
  const input = { proposalId, note: 'so be it', idempotencyKey: `approve-${approvals++}` };
  return (await api.ask(asker, APPROVE, { input })).data.approveProposal;
};
const refused = (code: string, field: string | null) => ({
  account: null,
  proposal: null,
  userErrors: [{ code, field: field === null ? null : [field] }],
});

describe('adjustPoints', () => {
  it('gives and takes, with a reason for the holder and the name of who did it for staff', async () => {
    expect((await send('adjustPoints', 'MODERATOR', change('b-0', 50))).account.balance).toBe(50);
    expect((await send('adjustPoints', 'ADMIN', change('b-0', -20))).account.balance).toBe(30);
    const query = '{ buyer(externalId: "b-0") { points { entries { nodes { kind amount reason bookedBy } } } } }';
    const of = { kind: 'ADJUSTED', reason: 'Sorry for the wait' };
    expect((await api.ask('AUDITOR', query)).data.buyer.points.entries.nodes).toEqual([
      { ...of, amount: -20, bookedBy: 'ADMIN' },
      { ...of, amount: 50, bookedBy: 'MODERATOR' },
    ]);
  });

  it('happens once, however often it is sent at once', async () => {
    const input = change('b-1', 5, { idempotencyKey: 'adjust-once' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('adjustPoints', 'ADMIN', input)));

    for (const { account } of answers) expect(account.balance).toBe(5);
    expect(await send('adjustPoints', 'ADMIN', { ...input, amount: 6 })).toEqual(
      refused('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'),
    );
  });

  it.each([
    ['nothing', { amount: 0 }, 'POINTS_NOT_POSITIVE', 'amount'],
    ['more than there is', { amount: -1 }, 'POINTS_INSUFFICIENT', 'amount'],
    ['no reason', { reason: '' }, 'REASON_MISSING', 'reason'],
    ['no note', { note: ' ' }, 'NOTE_MISSING', 'note'],
    ['half a character', { reason: '\ud800' }, 'REASON_INVALID', 'reason'],
    [
      'nobody',
      { subjectId: globalId('Merchant', '0199a1b2-0000-7000-8000-000000000001') },
      'HOLDER_NOT_FOUND',
      'subjectId',
    ],
  ])('of %s is refused', async (_, more, code, field) => {
    expect(await send('adjustPoints', 'ADMIN', change('b-2', 1, more))).toEqual(refused(code, field));
  });

  it('of more than 1,000 in 24 hours on one account is proposed, in one go or in many', async () => {
    const proposed = { account: null, proposal: { action: 'ADJUST_POINTS', state: 'OPEN' }, userErrors: [] };
    expect(await send('adjustPoints', 'ADMIN', change('b-3', 1001))).toMatchObject(proposed);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => send('adjustPoints', 'MODERATOR', change('b-3', 300))),
    );
    expect(answers.filter(({ account }) => account !== null)).toHaveLength(3);
    expect(await send('adjustPoints', 'ADMIN', change('b-3', -101))).toMatchObject(proposed);
    now += DAY_MS;
    expect((await send('adjustPoints', 'ADMIN', change('b-3', 100))).account.balance).toBe(1000);
    now = NOW;
  });

  it('that is proposed is booked once another person agrees', async () => {
    const input = change('b-4', 5000, { idempotencyKey: 'propose-once' });
    const { proposal } = await send('adjustPoints', 'MODERATOR', input);
    expect((await send('adjustPoints', 'MODERATOR', input)).proposal).toEqual(proposal);
    expect(await approve('MODERATOR', proposal.id)).toEqual({ proposal: null, userErrors: [{ code: 'SAME_PERSON' }] });
    const { proposal: approved } = await approve('ADMIN', proposal.id);
    expect(approved).toMatchObject({
      state: 'APPROVED',
      summary: 'Gives 5000 points to buyer b-4: Sorry for the wait',
      input: { subjectId: ids['b-4'], amount: 5000, reason: 'Sorry for the wait' },
    });

    const query = '{ buyer(externalId: "b-4") { points { balance entries { nodes { id bookedBy } } } } }';
    const { points } = (await api.ask('ADMIN', query)).data.buyer;
    expect(points).toEqual({ balance: 5000, entries: { nodes: [{ id: approved.results[0], bookedBy: 'MODERATOR' }] } });
    expect((await approve('ADMIN', proposal.id)).userErrors).toEqual([{ code: 'PROPOSAL_DECIDED' }]);
  });

  it('that nobody else has agreed to is not booked beyond the limit, whoever asks', async () => {
    const decision = { now, by: 'MODERATOR:ann', approvedBy: null };
    const adjustment = { amount: 1001, reason: 'A prize' };
    const work = inTransaction(db.pool, (tx) => bookAdjustment(tx, decision, holderOf('b-5'), adjustment));
    await expect(work).rejects.toMatchObject({ code: 'NEEDS_SECOND_PERSON' });
  });

  it('is for moderators and admins', async () => {
    for (const asker of ['PLATFORM', 'AUDITOR', ['BUYER', 'buyer:b-0']] as const)
      expect(await send('adjustPoints', asker, change('b-0', 1))).toEqual({ code: 'FORBIDDEN' });
  });
});
