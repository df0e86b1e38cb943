import { describe, expect, it } from 'vitest';
import { anApi, type Answer } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { daysAgo, NOW } from '../kit/events.ts';
import { orders, retraction, take } from './fixtures.ts';

const FIELDS = `average count distribution verifiedCount excludedCount dimensions { key average count } jsonLd`;
const RATING = `query ($m: String!, $p: String!, $asOf: DateTime) {
  merchant(externalId: $m) { rating(asOf: $asOf) { ${FIELDS} } }
  product(externalId: $p) { rating(asOf: $asOf) { ${FIELDS} } } }`;

describe('a rating', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const ratingsOf = async (m: string, p: string, asOf?: string): Promise<Answer['data']> => {
    const { data, errors } = await api.ask(null, RATING, { m, p, asOf });
    return errors ? errors[0]!.extensions['code'] : [data.merchant.rating, data.product.rating];
  };

  it('is the plain mean of what counts, for the merchant and for its product, ready for a page', async () => {
    await take(db, [
      ...orders('shop', 6, { stars: 5, product: 'mug', placed: 90 }),
      ...orders('shop2', 1, { merchant: 'shop', stars: 2, product: 'mug', placed: 30 }),
      ...orders('shop3', 2, { merchant: 'shop', stars: 4, placed: 60 }),
    ]);
    const [shop, mug] = await ratingsOf('shop', 'mug');

    expect(shop).toMatchObject({
      average: 40 / 9,
      count: 9,
      distribution: [0, 1, 0, 2, 6],
      verifiedCount: 9,
      excludedCount: 0,
    });
    expect(shop.dimensions).toEqual([
      { key: 'description', average: 40 / 9, count: 9 },
      { key: 'service', average: 5, count: 9 },
      { key: 'logistics', average: null, count: 0 },
    ]);
    expect(shop.jsonLd).toEqual({
      '@context': 'https://schema.org',
      '@type': 'AggregateRating',
      itemReviewed: { '@type': 'Organization', name: 'shop' },
      ratingValue: 40 / 9,
      reviewCount: 9,
      bestRating: 5,
      worstRating: 1,
    });
    expect(mug).toMatchObject({
      average: 32 / 7,
      count: 7,
      jsonLd: { itemReviewed: { '@type': 'Product', name: 'mug' } },
    });
  });

  it('says that there is nothing where there is nothing', async () => {
    await take(db, orders('quiet', 1, { product: 'dust', placed: 2, delivered: null }).slice(0, 3));
    const [quiet, dust] = await ratingsOf('quiet', 'dust');

    expect(quiet).toMatchObject({ average: null, count: 0, distribution: [0, 0, 0, 0, 0], excludedCount: 0 });
    expect(quiet.dimensions[0]).toEqual({ key: 'description', average: null, count: 0 });
    expect(dust.jsonLd).toMatchObject({ '@type': 'AggregateRating', reviewCount: 0 });
    expect(dust.jsonLd).not.toHaveProperty('ratingValue');
  });

  it('of now is the same from the reviews as from the tally, also after some were taken back', async () => {
    await take(
      db,
      [0, 3].map((i) => retraction(`shop-o${i}`, 1)),
    );
    const justNow = new Date(NOW - 1).toISOString();

    expect(await ratingsOf('shop', 'mug', justNow)).toEqual(await ratingsOf('shop', 'mug'));
    expect(await ratingsOf('quiet', 'dust', justNow)).toEqual(await ratingsOf('quiet', 'dust'));
    expect((await ratingsOf('shop', 'mug'))[0]).toMatchObject({ count: 7, distribution: [0, 1, 0, 2, 4] });
  });

  it('of the past has only what was written by then', async () => {
    const [shop, mug] = await ratingsOf('shop', 'mug', daysAgo(50));

    expect(shop).toMatchObject({ count: 6, distribution: [0, 0, 0, 2, 4] });
    expect(mug).toMatchObject({ count: 4, average: 5 });
    expect(await ratingsOf('shop', 'mug', daysAgo(-1))).toBe('ASOF_IN_FUTURE');
    expect(await ratingsOf('shop', 'mug', '1990-01-01T00:00:00Z')).toBe('ASOF_TOO_OLD');
  });
});
