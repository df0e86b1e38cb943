import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/kernel/refusal.ts';
import { parseConduct } from '../../src/sanctions/conduct-parse.ts';
import { compareKinds, liveStrikes, nextStep, strikesOf, type Strikes } from '../../src/sanctions/ladder.ts';
import preset from '../../src/sanctions/presets/conduct.json' with { type: 'json' };

const conduct = parseConduct(preset);
const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
const grounds = Object.keys(conduct.grounds);

const anOffence = fc.record({ ground: fc.constantFrom(...grounds), count: fc.integer({ min: 1, max: 30 }) });
const aRecord = fc.array(
  fc.record({
    count: fc.integer({ min: 0, max: 48 }),
    until: fc.integer({ min: -200, max: 200 }).map((days) => NOW + days * DAY),
  }),
  { maxLength: 6 },
);
const step = (record: readonly Strikes[], ground: string, count = 1) =>
  nextStep(conduct, record, [{ ground, count }], NOW);
const before = (...strikes: number[]): Strikes[] => strikes.map((count) => ({ count, until: NOW + DAY }));

describe('the ladder', () => {
  it('climbs from warning over deduction, restriction and suspension to removal, which the public is told of', () => {
    expect(step([], 'FAKE_PURCHASED')).toEqual({
      strikes: 12,
      total: 12,
      kind: 'WARNING',
      endsAt: null,
      points: 0,
      publicNotice: false,
    });
    expect(step(before(12), 'NOT_A_CUSTOMER', 2)).toMatchObject({ total: 18, kind: 'POINTS_DEDUCTION', points: 100 });
    expect(step(before(12), 'FAKE_PURCHASED')).toMatchObject({
      kind: 'RESTRICTION',
      endsAt: NOW + 28 * DAY,
      points: 200,
    });
    expect(step(before(12, 12), 'FAKE_PURCHASED')).toMatchObject({ kind: 'SUSPENSION', endsAt: NOW + 90 * DAY });
    expect(step(before(12, 12, 12), 'FAKE_PURCHASED')).toMatchObject({
      total: 48,
      kind: 'REMOVAL',
      endsAt: null,
      publicNotice: true,
    });
  });

  it('is for malicious bad reviews, too, which weigh more than praise that was bought', () => {
    expect(step([], 'EXTORTION')).toMatchObject({ strikes: 24, kind: 'RESTRICTION' });
    expect(step([], 'FAKE_COMPETITOR').strikes).toBeGreaterThan(step([], 'FAKE_PURCHASED').strikes);
  });

  it('tells whoever gets strikes, even below the first step', () => {
    expect(step([], 'RUDE_CONTACT')).toMatchObject({ strikes: 1, total: 1, kind: 'WARNING', points: 0 });
  });

  it('gives one decision no more than its most, however many cases it is about', () => {
    expect(strikesOf(conduct, [{ ground: 'FAKE_PURCHASED', count: 3 }])).toBe(16);
    expect(strikesOf(conduct, [{ ground: 'LATE_DISPATCH', count: 10_000 }])).toBe(4);
    expect(strikesOf(conduct, [{ ground: 'RAIN', count: 9 }])).toBe(0);
  });

  it('never answers more offences, or a worse record, with a milder step', () => {
    fc.assert(
      fc.property(aRecord, fc.array(anOffence, { minLength: 1, maxLength: 4 }), anOffence, (record, offences, more) => {
        const one = nextStep(conduct, record, offences, NOW);
        const worse = nextStep(conduct, record, [...offences, more], NOW);
        const again = nextStep(conduct, [...record, { count: one.strikes, until: NOW + DAY }], offences, NOW);
        for (const other of [worse, again]) {
          expect(compareKinds(other.kind, one.kind)).toBeGreaterThanOrEqual(0);
          expect(other.points).toBeGreaterThanOrEqual(one.points);
          expect(other.total).toBeGreaterThanOrEqual(one.total);
        }
      }),
    );
  });

  it('forgets what has expired as if it had never been', () => {
    fc.assert(
      fc.property(aRecord, anOffence, (record, offence) => {
        const live = record.filter(({ until }) => until > NOW);
        expect(nextStep(conduct, record, [offence], NOW)).toEqual(nextStep(conduct, live, [offence], NOW));
        expect(liveStrikes(record, NOW + 201 * DAY)).toBe(0);
      }),
    );
  });
});

describe('the rules of conduct', () => {
  it('come back as they were given', () => {
    expect(parseConduct(JSON.parse(JSON.stringify(conduct)))).toEqual(conduct);
  });

  const [first, second] = preset.steps;
  const spam = preset.grounds.SPAM;
  it.each<[fields: object, path: string, complaint: RegExp]>([
    [{ strikeDays: 0 }, 'strikeDays', /from 1/],
    [{ strikeDays: Number.NaN }, 'strikeDays', /finite/],
    [{ appealDays: 30 }, 'appealDays', /from 183/],
    [{ grounds: {} }, 'grounds', /at least one/],
    [{ grounds: { spam } }, 'grounds.spam', /named like/],
    [{ grounds: { SPAM: { ...spam, most: 3 } } }, 'grounds.SPAM.most', /from 4/],
    [{ grounds: { SPAM: { ...spam, first: 1.5 } } }, 'grounds.SPAM.first', /whole/],
    [{ grounds: { SPAM: { ...spam, texts: { en: 'Spam' } } } }, 'grounds.SPAM.texts.zh-CN', /missing/],
    [{ grounds: { SPAM: { ...spam, texts: { en: 'a\nb', 'zh-CN': '垃' } } } }, 'grounds.SPAM.texts.en', /text/],
    [{ steps: [] }, 'steps', /at least one/],
    [{ steps: [first, first] }, 'steps.1.at', /greater than 12/],
    [{ steps: [second, { at: 30, kind: 'WARNING' }] }, 'steps.1.kind', /milder than POINTS_DEDUCTION/],
    [{ steps: [{ at: 5, kind: 'PUBLIC_NOTICE' }] }, 'steps.0.kind', /one of WARNING/],
    [{ steps: [{ at: 5, kind: 'WARNING', points: 5 }] }, 'steps.0.points', /costs nothing/],
    [{ steps: [{ at: 5, kind: 'POINTS_DEDUCTION' }] }, 'steps.0.points', /at least 1/],
    [{ steps: [{ at: 5, kind: 'REMOVAL', days: 5 }] }, 'steps.0.days', /has none/],
    [{ steps: Array.from({ length: 51 }, (_, i) => ({ at: i + 1, kind: 'WARNING' })) }, 'steps', /at most 50/],
    [{ secondPerson: { ...preset.secondPerson, kinds: ['RAIN'] } }, 'secondPerson.kinds.0', /one of/],
    [{ rain: 1 }, 'rain', /not a known field/],
  ])('are refused as %j, with the path', (fields, path, complaint) => {
    const refused = (() => {
      try {
        return parseConduct({ ...preset, ...fields });
      } catch (error) {
        return error as Refusal;
      }
    })();

    expect(refused).toMatchObject({ code: 'POLICY_INVALID', field: path.split('.') });
    expect((refused as Refusal).message).toMatch(complaint);
  });
});
