import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { probabilityOf, type EvidenceRow } from '../../src/detection/evidence.ts';
import { confirmSuspicions } from '../../src/integrity/confirm.commands.ts';
import { openFindings } from '../../src/integrity/findings.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { expectSound, ingest } from '../intake/ingest-kit.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import {
  decidingOn,
  eventsOfSale,
  fakeSales,
  honestSales,
  keysOf,
  LIST,
  NOT_STAFF,
  suspicionsOf,
  takeHistory,
} from './integrity-kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const MINUTE = 60_000;
const STRANGER = '0199a1b2-0000-7000-8000-000000000001';

const { key, claim, confirm, dismiss, giveUp, release } = decidingOn(api);
const sales = fakeSales('shop', 4);
/** Three held reviews of four, each with its suspicion. */
async function aCampaign(): Promise<void> {
  now = NOW;
  await emptied(db);
  await takeHistory(db, [...honestSales('shop'), ...honestSales('other')], NOW);
  await ingest(api, sales.flatMap(eventsOfSale));
}
const about = async (externalId: string) =>
  (await suspicionsOf(api, { status: null })).find(({ reviews }) =>
    reviews.some((each) => each.externalId === externalId),
  )!;

describe('the queue of suspicions', () => {
  beforeAll(aCampaign);

  it('has the most probable first, and pages that leave none out', async () => {
    const all = await suspicionsOf(api);
    expect(all).toHaveLength(3);
    expect(all.map(({ probability }) => probability)).toEqual(
      all.map(({ probability }) => probability).toSorted((a, b) => b - a),
    );
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await api.ask('AUDITOR', LIST, { first: 1, after });
      paged.push(...data.suspicions.nodes.map(({ id }: { id: string }) => id));
      after = data.suspicions.pageInfo.hasNextPage ? data.suspicions.pageInfo.endCursor : null;
    } while (after);
    expect(paged).toEqual(all.map(({ id }) => id));
    expect(await suspicionsOf(api, { status: 'DISMISSED' })).toEqual([]);
    expect(await suspicionsOf(api, { kind: 'REVIEW' })).toEqual(all);
    expect(await suspicionsOf(api, { kind: 'RING' })).toEqual([]);
  });

  it('is for staff alone, as a list and by id', async () => {
    const { id } = (await suspicionsOf(api))[0]!;
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    for (const asker of NOT_STAFF) {
      const code = asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect((await api.ask(asker, LIST)).errors?.[0]?.extensions['code']).toBe(code);
      expect((await api.ask(asker, node, { id })).data).toEqual({ node: null });
    }
    for (const asker of ['MODERATOR', 'ADMIN', 'AUDITOR'] as const)
      expect((await api.ask(asker, node, { id })).data).toEqual({ node: { id } });
  });
});

describe('a claim', () => {
  beforeEach(aCampaign);
  const [ann, bob]: Asker[] = ['MODERATOR', 'ADMIN'];

  it('keeps others away for half an hour, of two at the same moment too', async () => {
    const { id } = await about('r-shop-fake-1');
    const answers = await Promise.all([claim(id, ann), claim(id, bob)]);
    const won = answers.filter(({ userErrors }) => userErrors.length === 0);
    expect(won).toHaveLength(1);
    expect(answers.find(({ userErrors }) => userErrors.length > 0)).toMatchObject({
      suspicion: null,
      userErrors: [{ code: 'SUSPICION_CLAIMED', field: ['suspicionId'] }],
    });
    expect(won[0].suspicion.claimedUntil).toBe(new Date(NOW + 30 * MINUTE).toISOString());

    const [winner, loser] = won[0].suspicion.claimedBy === 'MODERATOR' ? [ann, bob] : [bob, ann];
    expect(await dismiss(id, loser)).toMatchObject({ userErrors: [{ code: 'SUSPICION_CLAIMED' }] });
    expect(await giveUp(id, loser)).toMatchObject({ userErrors: [{ code: 'SUSPICION_CLAIMED' }] });
    now += 10 * MINUTE;
    expect((await claim(id, winner)).suspicion.claimedUntil).toBe(new Date(now + 30 * MINUTE).toISOString());
    now += 30 * MINUTE;
    expect((await about('r-shop-fake-1')).claimedBy).toBeNull();
    expect(await claim(id, loser)).toMatchObject({ userErrors: [] });
  });

  it('may be given up, once', async () => {
    const { id } = await about('r-shop-fake-1');
    await claim(id, ann);
    const input = { idempotencyKey: key() };
    const first = await giveUp(id, ann, input);
    expect(first).toMatchObject({ userErrors: [], suspicion: { claimedBy: null } });
    expect(await giveUp(id, ann, input)).toEqual(first);
    expect(await giveUp(id, ann)).toMatchObject({ userErrors: [{ code: 'SUSPICION_NOT_CLAIMED' }] });
    expect(await claim(id, bob)).toMatchObject({ userErrors: [] });
  });

  it('is for moderators and admins, on what there is', async () => {
    const { id } = await about('r-shop-fake-1');
    for (const asker of [...NOT_STAFF, 'AUDITOR' as const]) {
      const code = asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      for (const act of [claim, giveUp, confirm, dismiss]) expect(await act(id, asker)).toEqual({ code });
    }
    const nowhere = globalId('Suspicion', STRANGER, STRANGER);
    for (const act of [claim, giveUp, confirm, dismiss]) {
      expect(await act(nowhere)).toMatchObject({
        userErrors: [{ code: 'SUSPICION_NOT_FOUND', field: ['suspicionId'] }],
      });
      expect(await act(globalId('Buyer', STRANGER))).toMatchObject({ userErrors: [{ code: 'ID_OF_ANOTHER_TYPE' }] });
    }
  });
});

