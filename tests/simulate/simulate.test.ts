import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/demo/random.ts';
import { ATTACKS } from '../../src/simulate/attacks.ts';
import { brushingCosts } from '../../src/simulate/brushing-cost.ts';
import { runSimulate } from '../../src/simulate/simulate.ts';
import { baselineOf, trialOf, type Baseline, type Trial } from '../../src/simulate/trial.ts';
import { defaultPolicy, marketWorld, type World } from '../../src/simulate/world.ts';

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runSimulate(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out, err };
}

let world: World;
let baseline: Baseline;
beforeAll(() => {
  world = { ...marketWorld(7, Date.UTC(2026, 8, 1), 0.1), targets: 3 }; // the command tries all, which takes a minute
  baseline = baselineOf(world);
});
const tried = new Map<string, Trial>();
function trial(name: string, direction: Trial['direction']): Trial {
  const attack = ATTACKS.find((each) => each.name === name)!;
  const known = tried.get(`${name} ${direction}`) ?? trialOf(world, baseline, attack, direction);
  tried.set(`${name} ${direction}`, known);
  return known;
}

describe('attacks on the market, with detection', () => {
  it.each([
    ['SYBIL', 'LIFT', 128],
    ['COLLUSION_RING', 'LIFT', 128],
    ['CAMOUFLAGE', 'LIFT', 83],
    ['HIJACKED_ELITE', 'LIFT', 63],
    ['SYBIL', 'SINK', 33],
    ['CAMOUFLAGE', 'SINK', 19],
    ['HIJACKED_ELITE', 'SINK', 19],
    ['PATIENT_ELITE', 'SINK', 19],
  ] as const)('%s needs to %s more than %d fakes, and no honest reviewer suffers', (name, direction, most) => {
    const { fakesDetected, honestHeld, honestVoided } = trial(name, direction);
    expect(fakesDetected ?? Number.POSITIVE_INFINITY).toBeGreaterThan(most);
    expect(honestHeld).toBeLessThanOrEqual(0.01);
    expect(honestVoided).toBe(0);
  });

  it('are found within days, where they are loud', () => {
    const { found, daysToDetection } = trial('SYBIL', 'SINK');
    expect(found).toBeGreaterThan(0.9);
    expect(daysToDetection).toBeLessThanOrEqual(3);
  });
});

it('cost a good merchant one level with fewer fakes than all of them, and never all of them with detection', () => {
  expect(trial('SYBIL', 'LIFT').losses).toBeNull();
  const { fakes, losses } = trial('PATIENT_ELITE', 'SINK');
  const { first, level, levelDetected, toC, toCDetected } = losses!;
  expect(level).toBeGreaterThan(0);
  expect(level).toBeLessThanOrEqual(first!);
  expect(first).toBeLessThanOrEqual(fakes!);
  expect(toC).toBeGreaterThan(fakes!);
  expect(levelDetected).toBeGreaterThanOrEqual(level!);
  expect(toCDetected).toBeNull(); // more than are tried
});

it('see through patience, unless each claim is believed', () => {
  expect(trial('PATIENT_ELITE', 'SINK').found).toBe(1);
  const { found, fakesDetected } = trial('PATIENT_CLAIMS', 'SINK');
  expect(found).toBe(0);
  expect(fakesDetected).toBeGreaterThanOrEqual(16);
});

it.each(ATTACKS.map(({ name, acts }) => [name, acts] as const))('%s makes as many fakes as it is told', (_, acts) => {
  const aim = { target: baseline.honest[0]!, isLift: false, fakes: 13 };
  const made = acts(world, aim, new Random(1));
  const fakes = made.filter(({ mark }) => mark === 'FAKE');
  expect(fakes).toHaveLength(13);
  expect(fakes.every(({ subject, valence, at }) => subject === aim.target && valence < 0 && at <= world.now)).toBe(
    true,
  );
  expect(acts(world, aim, new Random(1))).toEqual(made);
});

it('makes brushing at least five times as dear', () => {
  const costs = brushingCosts(defaultPolicy());
  expect(costs.map(({ level }) => level)).toEqual(['A', 'AA', 'AAA']);
  for (const { cost, costDetected, orders } of costs) {
    expect(costDetected / cost).toBeGreaterThanOrEqual(5);
    expect(orders).toBeGreaterThanOrEqual(30);
  }
});

describe('the command', () => {
  it('tells a row an attack as JSON', async () => {
    const { status, out, err } = await run('--attack', 'ballot-stuffing', '--json');
    expect({ status, err }).toEqual({ status: 0, err: [] });
    const { worlds } = JSON.parse(out.at(-1)!) as { worlds: { world: string; trials: object[] }[] };
    expect(worlds).toEqual([{ world: 'market', trials: [expect.objectContaining({ attack: 'BALLOT_STUFFING' })] }]);
  });

  it.each([
    [['--attack', 'NONSENSE'], /knows no attack NONSENSE; there are CONSTANT/],
    [['SYBIL'], /does not know what to do with SYBIL/],
    [['--fast'], /--fast/],
    [['--labels', 'x'], /needs --network/],
    [['--seed', 'x1'], /needs a whole number with --seed, not x1/],
    [['--attack', 'SYBIL', '--network', '/no/such/file'], /^cannot read \/no\/such\/file \(ENOENT\)$/],
  ])('refuses %j in one line, with status 2', async (args, complaint) => {
    const { status, err } = await run(...args);
    expect(status).toBe(2);
    expect(err).toEqual([expect.stringMatching(complaint)]);
  });

  it('tells its usage and its attacks', async () => {
    const { status, out } = await run('--help');
    expect(status).toBe(0);
    expect(out.join('\n')).toMatch(/Usage: simulate .*INC_PR$/s);
  });
});
