import { describe, expect, it } from 'vitest';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { orders, take } from '../grades/fixtures.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW, type RawEvent } from '../kit/events.ts';
import { levelAt, measuresOn, pointsOf, shopsWith } from './kit.ts';

const DAY = 86_400_000;
const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const measures = measuresOn(api);
const { ids, uuidOf, against } = shopsWith(db, measures, ['poor', 'seen', 'twice', 'listed']);
const { idOf, impose, lift } = measures;

/** The same of other orders. */
const renamed = (event: RawEvent, part: number): RawEvent => {
  const { order, review, ...data } = event.data as { order: string; review?: string };
  const names = { order: `${order}-${part}`, ...(review !== undefined && { review: `${review}-${part}` }) };
  return { ...event, id: `${event.id}-${part}`, data: { ...data, ...names } };
};

describe('a measure', () => {
  it('takes points once, however often it is sent, and from who has none', async () => {
    const input = { kind: 'POINTS_DEDUCTION', points: 100, idempotencyKey: 'deduct' };
    const answers = await Promise.all([1, 2, 3].map(() => against('twice', input)));

    expect(new Set(answers.map(({ sanction }) => sanction.id)).size).toBe(1);
    expect(answers[0].sanction).toMatchObject({ points: 100, active: false });
    expect(await pointsOf(db, uuidOf('twice'))).toBe(-100);
    expect(await against('twice', { ...input, points: 50 })).toMatchObject({
      sanction: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(await levelAt(api, 'twice')).toBe('BBB');
  });

  it('escalates: what the ladder asks for next counts what went before, until that expires', async () => {
    const next = async () =>
      (
        await api.ask(
          'MODERATOR',
          'query ($id: ID!) { it: nextSanction(subjectId: $id, ground: "PAID_FOR_REVIEWS") { strikes total kind endsAt points } }',
          { id: ids.get('listed') },
        )
      ).data.it;
    expect(await next()).toMatchObject({ strikes: 24, total: 24, kind: 'RESTRICTION', points: 200 });
    await against('listed', { kind: 'WARNING', ground: 'PAID_FOR_REVIEWS' });

    expect(await next()).toMatchObject({ total: 48, kind: 'REMOVAL', endsAt: null, points: 1000 });
    now += 181 * DAY;
    expect(await next()).toMatchObject({ total: 24, kind: 'RESTRICTION' });
  });

  it('holds whatever comes in at the same moment', async () => {
    const more = (part: number) => orders('busy', 12, { buyer: `busy-${part}` }).map((event) => renamed(event, part));
    await take(db, orders('busy', 40));
    const subjectId = await idOf('merchant', 'busy');
    await Promise.all([1, 2, 3, 4].map((part) => (part === 2 ? impose({ subjectId }) : take(db, more(part), now))));

    expect(await levelAt(api, 'busy')).toBe('C');
    const { rows } = await db.pool.query('select level from standing where subject_id = $1', [
      idsOf('Merchant', subjectId)[0],
    ]);
    expect(rows).toEqual([{ level: 'C' }]);
  });

  it('of a buyer is for the buyer and the house to see', async () => {
    const buyer = await idOf('buyer', 'seen-b0');
    const { sanction } = await impose({ subjectId: buyer, ground: 'EXTORTION', statement: 'A threat.' });
    const own = await api.ask(
      ['BUYER', 'buyer:seen-b0'],
      `{ buyer(externalId: "seen-b0") { sanctions { nodes { id statement strikes subject { externalId } } } } }`,
    );

    expect(own.data.buyer.sanctions.nodes).toEqual([
      { id: sanction.id, statement: 'A threat.', strikes: 24, subject: { externalId: 'seen-b0' } },
    ]);
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    for (const asker of [null, ['BUYER', 'buyer:seen-b1'], ['MERCHANT', 'merchant:seen']] as const)
      expect((await api.ask(asker, node, { id: sanction.id })).data).toEqual({ node: null });
    expect((await api.ask('AUDITOR', node, { id: sanction.id })).data).toEqual({ node: { id: sanction.id } });
  });

  it('of a merchant is public where its trade is concerned; warnings and reasons are not', async () => {
    const made = await Promise.all([
      against('seen', { kind: 'WARNING' }),
      against('seen', { kind: 'RESTRICTION' }),
      against('seen', { kind: 'SUSPENSION' }),
      against('seen', { kind: 'PUBLIC_NOTICE', statement: 'It paid for reviews.', ground: 'PAID_FOR_REVIEWS' }),
    ]);
    const list = (fields: string) => `{ merchant(externalId: "seen") { sanctions { nodes { ${fields} } } } }`;
    const kindsFor = async (asker: Asker) =>
      (await api.ask(asker, list('kind ground imposedAt endsAt active'))).data.merchant.sanctions.nodes
        .map(({ kind }: { kind: string }) => kind)
        .toSorted();

    const all = ['PUBLIC_NOTICE', 'RESTRICTION', 'SUSPENSION', 'WARNING'];
    expect(await kindsFor(['MERCHANT', 'merchant:seen'])).toEqual(all);
    expect(await kindsFor('AUDITOR')).toEqual(all);
    for (const asker of [null, ['MERCHANT', 'merchant:poor'], 'PARTNER'] as const)
      expect(await kindsFor(asker)).toEqual(['PUBLIC_NOTICE', 'SUSPENSION']);
    const reasonsFor = async (asker: Asker) =>
      (
        await api.ask(asker, list('kind statement statementOfReasons { facts }'))
      ).data.merchant.sanctions.nodes.toSorted((a: { kind: string }, b: { kind: string }) =>
        a.kind < b.kind ? -1 : 1,
      );
    for (const asker of [null, ['MERCHANT', 'merchant:poor'], ['BUYER', 'buyer:seen-b0'], 'PARTNER'] as const)
      expect(await reasonsFor(asker)).toEqual([
        {
          kind: 'PUBLIC_NOTICE',
          statement: 'It paid for reviews.',
          statementOfReasons: { facts: 'It paid for reviews.' },
        },
        {
          kind: 'SUSPENSION',
          statement: 'Hands over too many orders late',
          statementOfReasons: null,
        },
      ]);
    for (const asker of ['AUDITOR', ['MERCHANT', 'merchant:seen']] as const)
      expect(await reasonsFor(asker)).toContainEqual({
        kind: 'SUSPENSION',
        statement: 'Twelve of twenty late.',
        statementOfReasons: { facts: 'Twelve of twenty late.' },
      });
    for (const [asker, field] of [
      [['MERCHANT', 'merchant:poor'], 'points'],
      [['MERCHANT', 'merchant:seen'], 'note'],
      [['MERCHANT', 'merchant:seen'], 'imposedBy'],
    ] as const)
      expect((await api.ask(asker, list(field))).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    await lift(made[2].sanction.id);
    expect(await kindsFor(null)).toEqual(['PUBLIC_NOTICE']);
  });

  it('comes with a statement of reasons that says what can be done against it', async () => {
    const { sanction } = await against('poor', {
      points: 40,
      ground: 'COUNTERFEIT',
      statement: 'Three test purchases.',
      territory: ['DE', 'AT'],
      automatedDetection: true,
      endsAt: new Date(now + DAY).toISOString(),
    });
    const query = `query ($id: ID!, $locale: String) { node(id: $id) { ... on Sanction { statementOfReasons {
      ground basis groundText(locale: $locale) conductVersion facts origin automatedDetection automatedDecision restricts effect(locale: $locale)
      territory startsAt endsAt redress { appealUntil text(locale: $locale) } } } } }`;
    const poor: Asker = ['MERCHANT', 'merchant:poor'];
    const { statementOfReasons } = (await api.ask(poor, query, { id: sanction.id })).data.node;

    expect(statementOfReasons).toEqual({
      ground: 'COUNTERFEIT',
      basis: 'TERMS',
      groundText: 'Counterfeit goods',
      conductVersion: 1,
      facts: 'Three test purchases.',
      origin: null, // of what stands alone
      automatedDetection: true,
      automatedDecision: false,
      restricts: ['PROVISION', 'MONETARY'],
      effect: expect.stringMatching(/suspended, .* 40 credit points are deducted\.$/),
      territory: ['DE', 'AT'],
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + DAY).toISOString(),
      redress: {
        appealUntil: new Date(now + 183 * DAY).toISOString(),
        text: expect.stringMatching(/^You may appeal free of charge until 20\d\d-/),
      },
    });
    const chinese = (await api.ask(poor, query, { id: sanction.id, locale: 'zh-CN' })).data.node.statementOfReasons;
    expect(chinese).toMatchObject({ groundText: '售假', redress: { text: expect.stringMatching(/免费申诉/) } });
  });

  it('goes page by page, the last first', async () => {
    const page = async (after: string | null) =>
      (
        await api.ask(
          'AUDITOR',
          'query ($after: String) { merchant(externalId: "seen") { sanctions(first: 3, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } }',
          { after },
        )
      ).data.merchant.sanctions;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);

    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([3, true]);
    expect([second.nodes.length, second.pageInfo.hasNextPage]).toEqual([1, false]);
  });

  it.each<[what: string, input: Record<string, unknown>, code: string, field: string]>([
    [
      'of nobody',
      { subjectId: globalId('Merchant', '0199a1b2-0000-7000-8000-000000000001') },
      'SUBJECT_NOT_FOUND',
      'subjectId',
    ],
    [
      'of a product',
      { subjectId: globalId('Product', '0199a1b2-0000-7000-8000-000000000001') },
      'ID_OF_ANOTHER_TYPE',
      'subjectId',
    ],
    ['on no ground', { ground: 'RAIN' }, 'GROUND_UNKNOWN', 'ground'],
    ['without a statement', { statement: ' ' }, 'STATEMENT_MISSING', 'statement'],
    ['with a NUL', { statement: 'a\0b' }, 'STATEMENT_INVALID', 'statement'],
    ['with too long a statement', { statement: 'x'.repeat(5001) }, 'STATEMENT_TOO_LONG', 'statement'],
    ['without a note', { note: '' }, 'NOTE_MISSING', 'note'],
    ['with points to give', { points: -5 }, 'POINTS_OUT_OF_RANGE', 'points'],
    ['that deducts nothing', { kind: 'POINTS_DEDUCTION' }, 'POINTS_MISSING', 'points'],
    ['that warns at a cost', { kind: 'WARNING', points: 5 }, 'POINTS_NOT_ALLOWED', 'points'],
    ['with negative strikes', { strikes: -1 }, 'STRIKES_OUT_OF_RANGE', 'strikes'],
    ['that ends before it begins', { endsAt: '2026-11-21T11:00:00Z' }, 'ENDS_AT_IN_PAST', 'endsAt'],
    ['for a century', { endsAt: '2126-01-01T00:00:00Z' }, 'ENDS_AT_TOO_FAR', 'endsAt'],
    ['that warns until a day', { kind: 'WARNING', endsAt: '2029-01-01T00:00:00Z' }, 'ENDS_AT_NOT_ALLOWED', 'endsAt'],
    ['in no country', { territory: [] }, 'TERRITORY_INVALID', 'territory'],
    ['in Atlantis', { territory: ['Atlantis'] }, 'TERRITORY_INVALID', 'territory'],
  ])('%s is refused', async (_, input, code, field) => {
    const answer = await against('poor', { subjectId: ids.get('poor'), ...input });

    expect(answer).toMatchObject({ sanction: null, proposal: null, userErrors: [{ code, field: [field] }] });
  });

  it('can be lifted where it lasts only, and by who finds it', async () => {
    const { sanction } = await against('poor', { kind: 'WARNING' });
    const nobody = globalId('Sanction', uuidOf('poor'), '0199a1b2-0000-7000-8000-000000000001');

    expect(await lift(sanction.id)).toMatchObject({ userErrors: [{ code: 'SANCTION_WITHOUT_DURATION' }] });
    expect(await lift(nobody)).toMatchObject({ userErrors: [{ code: 'SANCTION_NOT_FOUND' }] });
    expect(await lift(ids.get('poor')!)).toMatchObject({ userErrors: [{ code: 'ID_OF_ANOTHER_TYPE' }] });
    expect(await lift(sanction.id, { note: ' ' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
  });

  it('is for moderators and admins to take and lift, and for nobody else', async () => {
    const { sanction } = await against('poor', { kind: 'RESTRICTION' });
    const askers = [
      null,
      ['BUYER', 'buyer:b'],
      ['MERCHANT', 'merchant:poor'],
      'PARTNER',
      'PLATFORM',
      'AUDITOR',
    ] as const;
    for (const asker of askers) {
      const code = asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect(await against('poor', {}, asker)).toEqual({ code });
      expect(await lift(sanction.id, {}, asker)).toEqual({ code });
    }
  });
});
