import { inTransaction } from '../../src/db/tx.ts';
import type { Database } from '../../src/db/database.ts';
import { bookTransfers } from '../../src/points/book.commands.ts';
import type { Booked, Holder, NewTransfer } from '../../src/points/transfer.ts';
import { beforeAll } from 'vitest';
import { idsOf } from '../../src/kernel/global-id.ts';
import type { Api, Asker } from '../kit/api.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';

export const DAY_MS = 86_400_000;
const PLAIN = { reason: 'for a test', factId: null, bookedAt: NOW, expiresAt: null, mayOwe: false };

export const earned = (to: Holder, points: number, more: Partial<NewTransfer> = {}): NewTransfer => ({
  ...PLAIN,
  from: { house: 'ISSUED' },
  to,
  points,
  kind: 'EARNED',
  ...more,
});
export const penalty = (from: Holder, points: number, more: Partial<NewTransfer> = {}): NewTransfer => ({
  ...PLAIN,
  from,
  to: { house: 'PENALTIES' },
  points,
  kind: 'PENALTY',
  mayOwe: true,
  ...more,
});
export const book = ({ pool }: Database, ...transfers: NewTransfer[]): Promise<Booked[]> =>
  inTransaction(pool, (tx) => bookTransfers(tx, NOW, transfers));

const ACCOUNT = 'balance pending held available';
const HOLD = `hold { id points captured status purpose reference madeAt expiresAt endedAt } account { ${ACCOUNT} } userErrors { code field }`;
const MUTATIONS = {
  redeemPoints: `mutation ($input: RedeemPointsInput!) { done: redeemPoints(input: $input) { holdId ${HOLD} } }`,
  capturePoints: `mutation ($input: CapturePointsInput!) { done: capturePoints(input: $input) { ${HOLD} } }`,
  releasePoints: `mutation ($input: ReleasePointsInput!) { done: releasePoints(input: $input) { ${HOLD} } }`,
  refundPoints: `mutation ($input: RefundPointsInput!) { done: refundPoints(input: $input) { ${HOLD} } }`,
  adjustPoints: `mutation ($input: AdjustPointsInput!) { done: adjustPoints(input: $input) { account { ${ACCOUNT} } proposal { id action state } userErrors { code field } } }`,
  closePointsAccount: `mutation ($input: ClosePointsAccountInput!) { done: closePointsAccount(input: $input) { account { ${ACCOUNT} } userErrors { code field } } }`,
};

let nextKey = 0;

/** Sends a mutation: its payload, or the code of the error. Each has an idempotency key of its own, unless given. */
export const mutator =
  (api: Api) => async (operation: keyof typeof MUTATIONS, asker: Asker, input: Record<string, unknown>) => {
    const variables = { input: { idempotencyKey: `points-${nextKey++}`, ...input } };
    const { data, errors } = await api.ask(asker, MUTATIONS[operation], variables);
    return errors ? { code: errors[0]!.extensions['code'] } : data.done;
  };

/** Buyers, there from before a file's first test; `someone` is one whom nobody has had yet, with so many points. */
export function peopleOn(db: Database, api: Api, count: number) {
  const people = Array.from({ length: count }, (_, i) => `b-${i}`);
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    await takeEvents(
      db,
      people.map((externalId) => anEvent('buyer.registered', daysAgo(9), { externalId })),
    );
    for (const externalId of people)
      ids[externalId] = (await api.ask('ADMIN', `{ buyer(externalId: "${externalId}") { id } }`)).data.buyer.id;
  });
  const someone = async (points: number): Promise<{ id: string; holder: Holder; as: Asker }> => {
    const externalId = people.shift()!;
    const id = ids[externalId]!;
    const holder = { subjectKind: 'BUYER', subjectId: idsOf('Buyer', id)[0] } as const;
    await book(db, earned(holder, points));
    return { id, holder, as: ['BUYER', `buyer:${externalId}`] };
  };
  return { ids, someone };
}

export const want = (holderId: string, points: number, more = {}) => ({
  holderId,
  points,
  purpose: 'A discount',
  reference: 'o-1',
  ...more,
});
export const refused = (code: string, field: string | null) => ({
  hold: null,
  account: null,
  userErrors: [{ code, field: field === null ? null : [field] }],
});
