import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Refusal } from '../kernel/refusal.ts';
import { ATTACKS, type Attack } from './attacks.ts';
import { brushingCosts, type BrushingCost } from './brushing-cost.ts';
import { baselineOf, MOST_FAKES, trialOf, type Trial } from './trial.ts';
import { defaultPolicy, marketWorld, networkWorld, type World } from './world.ts';

export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const USAGE = 'simulate [--attack NAME…] [--seed N] [--network FILE [--labels FILE]] [--json]';
const OPTIONS = {
  attack: { type: 'string', multiple: true },
  network: { type: 'string' },
  labels: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** The seeded market that attacks are tried on: 4,000 orders of 36 merchants. */
const MARKET = { seed: 7, until: Date.UTC(2026, 8, 1), scale: 0.1 };

/** The `simulate` command: the attack table. Gives the exit status. */
export async function runSimulate(args: string[], io: Output): Promise<number> {
  try {
    await simulate(args, io);
    return 0;
  } catch (error) {
    if (error instanceof Refusal) {
      io.err(error.message);
      return 2;
    }
    io.err(`simulate broke: ${error instanceof Error ? error.message : String(error)}`);
    return 3;
  }
}

async function simulate(args: string[], io: Output): Promise<void> {
  const { values, positionals } = parsed(args);
  if (values.help) {
    io.out(`Usage: ${USAGE}`);
    io.out(`Attacks: ${ATTACKS.map(({ name }) => name).join(', ')}`);
    return;
  }
  if (positionals.length > 0 && !values.attack) misused(`does not know what to do with ${positionals[0]}`);
  const attacks = attacksOf([...(values.attack ?? []), ...positionals]);
  const worlds = [marketWorld(seedOf(values.seed), MARKET.until, MARKET.scale), ...(await networksOf(values))];
  const tables = worlds.map((world) => ({ world: world.name, trials: tableOf(world, attacks, io, !values.json) }));
  const brushing = values.attack ? [] : brushingCosts(defaultPolicy());
  if (values.json) io.out(JSON.stringify({ worlds: tables, brushing }));
  else for (const line of brushingLines(brushing)) io.out(line);
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

function misused(complaint: string): never {
  throw new Refusal('INVALID', 'USAGE', `simulate: ${complaint}. Usage: ${USAGE}`);
}

/** Another market of the same sort. */
function seedOf(text: string | undefined): number {
  if (text === undefined) return MARKET.seed;
  return /^\d{1,9}$/.test(text) ? Number(text) : misused(`needs a whole number with --seed, not ${text}`);
}

function attacksOf(names: readonly string[]): readonly Attack[] {
  if (names.length === 0) return ATTACKS;
  return names.map((name) => {
    const wanted = name.toUpperCase().replaceAll('-', '_');
    const known = ATTACKS.find((attack) => attack.name === wanted);
    return known ?? misused(`knows no attack ${name}; there are ${ATTACKS.map((attack) => attack.name).join(', ')}`);
  });
}

async function networksOf({ network, labels }: { network?: string; labels?: string }): Promise<World[]> {
  if (network === undefined) return labels === undefined ? [] : misused('needs --network FILE with --labels');
  return [networkWorld(await readText(network), labels === undefined ? null : await readText(labels))];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Refusal('NOT_FOUND', 'FILE_UNREADABLE', `cannot read ${path} (${why})`);
  }
}

/** Each row is told as soon as it is known. */
function tableOf(world: World, attacks: readonly Attack[], io: Output, isTold: boolean): Trial[] {
  if (isTold) for (const line of headOf(world)) io.out(line);
  const baseline = baselineOf(world);
  const trials: Trial[] = [];
  for (const attack of attacks) {
    if (attack.needsOrders && !world.costsPurchase) continue;
    for (const direction of ['LIFT', 'SINK'] as const) {
      if (direction === 'LIFT' ? !attack.lifts : !attack.sinks) continue;
      const trial = trialOf(world, baseline, attack, direction);
      trials.push(trial);
      if (isTold) io.out(rowOf(trial));
    }
  }
  if (isTold) for (const line of lossLines(trials)) io.out(line);
  return trials;
}

function* headOf({ name, acts, costsPurchase }: World) {
  yield `${name}: ${acts.length} reviews; ${costsPurchase ? 'each costs an order' : 'they cost nothing'}`;
  yield 'Fakes that lift a bad merchant to the median, or sink a good one below the tenth percentile; what becomes of 32 of them.';
  yield '| attack | direction | fakes | with detection | cost | with detection | found | days | honest held | voided | shift |';
  yield '|---|---|---|---|---|---|---|---|---|---|---|';
}

const fakes = (count: number | null): string => (count === null ? `> ${MOST_FAKES}` : String(count));

function* lossLines(trials: readonly Trial[]) {
  const rows = trials.flatMap(({ attack, losses }) => (losses ? [{ attack, ...losses }] : []));
  if (rows.length === 0) return;
  yield '';
  yield 'Fakes that sink the weakest of the good merchants, and that cost half of them a level, or all down to C.';
  yield '| attack | weakest | with detection | a level | with detection | to C | with detection |';
  yield '|---|---|---|---|---|---|---|';
  for (const { attack, first, firstDetected, level, levelDetected, toC, toCDetected } of rows) {
    const counts = [first, firstDetected, level, levelDetected, toC, toCDetected].map(fakes);
    yield `| ${[attack, ...counts].join(' | ')} |`;
  }
}

function rowOf(trial: Trial): string {
  const money = (amount: number | null): string => (amount === null ? '' : (amount / 100).toFixed(0));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const cells = [
    trial.attack,
    trial.direction,
    fakes(trial.fakes),
    fakes(trial.fakesDetected),
    money(trial.cost),
    money(trial.costDetected),
    percent(trial.found),
    trial.daysToDetection ?? '–',
    percent(trial.honestHeld),
    percent(trial.honestVoided),
    trial.meanShift.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

function* brushingLines(costs: readonly BrushingCost[]) {
  if (costs.length === 0) return;
  yield '';
  yield 'What a new shop must buy from itself to reach a level; yuan, without and with detection.';
  yield '| level | orders | days | cost | with detection |';
  yield '|---|---|---|---|---|';
  for (const { level, orders, days, cost, costDetected } of costs) {
    yield `| ${[level, orders, days, cost, costDetected].join(' | ')} |`;
  }
}
