import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { daysAgo, NOW } from '../kit/events.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aPartner, INQUIRIES, inquiriesOn, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const GRADE = '{ merchant(externalId: "shop") { grade { level score } } }';
const { inquiriesAbout, refusals } = inquiriesOn(api, db);

let bank: APartner;
let shops: APartner; // asks about merchants alone, and shows what it gets
beforeAll(async () => {
  await take(db, orders('shop', 30, { product: 'cup' }));
  await take(db, orders('other', 10));
  bank = await aPartner(api, 'Bank');
  shops = await aPartner(api, 'Shops', { subjectKinds: ['MERCHANT'], purposes: ['DISPLAY'] }, ['grades:read']);
});
beforeEach(async () => {
  now += 60_000;
  await db.pool.query('truncate grade_inquiry, partner_meter');
});

describe('a partner says what it asks for', () => {
  it.each([
    ['nothing', null, 'PURPOSE_MISSING'],
    ['an empty word', '', 'PURPOSE_MISSING'],
    ['what there is not', 'CURIOSITY', 'PURPOSE_UNKNOWN'],
    ['what its terms do not say', 'CREDIT_DECISION', 'PURPOSE_FORBIDDEN'],
  ])('and is refused when it says %s', async (_, purpose, code) => {
    const { code: told, data } = await shops.ask(GRADE, {}, purpose);

    expect(told).toBe(code);
    expect(data.merchant).toBeNull();
    expect(await inquiriesAbout('shop')).toEqual([]);
    await expect.poll(() => refusals('Subject.grade')).toContain(code);
  });

  it('and is answered when its terms say so, as anybody is', async () => {
    const { data } = await api.ask(null, GRADE);

    expect((await shops.ask(GRADE, {}, 'DISPLAY')).data).toEqual(data);
    expect(await inquiriesAbout('shop')).toEqual([
      {
        partner: { name: 'Shops' },
        purpose: 'DISPLAY',
        operation: 'Subject.grade',
        taken: ['GRADE'],
        at: new Date(now).toISOString(),
        asOf: new Date(now).toISOString(),
        subjectKind: 'MERCHANT',
      },
    ]);
  });

  it('and nobody else has to', async () => {
    expect((await api.ask('PLATFORM', GRADE)).errors).toBeUndefined();
    expect((await api.ask(['MERCHANT', 'merchant:other'], GRADE)).errors).toBeUndefined();
    expect(await inquiriesAbout('shop')).toEqual([]);
  });

  it('and a token that names no partner is good for nothing that is pulled', async () => {
    const token = await api.tokenFor('PARTNER');
    await db.pool.query(`delete from partner where name = 'Acme'`);
    const { errors } = (await (
      await api.send('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'credence-purpose': 'DISPLAY',
        },
        body: JSON.stringify({ query: GRADE }),
      })
    ).json()) as { errors: { extensions: { code: string } }[] };

    expect(errors[0]!.extensions.code).toBe('PARTNER_UNKNOWN');
  });
});

