import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import type { FactKey } from '../../src/reviews/void.commands.ts';
import { expectSound } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { eventsOf, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { BOB, buyer, CAROL, casesOn, doubtAbout, merchant, type Given } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const cases = casesOn(api, db);

/** What staff and those concerned do; places are among the reviews or measures that are there. */
const aStep = fc.oneof(
  fc.record({
    kind: fc.constant('penalize' as const),
    places: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 4 }),
    ground: fc.constantFrom('FAKE_PURCHASED', 'COLLUSION_RING', 'EXTORTION', 'SPAM'),
    points: fc.constantFrom(null, 7, 300),
    alsoSanctionMerchant: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('overturn' as const), what: fc.constantFrom('review', 'sanction'), place: fc.nat(20) }),
  fc.record({ kind: fc.constant('event' as const) }),
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

interface Decided {
  readonly id: string; // as the API has it
  readonly asker: ReturnType<typeof buyer>;
}

const REVIEWS = `select r.merchant_id, r.id, b.external_id as buyer, r.status from review r join buyer b on b.id = r.author_id`;
const voided = async (): Promise<Decided[]> =>
  (
    await db.pool.query(
      `${REVIEWS} where exists (select from review_void v where v.merchant_id = r.merchant_id and v.review_id = r.id and v.lifted_at is null) order by r.external_id`,
    )
  ).rows.map((row) => ({ id: globalId('Review', row.merchant_id, row.id), asker: buyer(row.buyer) }));
const sanctions = async (): Promise<Decided[]> =>
  (
    await db.pool.query(
      `select s.subject_id, s.id, b.external_id as buyer, m.external_id as merchant from sanction s
         left join buyer b on b.id = s.subject_id left join merchant m on m.id = s.subject_id where s.annulled_at is null order by 3, 4, s.imposed_at`,
    )
  ).rows.map((row) => ({
    id: globalId('Sanction', row.subject_id, row.id),
    asker: row.buyer ? buyer(row.buyer) : merchant(row.merchant),
  }));

function accepted(answer: Given): Given {
  expect(answer).toMatchObject({ userErrors: [] });
  return answer;
}

/** The ids of reviews, in the order of the platform's own. */
const reviewsWhere = async (where: string): Promise<string[]> =>
  (await db.pool.query(`${REVIEWS} where ${where} order by r.external_id`)).rows.map((row) =>
    globalId('Review', row.merchant_id, row.id),
  );

async function penalize(step: Extract<Step, { kind: 'penalize' }>, from?: readonly string[]): Promise<void> {
  const reviews = from ?? (await reviewsWhere("r.status <> 'VOIDED'"));
  const reviewIds = step.places.flatMap((place) => reviews[place] ?? []);
  if (reviewIds.length === 0) return;
  const alsoSanctionMerchant = step.alsoSanctionMerchant && ['FAKE_PURCHASED', 'COLLUSION_RING'].includes(step.ground);
  const input = { reviewIds, ground: step.ground, deductPoints: step.points, alsoSanctionMerchant };
  const { proposal } = accepted(await cases.penalize([], input));
  if (proposal) accepted(await cases.approve(proposal.id, BOB));
}

async function overturn({ id, asker }: Decided): Promise<void> {
  const { appeal } = accepted(await cases.file(id, asker));
  accepted(await cases.decide(appeal.id, 'OVERTURNED', {}, CAROL));
}

/** Takes the steps, and then every event that is left and every decision back. */
async function go(steps: readonly Step[], later: readonly RawEvent[]): Promise<void> {
  const waiting = [...later];
  for (const step of steps) {
    now += 60_000;
    if (step.kind === 'event') await takeEvents(db, waiting.splice(0, 1), now);
    else if (step.kind === 'penalize') await penalize(step);
    else {
      const [decided] = (await (step.what === 'review' ? voided() : sanctions())).slice(step.place);
      if (decided) await overturn(decided);
    }
  }
  await takeEvents(db, waiting, now);
  for (const review of await voided()) await overturn(review);
}

