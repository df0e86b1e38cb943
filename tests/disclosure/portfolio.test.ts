import { beforeAll, describe, expect, it } from 'vitest';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';
import { orders, take } from '../grades/fixtures.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });

const gradesOf = async (
  externalIds: readonly string[],
  subjectKind = 'MERCHANT',
  asker: Asker = 'PARTNER',
  policy: string | null = null,
) => {
  const { data, errors } = await api.ask(
    asker,
    'query ($ids: [String!]!, $kind: SubjectKind!, $policy: String) { grades(externalIds: $ids, subjectKind: $kind, policy: $policy) { level score asOf } }',
    { ids: externalIds, kind: subjectKind, policy },
  );
  return errors ? { code: errors[0]!.extensions['code'] } : data.grades;
};

beforeAll(async () => {
  await take(db, orders('good', 30, { product: 'good-p' }));
  await take(db, orders('bad', 20, { stars: 1 }));
});

/** What a grade is read by. What is remembered need not be read. */
const READ: readonly string[] = ['card_of', 'merchants.by-external-id', 'moves.since'];

describe('the grades of a portfolio', () => {
  it('come in the order of the ids, null where one is unknown, and say what each grade says', async () => {
    const { data } = await api.ask(
      null,
      '{ a: merchant(externalId: "good") { grade { level score asOf } } b: merchant(externalId: "bad") { grade { level score asOf } } }',
    );

    expect(await gradesOf(['bad', 'nobody', 'good', 'bad', 'no\0body'])).toEqual([
      data.b.grade,
      null,
      data.a.grade,
      data.b.grade,
      null,
    ]);
    expect(await gradesOf(['good-p', 'good'], 'PRODUCT')).toEqual([
      { level: expect.any(String), score: expect.anything(), asOf: expect.any(String) },
      null,
    ]);
    expect(await gradesOf([])).toEqual([]);
  });

  it('of a thousand take three statements, as many as of one', async () => {
    const names = async (ids: readonly string[]) => {
      await allMoved(db);
      return (await statementsOf(db, () => gradesOf(ids, 'MERCHANT', 'PLATFORM'))).toSorted();
    };
    await gradesOf(['good'], 'MERCHANT', 'PLATFORM');
    const ofMany = await names(Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 'good' : `unknown-${i}`)));

    expect(ofMany).toEqual(['card_of', 'merchants.by-external-id', 'moves.since']);
    expect(await names(['good'])).toEqual(ofMany);
  });

  it('of a thousand take a partner two more: who it is, and that it asked', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 'good' : `unknown-${i}`));
    const asOf = async (asker: Asker) =>
      (await statementsOf(db, () => gradesOf(ids, 'MERCHANT', asker))).filter((name) => !READ.includes(name));

    expect(await asOf('PARTNER')).toEqual(['access.identify.PARTNER.gathered', 'inquiries.enter-new']);
  });

  it('are at most a thousand', async () => {
    expect(await gradesOf(Array.from({ length: 1001 }, (_, i) => `m-${i}`))).toEqual({ code: 'TOO_MANY_IDS' });
  });

  it('of buyers are for the house, and for partners with consent', async () => {
    expect(await gradesOf(['good-b1'], 'BUYER')).toEqual({ code: 'CONSENT_MISSING' });
    expect(await gradesOf(['good-b1'], 'BUYER', 'PLATFORM')).toMatchObject([{ level: 'NOT_RATED' }]);
  });

  it('are refused of what has no grade, by rules that are not, and to shoppers', async () => {
    expect(await gradesOf(['x'], 'CARRIER', 'PLATFORM')).toEqual({ code: 'SUBJECT_KIND_NOT_GRADED' });
    expect(await gradesOf(['x'], 'CARRIER')).toEqual({ code: 'SUBJECT_KIND_FORBIDDEN' });
    expect(await gradesOf(['good'], 'MERCHANT', 'PARTNER', 'none')).toEqual({ code: 'POLICY_UNKNOWN' });
    expect(await gradesOf(['good'], 'MERCHANT', null)).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await gradesOf(['good'], 'MERCHANT', ['MERCHANT', 'merchant:good'])).toEqual({ code: 'FORBIDDEN' });
  });
});
