import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aPartner, grant, idOfBuyer, inquiriesOn, withdraw, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const BUYER = 'query ($externalId: String!) { buyer(externalId: $externalId) { externalId grade { level } } }';
const { inquiriesAbout, refusals } = inquiriesOn(api, db);

let bank: APartner;
beforeAll(async () => {
  await take(db, orders('shop', 10));
  bank = await aPartner(api, 'Bank');
});
beforeEach(async () => {
  now += 60_000;
  await db.pool.query('truncate grade_inquiry, partner_meter');
});

/** Beside these a grade is read, and the log of refusals is written once in a while. */
const OF_PULLS = /^(keys|access|buyers|consents|inquiries|meter)\./;

describe("a buyer's grade", () => {
  it('is handed out with consent, to that partner and for that purpose', async () => {
    await grant(api, 'shop-b0', bank.id);
    const rival = await aPartner(api, 'Rival');

    expect((await bank.ask(BUYER, { externalId: 'shop-b0' })).data.buyer).toEqual({
      externalId: 'shop-b0',
      grade: { level: 'NOT_RATED' },
    });
    expect((await bank.ask(BUYER, { externalId: 'shop-b0' }, 'DISPLAY')).code).toBe('CONSENT_MISSING');
    expect((await rival.ask(BUYER, { externalId: 'shop-b0' })).code).toBe('CONSENT_MISSING');
    expect(await inquiriesAbout('shop-b0', 'buyer', ['BUYER', 'buyer:shop-b0'])).toMatchObject([
      { partner: { name: 'Bank' }, purpose: 'CREDIT_DECISION', taken: ['GRADE'] },
    ]);
    await expect.poll(() => refusals('Query.buyer')).toContain('CONSENT_MISSING');
  });

  it('is not after it was withdrawn, or has run out', async () => {
    const { consent } = await grant(api, 'shop-b1', bank.id);
    await withdraw(api, 'shop-b1', consent.id);
    await grant(api, 'shop-b2', bank.id, { until: new Date(now + 1000).toISOString() });
    now += 1000;

    expect((await bank.ask(BUYER, { externalId: 'shop-b1' })).code).toBe('CONSENT_WITHDRAWN');
    expect((await bank.ask(BUYER, { externalId: 'shop-b2' })).code).toBe('CONSENT_EXPIRED');
  });

  it('is refused of who is not there as of who never consented, by every way', async () => {
    const missing = globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001');
    const there = await idOfBuyer(db, 'shop-b9');
    const askedBy = async (query: string, variables: object) => {
      const { data, errors } = await bank.ask(query, variables);
      return { data, codes: errors?.map(({ extensions }) => extensions.code) };
    };
    const BY_ID = 'query ($id: ID!) { buyer(id: $id) { externalId } }';
    const NODE = 'query ($id: ID!) { node(id: $id) { ... on Buyer { externalId } } }';
    const GRADES = 'query ($externalId: String!) { grades(externalIds: [$externalId], subjectKind: BUYER) { level } }';
    const ways = [
      [BUYER, { externalId: 'shop-b9' }, { externalId: 'nobody' }],
      [GRADES, { externalId: 'shop-b9' }, { externalId: 'nobody' }],
      [BY_ID, { id: there }, { id: missing }],
      [NODE, { id: there }, { id: missing }],
    ] as const;

    for (const [query, known, unknown] of ways) {
      const answer = await askedBy(query, known);
      expect(answer).toEqual(await askedBy(query, unknown));
      expect(answer.codes).toEqual(['CONSENT_MISSING']);
    }
  });

  it('comes in a portfolio beside those who do not consent, each with its reason', async () => {
    await grant(api, 'shop-b3', bank.id);
    await grant(api, 'shop-b4', bank.id);
    const { data, errors } = await bank.ask(
      '{ grades(externalIds: ["shop-b3", "shop-b1", "nobody", "shop-b4"], subjectKind: BUYER) { level } }',
    );

    expect(data.grades).toEqual([{ level: 'NOT_RATED' }, null, null, { level: 'NOT_RATED' }]);
    expect(errors!.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['grades', 1], 'CONSENT_WITHDRAWN'],
      [['grades', 2], 'CONSENT_MISSING'],
    ]);
    expect(await inquiriesAbout('shop-b3', 'buyer')).toHaveLength(1);
    expect(await inquiriesAbout('shop-b1', 'buyer')).toEqual([]);
  });

  it('brings nothing else of the buyer with it', async () => {
    for (const field of [
      'name',
      'reviews { nodes { id } }',
      'sanctions { nodes { id } }',
      'orders { nodes { id } }',
      'points { balance }',
      'consents { nodes { id } }',
    ])
      expect([field, (await bank.ask(`{ buyer(externalId: "shop-b0") { ${field} } }`)).code]).toEqual([
        field,
        'FORBIDDEN',
      ]);
  });

  it('of a hundred takes as many statements as of one', async () => {
    const hundred = Array.from({ length: 100 }, (_, i) => ['shop-b0', 'shop-b3', 'shop-b4'][i % 3]!);
    const ask = (externalIds: readonly string[]) =>
      bank.ask('query ($ids: [String!]!) { grades(externalIds: $ids, subjectKind: BUYER) { level } }', {
        ids: externalIds,
      });
    await ask(['shop-b0']);
    const sent = async (externalIds: readonly string[]) =>
      (await statementsOf(db, () => ask(externalIds))).filter((name) => OF_PULLS.test(name)).toSorted();
    const unknown = async (externalIds: readonly string[]) => {
      await allMoved(db);
      return sent(externalIds);
    };

    expect(await unknown(hundred)).toEqual([
      'buyers.by-external-id',
      'consents.last',
      'inquiries.enter-new',
      'keys.find-secret.gathered',
    ]);
    expect(await unknown(['shop-b0'])).toEqual(await unknown(hundred));
    expect(await sent(hundred)).toEqual(['inquiries.enter-new', 'keys.find-secret.gathered']);
  });
});