/** A marketplace with its history and a doubt about every third review, in which nothing is judged yet. */
async function aMarketWith(history: readonly RawEvent[]): Promise<void> {
  now = NOW;
  await emptied(db);
  await takeEvents(db, [...eventsOf({ order: 'first', placed: 70, stars: 4 }), ...history], now);
  const { rows } = await db.pool.query<FactKey>(
    'select merchant_id as "merchantId", id from review order by external_id',
  );
  for (const [i, review] of rows.entries()) if (i % 3 === 0) await doubtAbout(db, [review], now + i);
}

const weighsNothing = ({ type }: RawEvent) => type !== 'order.placed' && type !== 'review.posted';

describe('after any sequence of penalties and overturned appeals', () => {
  it('standings, ratings, points, counters, reliabilities, measures and doubts are those of a database in which they never happened', async () => {
    await fc.assert(
      fc.asyncProperty(
        aHistory,
        fc.infiniteStream(fc.constantFrom(true, false, false)),
        fc.array(aStep, { minLength: 2, maxLength: 8 }),
        async (history, coins, steps) => {
          const later = new Set(history.filter((event) => weighsNothing(event) && coins.next().value));
          const first = history.filter((event) => !later.has(event));
          await aMarketWith(first);
          await go([], [...later]);
          const never = await wholeStateOf(db);

          await aMarketWith(first);
          await go(steps, [...later]);
          expect(await wholeStateOf(db)).toEqual(never);
          await expectSound(db, now);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('and where some are overturned, all is as if only the others had been decided, the steps of the ladder too', async () => {
    // Two authors who do it again and again.
    const history = Array.from({ length: 12 }, (_, i) =>
      eventsOf({ order: `o-${i}`, merchant: `m-${i % 3}`, buyer: `b-${i % 2}`, placed: 60 - i, stars: 5 - (i % 2) }),
    ).flat();
    const aPenalty = fc.record({
      places: fc.uniqueArray(fc.nat(2), { minLength: 2, maxLength: 3 }),
      ground: fc.constantFrom('FAKE_PURCHASED' as const, 'SPAM' as const),
      points: fc.constantFrom(null, null, null, 7),
      alsoSanctionMerchant: fc.boolean(),
      isWrong: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(aPenalty, { minLength: 3, maxLength: 5 }), async (penalties) => {
        const decideThose = async (chosen: readonly boolean[]): Promise<void> => {
          await aMarketWith(history);
          const reviews = await reviewsWhere("r.status <> 'VOIDED'");
          for (const [i, { places, ...rest }] of penalties.entries()) {
            now += 60_000;
            const own = places.map((place) => place * penalties.length + i); // no review is in two penalties
            if (chosen[i]) await penalize({ ...rest, kind: 'penalize', places: own }, reviews);
          }
        };
        await decideThose(penalties.map(({ isWrong }) => !isWrong));
        const right = await wholeStateOf(db);

        await decideThose(penalties.map(() => true));
        const wrong = new Set(
          penalties.flatMap(({ isWrong, places }, i) =>
            isWrong ? places.map((place) => place * penalties.length + i) : [],
          ),
        );
        const all = await reviewsWhere('r.retracted_at is null');
        for (const review of await voided()) if (wrong.has(all.indexOf(review.id))) await overturn(review);
        expect(await wholeStateOf(db)).toEqual(right);
        await expectSound(db, now);
      }),
      { numRuns: 6 },
    );
  });

  it('every sum equals the sum over what is live, with other facts coming in between', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.array(aStep, { minLength: 3, maxLength: 8 }), async (history, steps) => {
        const half = history.length >> 1;
        await aMarketWith(history.slice(0, half));
        await go(steps, history.slice(half));
        await expectSound(db, now);
        const left = Object.keys(await wholeStateOf(db)).filter((name) =>
          /^(void|condition|sanction|offence|points|lot|debt) /.test(name),
        );
        expect(left).toEqual([]);
      }),
      { numRuns: 4 },
    );
  });
});
