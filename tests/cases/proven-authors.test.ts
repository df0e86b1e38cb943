import { beforeEach, describe, expect, it } from 'vitest';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { scanMarket } from '../../src/integrity/scan-market.ts';
import { mutate, suspicionsOf, type Shown } from '../integrity/integrity-kit.ts';
import { expectSound, ingest } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { ALICE, BOB, buyer, casesOn, honestOrders } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const cases = casesOn(api, db);

const written = (order: string, merchant: string, by = 'b-liar', placed = 30) =>
  eventsOf({ order, merchant, buyer: by, placed, stars: 5 });
beforeEach(async () => {
  now = NOW;
  await emptied(db);
  await takeEvents(db, [
    ...['m-1', 'm-2', 'm-3'].flatMap((merchant) => honestOrders(merchant, 4)),
    ...written('a', 'm-1'),
    ...written('b', 'm-2', 'b-liar', 40),
    ...written('c', 'm-3', 'b-liar', 50),
    ...written('d', 'm-3', 'b-honest'),
  ]);
});

const later = () => (now += 60_000);
const penalize = (review: string, more = {}) => {
  later();
  return cases.penalize([review], more);
};
async function overturn(review: string): Promise<void> {
  later();
  const [id] = await cases.reviewIds([review]);
  const { appeal } = await cases.file(id!, buyer('b-liar'));
  expect(await cases.decide(appeal.id)).toMatchObject({ userErrors: [] });
}
const proofIn = ({ evidence }: Shown) => evidence.find(({ code }) => code === 'PROVEN_FAKES');
/** Which review is suspected, for how many proven fakes. */
const suspected = async (status = 'OPEN') =>
  Object.fromEntries(
    (await suspicionsOf(api, { status })).flatMap((suspicion) =>
      suspicion.reviews.map(({ externalId }) => [externalId, proofIn(suspicion)?.facts.length]),
    ),
  );

describe('when a fake is proven', () => {
  it('what else its author wrote is suspected, each review for itself, and goes on counting until a person decides', async () => {
    await penalize('r-a');
    const found = await suspicionsOf(api);
    expect(found.map(({ reviews }) => reviews[0])).toEqual(
      expect.arrayContaining([
        { externalId: 'r-b', status: 'COUNTED' },
        { externalId: 'r-c', status: 'COUNTED' },
      ]),
    );
    expect(found).toHaveLength(2);
    expect(found.map(proofIn)).toMatchObject(
      found.map(() => ({
        family: 'BEHAVIOUR',
        text: 'Other reviews of its author that were proven fake: 1',
        facts: [{ __typename: 'Review', review: 'r-a' }],
      })),
    );
    const probabilities = found.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    const asked = '{ buyer(externalId: "b-liar") { grade { evidence { badMass } } } }';
    expect((await api.ask('AUDITOR', asked)).data.buyer.grade.evidence.badMass).toBeGreaterThan(5); // 5, and bad weighs 1.5
    await expectSound(db, now);
  });

  it('a second one says more of the third, and confirms what was suspected of it', async () => {
    await penalize('r-a');
    await penalize('r-b');
    expect(await suspected()).toEqual({ 'r-c': 2 });
    expect(await suspected('CONFIRMED')).toEqual({ 'r-b': 1 });
  });

  it('what the author writes from then on is suspected as it comes', async () => {
    await penalize('r-a');
    await ingest(api, written('e', 'm-1', 'b-liar', 8));
    expect(await suspected()).toEqual({ 'r-b': 1, 'r-c': 1, 'r-e': 1 });
  });

  it('a scan leaves it so', async () => {
    await penalize('r-a');
    const before = await suspected();
    await scanMarket(db.pool, foldingsAt, later());
    expect(await suspected()).toEqual(before);
  });

  it('and it is only previewed, nobody is suspected; nor where a review breaks a rule and is no fake', async () => {
    await cases.preview(['r-a']);
    await penalize('r-b', { ground: 'SPAM' });
    expect(await suspected()).toEqual({});
  });
});

describe('when the proof is overturned on appeal', () => {
  it('what was suspected for it alone is suspected no more, as if it never had been', async () => {
    const before = await wholeStateOf(db);
    await penalize('r-a');
    const [one] = await suspicionsOf(api);
    await overturn('r-a');

    expect(await wholeStateOf(db)).toEqual(before);
    const { data } = await api.ask('AUDITOR', 'query ($id: ID!) { node(id: $id) { id } }', { id: one!.id });
    expect(data).toEqual({ node: null });
    const { rows } = await db.pool.query('select kind, actor from suspicion_verdict order by id');
    expect(rows.map(({ kind }) => kind)).toEqual(['OPENED', 'OPENED', 'WITHDRAWN', 'WITHDRAWN']);
  });

  it('another proof still speaks, also against what was given back', async () => {
    await penalize('r-b');
    await penalize('r-a');
    await overturn('r-b');
    expect(await suspected()).toEqual({ 'r-b': 1, 'r-c': 1 });
    await overturn('r-a');
    expect(await suspected()).toEqual({});
  });

  it('a sanction alone leaves the proof as it is', async () => {
    const { sanctions } = await penalize('r-a');
    later();
    const { appeal } = await cases.file(sanctions[0].id, buyer('b-liar'));
    await cases.decide(appeal.id);
    expect(await suspected()).toEqual({ 'r-b': 1, 'r-c': 1 });
  });
});

it('what a person dismissed stays dismissed when more is proven', async () => {
  await penalize('r-a');
  const about = (await suspicionsOf(api)).find(({ reviews }) => reviews[0]!.externalId === 'r-c')!;
  const input = { suspicionId: about.id, note: 'She sent the parcel’s picture.', idempotencyKey: 'k-1' };
  expect(await mutate(api, BOB, 'dismissSuspicion', 'suspicion { status }', input)).toMatchObject({ userErrors: [] });
  await penalize('r-b');
  expect(await suspected()).toEqual({});
  await overturn('r-b');
  expect(await suspected()).toEqual({ 'r-b': 1 });
  expect(await suspected('DISMISSED')).toEqual({ 'r-c': 1 });
});

it('two penalties of one author at the same moment leave what both prove', async () => {
  const ids = await cases.reviewIds(['r-a', 'r-b']);
  const answers = await Promise.all(
    [ALICE, BOB].map((asker, i) => cases.penalize([], { reviewIds: [ids[i]!] }, asker)),
  );
  expect(answers).toMatchObject([{ userErrors: [] }, { userErrors: [] }]);
  expect((await suspected())['r-c']).toBe(2);
  await expectSound(db, now);
});
