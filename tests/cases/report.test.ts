import { beforeAll, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW, takeEvents } from '../kit/events.ts';
import { buyer, casesOn, fakeIds, fakes } from './kit.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const cases = casesOn(api, db);

const REPORT = `query ($from: Date!, $to: Date!) { integrityReport(from: $from, to: $to) { from to received receivedByStars held voided
  voidedByGround { ground count } voidedByStars foundAutomatically foundByPeople restored
  appealsFiled appealsUpheld appealsOverturned appealsOpen medianHoursToDecision } }`;
const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);
async function report(from: number | string, to: number | string) {
  const text = (day: number | string) => (typeof day === 'string' ? day : dayOf(day));
  const { data, errors } = await api.ask(null, REPORT, { from: text(from), to: text(to) });
  return errors ? errors[0]!.extensions['code'] : data.integrityReport;
}

describe('integrityReport', () => {
  beforeAll(async () => {
    await takeEvents(db, [...fakes('m-1', 4, 5), ...fakes('m-2', 2, 1)], NOW - 2 * DAY_MS);
    now = NOW - DAY_MS;
    await takeEvents(db, fakes('m-3', 1, 3), now);
    await cases.penalize(fakeIds('m-1', 3));
    await cases.penalize(fakeIds('m-2', 1), { ground: 'EXTORTION' });
    now = NOW;
    await cases.penalize(fakeIds('m-2', 2).slice(1), { ground: 'SPAM' });
    for (const [n, hours, outcome] of [
      [0, 2, 'OVERTURNED'],
      [1, 10, 'UPHELD'],
      [2, 1, null],
    ] as const) {
      now = NOW;
      const [review] = await cases.reviewIds([`r-m-1-fake-${n}`]);
      const { appeal } = await cases.file(review!, buyer(`b-m-1-${n}`));
      now += hours * HOUR_MS;
      if (outcome !== null) await cases.decide(appeal.id, outcome);
    }
    now = NOW + DAY_MS;
  });

  it('tells everybody what came in, what was voided by ground and by stars, and what became of appeals', async () => {
    expect(await report(NOW - 3 * DAY_MS, NOW)).toEqual({
      from: dayOf(NOW - 3 * DAY_MS),
      to: dayOf(NOW),
      received: 7,
      receivedByStars: [2, 0, 1, 0, 4],
      held: 0,
      voided: 5,
      voidedByGround: [
        { ground: 'EXTORTION', count: 1 },
        { ground: 'FAKE_PURCHASED', count: 3 },
        { ground: 'SPAM', count: 1 },
      ],
      voidedByStars: [2, 0, 0, 0, 3],
      foundAutomatically: 0,
      foundByPeople: 5,
      restored: 1,
      appealsFiled: 3,
      appealsUpheld: 1,
      appealsOverturned: 1,
      appealsOpen: 1,
      medianHoursToDecision: 6,
    });
  });

  it('of some days has what befell in them, both ends in it', async () => {
    expect(await report(NOW, NOW)).toMatchObject({
      received: 0,
      voided: 1,
      voidedByStars: [1, 0, 0, 0, 0],
      appealsFiled: 3,
    });
    expect(await report(NOW - DAY_MS, NOW - DAY_MS)).toMatchObject({
      received: 1,
      voided: 4,
      appealsFiled: 0,
      medianHoursToDecision: null,
    });
  });

  it('has at most 366 days, in order, since 1995', async () => {
    expect(await report(NOW, NOW - DAY_MS)).toBe('RANGE_INVALID');
    expect(await report('1994-12-31', '1995-01-02')).toBe('RANGE_INVALID');
    expect(await report(NOW - 366 * DAY_MS, NOW)).toBe('RANGE_TOO_LONG');
    expect(await report(NOW - 365 * DAY_MS, NOW)).toMatchObject({ received: 7 });
  });
});