describe('whatever is said of a subject is pulled', () => {
  const from = daysAgo(3).slice(0, 10);
  const ID = (externalId: string) => `merchant(externalId: "${externalId}") { id }`;
  const WAYS: readonly (readonly [way: string, query: string, taken: string[]])[] = [
    ['a grade', GRADE, ['GRADE']],
    ['a grade of a past day', `{ merchant(externalId: "shop") { grade(asOf: "${daysAgo(3)}") { level } } }`, ['GRADE']],
    ['a batch', '{ merchants(externalIds: ["shop"]) { grade { level } } }', ['GRADE']],
    ['a portfolio', '{ grades(externalIds: ["shop"], subjectKind: MERCHANT) { level } }', ['GRADE']],
    ['a directory', '{ merchantDirectory(orderBy: NAME) { nodes { name } } }', ['GRADE']],
    ['a rating', '{ merchant(externalId: "shop") { rating { average } } }', ['RATING']],
    ['a signed grade', '{ merchant(externalId: "shop") { gradeCredential { jwt } } }', ['CREDENTIAL']],
    [
      'a history',
      `{ merchant(externalId: "shop") { gradeHistory(from: "${from}", to: "${from}") { level } } }`,
      ['HISTORY'],
    ],
    ['changes', '{ gradeChanges { nodes { after { level } } } }', ['CHANGE']],
    ['through a product', '{ product(externalId: "cup") { merchant { grade { level } } } }', ['GRADE']],
  ];
  it.each(WAYS)('by %s', async (_, query, taken) => {
    const { errors } = await bank.ask(query);

    expect(errors).toBeUndefined();
    expect((await inquiriesAbout('shop')).map((each: { taken: string[] }) => each.taken)).toEqual([taken]);
  });

  it.each(WAYS.filter(([way]) => way !== 'changes'))('and by %s only of the kinds in the terms', async (_, query) => {
    const people = await aPartner(api, `People ${_}`, { subjectKinds: ['BUYER'] });

    expect((await people.ask(query)).code).toBe('SUBJECT_KIND_FORBIDDEN');
    expect(await inquiriesAbout('shop')).toEqual([]);
  });

  it('also by the id of a node, and of a product', async () => {
    const { data } = await api.ask(null, `{ ${ID('shop')} }`);
    await bank.ask('query ($id: ID!) { node(id: $id) { ... on Merchant { grade { level } } } }', data.merchant);
    await bank.ask('{ product(externalId: "cup") { grade { level } rating { count } } }');

    expect(await inquiriesAbout('shop')).toMatchObject([{ taken: ['GRADE'] }]);
    expect(await inquiriesAbout('cup', 'product')).toMatchObject([
      { taken: expect.arrayContaining(['GRADE', 'RATING']), subjectKind: 'PRODUCT' },
    ]);
  });

  it('once a request, however much of it and however often it is asked for', async () => {
    const fields = `grade { level } again: grade { score } rating { count } gradeHistory(from: "${from}", to: "${from}") { level }`;
    await bank.ask(
      `{ merchant(externalId: "shop") { ${fields} } merchants(externalIds: ["shop", "shop"]) { grade { level } } }`,
    );

    const [inquiry, ...others] = await inquiriesAbout('shop');
    expect(inquiry.taken.toSorted()).toEqual(['GRADE', 'HISTORY', 'RATING']);
    expect(others).toEqual([]);
    expect(
      (await api.ask('ADMIN', '{ partners { nodes { name pullsLeft { today } } } }')).data.partners.nodes,
    ).toContainEqual({ name: 'Bank', pullsLeft: { today: 9_999 } });
  });

  it('by the scope for it', async () => {
    const asked = async (fields: string) =>
      (await shops.ask(`{ merchant(externalId: "shop") { ${fields} } }`, {}, 'DISPLAY')).code;

    expect(await asked('rating { count }')).toBe('SCOPE_MISSING');
    expect(await asked(`gradeHistory(from: "${from}", to: "${from}") { level }`)).toBe('SCOPE_MISSING');
    expect(await asked('reviews { nodes { stars } }')).toBe('SCOPE_MISSING');
    expect(await asked('grade { level }')).toBeNull();
    const rating = await aPartner(api, 'Ratings', {}, ['ratings:read']);
    expect((await rating.ask(GRADE)).code).toBe('SCOPE_MISSING');
    expect((await rating.ask('{ merchantDirectory { nodes { name } } }')).code).toBe('SCOPE_MISSING');
  });

  it('what could not be answered is not', async () => {
    const { code } = await bank.ask('{ merchant(externalId: "shop") { grade(policy: "none") { level } } }');

    expect(code).toBe('POLICY_UNKNOWN');
    expect(await inquiriesAbout('shop')).toEqual([]);
  });
});

describe('inquiries are seen', () => {
  it('by whom they are about, the house, and of its own by the partner; by no stranger', async () => {
    await bank.ask(GRADE);
    await shops.ask(GRADE, {}, 'DISPLAY');
    const names = async (asker: Asker) =>
      (await inquiriesAbout('shop', 'merchant', asker))
        ?.map(({ partner }: { partner: { name: string } }) => partner.name)
        .toSorted();
    const own = await bank.ask(
      '{ merchant(externalId: "shop") { gradeInquiries { nodes { id taken partner { name } } } } }',
    );

    for (const asker of [['MERCHANT', 'merchant:shop'], 'PLATFORM', 'AUDITOR'] as const)
      expect(await names(asker)).toEqual(['Bank', 'Shops']);
    expect(own.data.merchant.gradeInquiries.nodes).toMatchObject([{ taken: ['GRADE'], partner: { name: 'Bank' } }]);
    for (const asker of [null, ['MERCHANT', 'merchant:other'], ['BUYER', 'buyer:shop-b0']] as const)
      expect((await api.ask(asker, INQUIRIES, { externalId: 'shop' })).data.subject).toBeNull();

    const { id } = own.data.merchant.gradeInquiries.nodes[0];
    const node = async (asker: Asker) =>
      (await api.ask(asker, 'query ($id: ID!) { node(id: $id) { id } }', { id })).data.node;
    expect(await node(['MERCHANT', 'merchant:shop'])).toEqual({ id });
    expect(await node(['MERCHANT', 'merchant:other'])).toBeNull();
    expect((await shops.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).data.node).toBeNull();
  });

  it('about a product by its merchant, page by page', async () => {
    for (let i = 0; i < 3; i++) {
      now += 1;
      await bank.ask('{ product(externalId: "cup") { grade { level } } }');
    }
    const page =
      'query ($after: String) { product(externalId: "cup") { gradeInquiries(first: 2, after: $after) { nodes { at } pageInfo { endCursor hasNextPage } } } }';
    const asker = ['MERCHANT', 'merchant:shop'] as const;
    const first = (await api.ask(asker, page)).data.product.gradeInquiries;
    const second = (await api.ask(asker, page, { after: first.pageInfo.endCursor })).data.product.gradeInquiries;

    expect([...first.nodes, ...second.nodes].map(({ at }) => Date.parse(at))).toEqual([now, now - 1, now - 2]);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  });
});
