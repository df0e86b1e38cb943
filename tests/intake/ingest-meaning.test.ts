import { beforeEach, describe, expect, it } from 'vitest';
import { intakeAt, takeInBatch } from '../../src/intake/intake.ts';
import { postingKind } from '../../src/scoring/kinds.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, HASH_SECRET, NOW, takeEvents, type RawEvent, type Story } from '../kit/events.ts';
import { accepted, expectSound, ingest } from './ingest-kit.ts';
import { ledgerOf, liveOf, named } from './ledger-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
beforeEach(async () => {
  await emptied(db);
  await takeEvents(db, []); // the policies
});

const tell = async (...events: RawEvent[]) => expect(await ingest(api, events)).toEqual(accepted(events.length));
const story = (more: Partial<Story> = {}) =>
  eventsOf({ order: 'o-1', buyer: 'b-1', product: 'p-1', placed: 40, ...more });
const then = (type: string, days: number, data: object = {}, hours = 0): RawEvent =>
  anEvent(type, daysAgo(days, hours), { order: 'o-1', ...data });

describe('what an order means', () => {
  it.each<[string, RawEvent[], string[], string[], string[]]>([
    ['delivered in time', story(), ['ORDER_DELIVERED'], ['ORDER_KEPT'], ['ORDER_DELIVERED']],
    ['delivered and not yet kept', story({ isCompleted: false }), ['ORDER_DELIVERED'], [], ['ORDER_DELIVERED']],
    ['delivered late', story({ delivered: 8 }), ['LATE_DELIVERY'], ['ORDER_KEPT'], ['ORDER_DELIVERED']],
    [
      'delivered on its last day, after the hour',
      story({ delivered: 7 }),
      ['LATE_DELIVERY'],
      ['ORDER_KEPT'],
      ['ORDER_DELIVERED'],
    ],
    [
      'paid back past the marketplace',
      [...story(), then('order.paidBack', 10)],
      ['ORDER_DELIVERED'],
      [],
      ['ORDER_DELIVERED'],
    ],
    ...([5, 4, 3, 2, 1] as const).map((stars): [string, RawEvent[], string[], string[], string[]] => [
      `reviewed with ${stars} stars`,
      story({ stars }),
      ['ORDER_DELIVERED', `REVIEW_${stars}`],
      ['ORDER_KEPT'],
      ['ORDER_DELIVERED', `REVIEW_${stars}`],
    ]),
    ['placed and paid and no more', story({ delivered: null }), [], [], []],
    [
      'handed over late',
      story().map((event) => (event.type === 'order.placed' ? withData(event, { shipBy: daysAgo(40, 19) }) : event)),
      ['LATE_HANDOVER', 'ORDER_DELIVERED'],
      ['ORDER_KEPT'],
      ['ORDER_DELIVERED'],
    ],
    [
      'handed over at the last instant',
      story().map((event) => (event.type === 'order.placed' ? withData(event, { shipBy: daysAgo(40, 20) }) : event)),
      ['ORDER_DELIVERED'],
      ['ORDER_KEPT'],
      ['ORDER_DELIVERED'],
    ],
    [
      'cancelled by its seller',
      [...story({ delivered: null }), then('order.cancelled', 38, { by: 'SELLER', cause: 'sold out' })],
      ['CANCELLED_BY_SELLER'],
      [],
      [],
    ],
    [
      'cancelled by its buyer',
      [...story({ delivered: null }), then('order.cancelled', 38, { by: 'BUYER', cause: 'regret' })],
      [],
      [],
      [],
    ],
    [
      'cancelled by the platform',
      [...story({ delivered: null }), then('order.cancelled', 38, { by: 'PLATFORM', cause: 'closed' })],
      [],
      [],
      [],
    ],
    [
      'refunded for a defect',
      [...story(), then('order.refunded', 20, { amount: 1, cause: 'DEFECT' })],
      ['ORDER_COMPLAINED'],
      [],
      ['ORDER_COMPLAINED'],
    ],
    [
      'refunded as not described',
      [...story(), then('order.refunded', 20, { amount: 1, cause: 'NOT_AS_DESCRIBED' })],
      ['ORDER_COMPLAINED'],
      [],
      ['ORDER_COMPLAINED'],
    ],
    [
      'refunded on a change of mind',
      [...story(), then('order.refunded', 20, { amount: 1, cause: 'CHANGED_MIND' })],
      ['ORDER_DELIVERED'],
      [],
      ['ORDER_DELIVERED'],
    ],
    [
      'fought over and lost by its merchant',
      [...story(), then('dispute.closed', 20, { lostBy: 'MERCHANT', cause: 'broken' })],
      ['ORDER_COMPLAINED', 'DISPUTE_LOST'],
      ['ORDER_KEPT'],
      ['ORDER_DELIVERED'],
    ],
    [
      'fought over and lost by its buyer',
      [...story(), then('dispute.closed', 20, { lostBy: 'BUYER', cause: 'no proof' })],
      ['ORDER_DELIVERED'],
      ['ORDER_KEPT', 'UNFOUNDED_CLAIM'],
      ['ORDER_DELIVERED'],
    ],
    [
      'fought over and lost by nobody',
      [...story(), then('dispute.closed', 20, { lostBy: 'NONE', cause: 'settled' })],
      ['ORDER_DELIVERED'],
      ['ORDER_KEPT'],
      ['ORDER_DELIVERED'],
    ],
    [
      'lost twice by its merchant, which is one loss',
      [
        ...story(),
        then('dispute.closed', 20, { lostBy: 'MERCHANT', cause: 'x' }),
        then('payment.chargeback', 22, { lostBy: 'MERCHANT', cause: 'x' }),
      ],
      ['ORDER_COMPLAINED', 'DISPUTE_LOST'],
      [],
      ['ORDER_DELIVERED'],
    ],
    [
      'charged back and lost by its buyer',
      [...story(), then('payment.chargeback', 20, { lostBy: 'BUYER', cause: 'fraud' })],
      ['ORDER_DELIVERED'],
      ['CHARGEBACK_LOST'],
      ['ORDER_DELIVERED'],
    ],
    [
      'never paid',
      [
        story()[0]!,
        then('payment.failed', 39, { cause: 'declined' }),
        then('order.cancelled', 35, { by: 'PLATFORM', cause: 'unpaid' }),
      ],
      [],
      ['UNPAID_ORDER'],
      [],
    ],
    [
      'never paid, and cancelled by its seller',
      [
        story()[0]!,
        then('payment.failed', 39, { cause: 'declined' }),
        then('order.cancelled', 35, { by: 'SELLER', cause: 'unpaid' }),
      ],
      ['CANCELLED_BY_SELLER'],
      [],
      [],
    ],
    [
      'paid a day and an instant after the payment failed',
      [
        story()[0]!,
        then('payment.failed', 39, { cause: 'x' }),
        then('order.paid', 38, { at: new Date(Date.parse(daysAgo(38)) + 1).toISOString() }),
      ],
      [],
      ['LATE_PAYMENT'],
      [],
    ],
    [
      'paid a day after the payment failed',
      [story()[0]!, then('payment.failed', 39, { cause: 'x' }), then('order.paid', 38)],
      [],
      [],
      [],
    ],
  ])('%s', async (_, events, merchant, buyer, product) => {
    const kinds = async () => {
      const found = await Promise.all(['m-1', 'b-1', 'p-1'].map((subject) => liveOf(db, subject)));
      return found.map((entries) => entries.map(({ kind }) => postingKind(kind).key).toSorted());
    };
    const expected = [merchant, buyer, product].map((keys) => keys.toSorted());
    await tell(...events);
    expect(await kinds()).toEqual(expected);
    if (expected.flat().length > 0) await expectSound(db);

    await emptied(db);
    await takeEvents(db, []);
    for (const event of events.toReversed()) await ingest(api, [event]); // late, and in the worst order
    expect(await kinds()).toEqual(expected);
  });

  it('takes back what it meant before, and only that', async () => {
    await tell(...story());
    await tell(then('order.refunded', 20, { amount: 5000, cause: 'DEFECT' }));
    expect((await ledgerOf(db, 'm-1')).map((entry) => [named(entry), entry.revision, entry.sign])).toEqual([
      ['o-1 ORDER_DELIVERED 0', 0, 1],
      ['o-1 ORDER_DELIVERED 0', 1, -1],
      ['o-1 ORDER_COMPLAINED 0', 0, 1],
    ]);
    expect((await ledgerOf(db, 'b-1')).map(({ sign }) => sign)).toEqual([1, -1]);
    const { data } = await api.ask(
      'ADMIN',
      '{ merchant(externalId: "m-1") { grade { evidence { postings goodMass } } } }',
    );
    expect(data.merchant.grade.evidence).toEqual({ postings: 1, goodMass: 0 });
  });

  it('says when it happened, not when it was told', async () => {
    await tell(...story({ delivered: 8 }));
    const [late] = await liveOf(db, 'm-1');
    expect(new Date(late!.occurredAt).toISOString()).toBe(daysAgo(32, 2));
  });
});

it('a rating of a network, which files alone tell, is a deal that went well or did not', async () => {
  const told = [10, -3].map((rating, i) => ({
    type: 'rating.given' as const,
    at: NOW - i,
    from: 'b-1',
    to: 'm-1',
    rating,
  }));
  const envelopes = told.map((event, i) => ({
    source: 'import:ratings',
    id: `r${i}`,
    contentHash: Buffer.alloc(16, i),
    events: [event],
    mayGrow: true,
  }));
  const outcomes = await takeInBatch(db.pool, envelopes, intakeAt(HASH_SECRET, NOW));
  expect(outcomes.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED']);
  expect((await liveOf(db, 'm-1')).map(({ kind }) => postingKind(kind).key).toSorted()).toEqual([
    'RATING_NEGATIVE',
    'RATING_POSITIVE',
  ]);
  await expectSound(db);
});

function withData(event: RawEvent, data: object): RawEvent {
  return { ...event, data: { ...event.data, ...data } };
}