describe('a dismissed suspicion', () => {
  beforeEach(aCampaign);

  it('lets what it held count, and says who found nothing wrong and why', async () => {
    const { id } = await about('r-shop-fake-1');
    expect(await dismiss(id)).toEqual({
      suspicion: {
        id,
        status: 'DISMISSED',
        decidedBy: 'MODERATOR',
        decisionNote: 'a school class',
        reviews: [{ externalId: 'r-shop-fake-1', status: 'COUNTED' }],
      },
      userErrors: [],
    });
    expect((await suspicionsOf(api)).map(({ reviews }) => reviews[0]!.status)).toEqual(['HELD', 'HELD']);
    await expectSound(db);
    const { rows } = await db.pool.query(`select kind, actor, note from review_hold where kind = 'RELEASED'`);
    expect(rows).toEqual([{ kind: 'RELEASED', actor: 'MODERATOR', note: 'a school class' }]);
  });

  it('keeps held what another open suspicion holds', async () => {
    const { id } = await about('r-shop-fake-1');
    await db.pool.query(
      `insert into suspicion_review select s.merchant_id, s.id, r.id from suspicion s, review r
        where r.external_id = 'r-shop-fake-1' and s.id <> (select suspicion_id from suspicion_review f where f.review_id = r.id) limit 1`,
    );
    expect((await dismiss(id)).suspicion.reviews).toEqual([{ externalId: 'r-shop-fake-1', status: 'HELD' }]);
  });

  it('is dismissed once, however often it is sent, and decided once', async () => {
    const { id } = await about('r-shop-fake-1');
    const input = { idempotencyKey: key() };
    const first = await dismiss(id, 'ADMIN', input);
    const before = await balancesOf(db);

    expect(await dismiss(id, 'ADMIN', input)).toEqual(first);
    expect(await dismiss(id, 'ADMIN', { ...input, note: 'another' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(await dismiss(id)).toMatchObject({ suspicion: null, userErrors: [{ code: 'SUSPICION_DECIDED' }] });
    expect(await claim(id)).toMatchObject({ userErrors: [{ code: 'SUSPICION_DECIDED' }] });
    expect(await balancesOf(db)).toEqual(before);
  });

  it('is not dismissed without a word', async () => {
    const { id } = await about('r-shop-fake-1');
    expect(await dismiss(id, 'ADMIN', { note: '  ' })).toMatchObject({
      userErrors: [{ code: 'NOTE_MISSING', field: ['note'] }],
    });
    expect((await about('r-shop-fake-1')).status).toBe('OPEN');
  });

  it('teaches how far each ground can be trusted', async () => {
    await inTransaction(db.pool, async (tx) =>
      confirmSuspicions(tx, await keysOf(db, ['r-shop-fake-2', 'r-shop-fake-3']), now, 'ADMIN'),
    );
    await dismiss((await about('r-shop-fake-1')).id);
    const query =
      '{ evidencePrecision { code family confirmed dismissed precision logLikelihoodRatio proposedLogLikelihoodRatio } }';
    const { data } = await api.ask('AUDITOR', query);

    expect(data.evidencePrecision).toContainEqual({
      code: 'NEAR_DUPLICATE',
      family: 'TEXT',
      confirmed: 2,
      dismissed: 1,
      precision: 2 / 3,
      logLikelihoodRatio: 5.5,
      proposedLogLikelihoodRatio: null,
    });
    expect((await api.ask('PLATFORM', query)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});

describe('a suspicion about orders', () => {
  beforeEach(aCampaign);
  const ROW: EvidenceRow = {
    family: 'BEHAVIOUR',
    code: 'NO_CARRIER',
    observed: 9,
    expected: 1,
    logLikelihoodRatio: 4,
    detail: {},
  };
  /** That some orders of the shop are brushed, with a review that is held. */
  const aBrushing = async (reviews: readonly string[] = []): Promise<string> => {
    const { rows } = await db.pool.query(
      `select o.merchant_id as "merchantId", o.id from "order" o join merchant m on m.id = o.merchant_id where m.external_id = 'shop' limit 9`,
    );
    const [found] = await inTransaction(db.pool, async (tx) =>
      openFindings(
        tx,
        [
          {
            merchantId: rows[0].merchantId,
            kind: 'BRUSHING',
            probability: probabilityOf([ROW]),
            outcome: 'HELD',
            evidence: [ROW],
            codes: [ROW.code],
            reviewIds: (await keysOf(db, reviews)).map(({ id }) => id),
            orderIds: rows.map(({ id }) => id),
            heldIds: [],
            ring: null,
          },
        ],
        { now, by: 'SCAN' },
      ),
    );
    return globalId('Suspicion', rows[0].merchantId, found!.id);
  };

  it('is confirmed by whoever finds it right, once, and its ground learns from that', async () => {
    const id = await aBrushing();
    const input = { idempotencyKey: key() };
    const confirmed = await confirm(id, 'MODERATOR', input);
    const { data } = await api.ask('AUDITOR', '{ evidencePrecision { code confirmed dismissed } }');

    expect(confirmed).toMatchObject({
      userErrors: [],
      suspicion: { status: 'CONFIRMED', decidedBy: 'MODERATOR', decisionNote: 'the parcels were empty' },
    });
    expect(await confirm(id, 'MODERATOR', input)).toEqual(confirmed);
    expect(data.evidencePrecision).toEqual([{ code: 'NO_CARRIER', confirmed: 1, dismissed: 0 }]);
    expect(await confirm(id)).toMatchObject({ userErrors: [{ code: 'SUSPICION_DECIDED', field: ['suspicionId'] }] });
    expect(await dismiss(id)).toMatchObject({ userErrors: [{ code: 'SUSPICION_DECIDED' }] });
  });

  it('is confirmed once its reviews are judged, and not while another works on it or without a word', async () => {
    const review = 'r-shop-fake-1';
    const { id: own } = await about(review);
    const id = await aBrushing([review]);
    await dismiss(own); // what holds it now is the doubt about the orders alone
    const [{ merchantId, id: reviewId }] = await keysOf(db, [review]);

    expect(await confirm(id)).toMatchObject({ suspicion: null, userErrors: [{ code: 'REVIEWS_HELD' }] });
    expect(await confirm(id, 'MODERATOR', { note: ' ' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
    await claim(id, 'ADMIN');
    expect(await confirm(id)).toMatchObject({ userErrors: [{ code: 'SUSPICION_CLAIMED' }] });
    await release(globalId('Review', merchantId, reviewId));
    expect(await confirm(id, 'ADMIN')).toMatchObject({ suspicion: { status: 'CONFIRMED' }, userErrors: [] });
  });

  it('is another matter than one about reviews, which is confirmed by penalizing them', async () => {
    const { id } = await about('r-shop-fake-1');

    expect(await confirm(id)).toMatchObject({ userErrors: [{ code: 'SUSPICION_OF_REVIEWS', field: ['suspicionId'] }] });
    expect((await about('r-shop-fake-1')).status).toBe('OPEN');
  });
});
