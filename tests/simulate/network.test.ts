import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTACKS } from '../../src/simulate/attacks.ts';
import type { Act } from '../../src/simulate/history.ts';
import { scoresOf } from '../../src/simulate/scores.ts';
import { baselineOf, fewestFor, isEnough } from '../../src/simulate/trial.ts';
import { networkWorld } from '../../src/simulate/world.ts';

const DAY = 86_400;
/** Five ratees, each rated by ten; the first by nobody who trusts it. */
const RATINGS = Array.from({ length: 50 }, (_, i) => {
  const [to, from] = [i % 5, 10 + Math.floor(i / 5)];
  return `${from},${to},${to === 0 ? -8 : 6},${1_400_000_000 + i * DAY}`;
}).join('\n');
const world = networkWorld(RATINGS, '0,-1\n1,1\n');

describe('a rating network', () => {
  it('has its known fraudsters lifted, where labels tell of them, and nobody else', () => {
    expect([...world.scammers!].map((subject) => world.acts.find((act) => act.subject === subject)!.valence)).toEqual([
      -80,
    ]);
    expect(baselineOf(world).scammers).toEqual([...world.scammers!]);
    expect(networkWorld(RATINGS, null).scammers).toBeNull();
  });

  it('hears little more of a thousand fresh voices of one day than of a hundred', () => {
    const fresh = (count: number) =>
      Array.from({ length: count }, (_, i): Act => ({
        reviewer: 100 + i,
        subject: 1,
        at: world.now,
        valence: 100,
        mark: 'FAKE',
      }));
    const mass = (count: number) =>
      scoresOf(world, [...world.acts, ...fresh(count)], () => false)[1]!.goodMass -
      scoresOf(world, world.acts, () => false)[1]!.goodMass;
    expect(mass(1000)).toBeLessThan(4 * mass(100));
  });
});

it('the fewest fakes are those that are enough for half of the targets', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 15 }), (needs) => {
      const fewest = fewestFor(
        needs.map((_, i) => i),
        (target, fakes) => fakes >= needs[target]!,
      );
      const median = needs.toSorted((one, other) => one - other)[Math.floor((needs.length - 1) / 2)]!;
      if (fewest === null) expect(median).toBeGreaterThan(128);
      else expect(fewest).toBeGreaterThanOrEqual(median);
      const first = fewestFor(
        needs.map((_, i) => i),
        (target, fakes) => fakes >= needs[target]!,
        0,
      );
      if (first === null) expect(Math.min(...needs)).toBeGreaterThan(128);
      else expect(first).toBeGreaterThanOrEqual(Math.min(...needs));
    }),
  );
});

const data = path.resolve(import.meta.dirname, '../../../shared/data/bitcoin-alpha');
describe.skipIf(!fs.existsSync(data))('Bitcoin Alpha (skipped where ../shared/data is absent)', () => {
  it('lets no flood lift a known fraudster to the median, even before anybody looks', { timeout: 60_000 }, () => {
    const read = (name: string) => fs.readFileSync(path.join(data, name), 'utf8');
    const alpha = networkWorld(read('ratings.csv'), read('labels.csv'));
    const baseline = baselineOf(alpha);
    expect(baseline.scammers).toHaveLength(14);
    for (const [name, fakes] of [
      ['SYBIL', 128],
      ['HIJACKED_ELITE', 64],
    ] as const) {
      const attack = ATTACKS.find((each) => each.name === name)!;
      const aims = baseline.scammers.filter((_, i) => i % 2 === 1).map((target) => ({ target, fakes, isLift: true }));
      const lifted = aims.filter((aim) => isEnough(alpha, baseline, attack, aim, false));
      expect({ name, isCommon: lifted.length >= aims.length / 2 }).toEqual({ name, isCommon: false });
    }
  });
});
