import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orders, take } from '../grades/fixtures.ts';
import { anApi, type Answer, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';
import { startFederation, type Federation, type Listing } from './federation-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const SELLERS = Array.from({ length: 20 }, (_, i) => `shop-${i}`);
let federation: Federation;
let reviewId: string;

beforeAll(async () => {
  await take(
    db,
    SELLERS.flatMap((seller, i) => orders(seller, i === 0 ? 20 : 3)),
  );
  const { data } = await api.ask('ADMIN', '{ merchant(externalId: "shop-0") { reviews(first: 1) { nodes { id } } } }');
  reviewId = data.merchant.reviews.nodes[0].id;
  const listings = SELLERS.map((externalId, i): Listing => ({
    id: `l-${i}`,
    title: `Thing ${i}`,
    seller: { externalId: i === 19 ? 'nobody' : externalId },
    lastBuyer: { externalId: 'shop-0-b0' },
    review: { id: i === 0 ? reviewId : 'nonsense' },
  }));
  const { data: service } = await api.ask(null, '{ _service { sdl } }');
  federation = await startFederation(`${api.server.address}/graphql`, service._service.sdl, listings);
}, 60_000);
afterAll(() => federation?.stop());

/** As a shop's page asks: the gateway, which asks both. */
async function askGateway(asker: Asker, query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(federation.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(asker !== null && { authorization: `Bearer ${await api.tokenFor(asker)}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, headers: response.headers, ...((await response.json()) as object) } as Answer;
}

const PAGE = `query ($first: Int!) { listings(first: $first) {
  title seller { externalId name grade { level score } rating { average count } listings { title } } } }`;

describe('a shop and this API behind one gateway', () => {
  it('answer one query from both, as each would alone', async () => {
    const { data, errors } = await askGateway(null, PAGE, { first: 2 });
    const { data: own } = await api.ask(
      null,
      '{ merchant(externalId: "shop-1") { externalId name grade { level score } rating { average count } } }',
    );

    expect(errors).toBeUndefined();
    expect(data.listings[1]).toEqual({
      title: 'Thing 1',
      seller: { ...own.merchant, listings: [{ title: 'Thing 1' }] },
    });
    expect(own.merchant.rating.count).toBeGreaterThan(0);
  });

  it('go from a merchant of ours to what the shop says of it', async () => {
    const { data } = await askGateway(null, '{ merchant(externalId: "shop-3") { kind listings { id title } } }');

    expect(data.merchant).toEqual({ kind: 'MERCHANT', listings: [{ id: 'l-3', title: 'Thing 3' }] });
  });

  it('cost one statement a kind for twenty merchants, as for one', async () => {
    const sent = await statementsOf(db, () => askGateway(null, PAGE, { first: 20 }));

    expect(sent).toContain('merchants.by-external-id');
    expect(sent.length).toBeLessThanOrEqual(3);
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('leave out a merchant of whom nothing is known here', async () => {
    const { data } = await askGateway(null, '{ listings(first: 20) { seller { externalId name grade { level } } } }');

    expect(data.listings[19].seller).toBeNull();
  });

  it('tell a buyer to whom it may be told, by the token that the gateway hands on', async () => {
    const buyers = '{ listings(first: 1) { lastBuyer { externalId grade { level } } } }';
    const nobody = await askGateway(null, buyers);
    const itself = await askGateway(['BUYER', 'buyer:shop-0-b0'], buyers);

    expect(nobody.data.listings).toEqual([{ lastBuyer: null }]);
    expect(itself.data.listings).toEqual([{ lastBuyer: { externalId: 'shop-0-b0', grade: { level: 'NOT_RATED' } } }]);
  });

  it('hand on why a field is refused', async () => {
    const exact = '{ listings(first: 1) { seller { name grade { level exactScore } } } }';
    const nobody = await askGateway(null, exact);
    const staff = await askGateway('ADMIN', exact);

    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', serviceName: 'credence' } }]);
    expect(nobody.data.listings[0].seller.grade).toMatchObject({ exactScore: null });
    expect(staff.errors).toBeUndefined();
    expect(staff.data.listings[0].seller.grade).toEqual({ level: expect.any(String), exactScore: expect.any(Number) });
  });

  it('give reviews by their ids; what is no id fails alone', async () => {
    const { data, errors } = await askGateway(null, '{ listings(first: 2) { review { id text } } }');

    expect(data.listings[0].review).toEqual({ id: reviewId, text: null });
    expect(data.listings[1].review).toEqual({ id: 'nonsense', text: null });
    expect(errors).toMatchObject([{ extensions: { code: 'ID_INVALID' } }]);
  });
});

const ENTITIES = `query ($these: [_Any!]!) { _entities(representations: $these) {
  __typename ... on Node { id } ... on Subject { externalId } } }`;

describe('what a gateway asks for', () => {
  const entities = (asker: Asker, these: readonly unknown[]) => api.ask(asker, ENTITIES, { these });

  it('is found by either key, in the order asked for, as `node` finds it', async () => {
    const { data: known } = await api.ask('ADMIN', '{ merchant(externalId: "shop-1") { id } }');
    const { data, errors } = await entities('ADMIN', [
      { __typename: 'Buyer', externalId: 'shop-0-b0' },
      { __typename: 'Merchant', id: known.merchant.id },
      { __typename: 'Product', externalId: 'no such thing' },
      { __typename: 'Review', id: reviewId },
    ]);

    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      { __typename: 'Buyer', id: expect.any(String), externalId: 'shop-0-b0' },
      { __typename: 'Merchant', id: known.merchant.id, externalId: 'shop-1' },
      null,
      { __typename: 'Review', id: reviewId },
    ]);
  });

  it('is null where it may not be seen, and an error in its place where it is nothing of ours', async () => {
    const { data, errors } = await entities(null, [
      { __typename: 'Buyer', externalId: 'shop-0-b0' },
      { __typename: 'Merchant', externalId: 'shop-1' },
      { __typename: 'ApiKey', id: 'x' },
      { __typename: 'Review', externalId: 'r-1' },
      { __typename: 'Merchant', id: reviewId },
      { id: 7 },
    ]);

    expect(data._entities.map((each: unknown) => each && 'there')).toEqual([null, 'there', null, null, null, null]);
    expect(errors?.map(({ path, extensions: { code } }) => [path, code])).toEqual([
      [['_entities', 2], 'REPRESENTATION_INVALID'],
      [['_entities', 3], 'REPRESENTATION_INVALID'],
      [['_entities', 4], 'ID_OF_ANOTHER_TYPE'],
      [['_entities', 5], 'REPRESENTATION_INVALID'],
    ]);
  });

  it('is paid for by what is named, and bounded', async () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ __typename: 'Merchant', externalId: 'm' }));
    const { extensions } = await entities(null, many(60));

    expect(extensions).toMatchObject({ cost: { requestedQueryCost: 60, actualQueryCost: 1 } });
    expect((await entities(null, many(1_001))).errors).toMatchObject([
      { extensions: { code: 'TOO_MANY_REPRESENTATIONS', field: ['representations'] } },
    ]);
  });

  it('has each type with a key among the entities, and each entity a key', async () => {
    const { data } = await api.ask(null, '{ _service { sdl } __type(name: "_Entity") { possibleTypes { name } } }');
    const keyed = [...data._service.sdl.matchAll(/^type (\w+) .*@key/gm)].map(([, name]) => name!);

    expect(new Set(keyed)).toEqual(new Set(['Buyer', 'Merchant', 'Product', 'Review']));
    expect(new Set(data.__type.possibleTypes.map(({ name }: { name: string }) => name))).toEqual(new Set(keyed));
    expect(data._service.sdl).not.toMatch(/_entities|_Any|_Service/);
  });
});
