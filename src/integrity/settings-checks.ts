import { CODES } from '../detection/llr.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { BrushingRule, HoldingRule, IntegritySettings } from './integrity-settings.ts';

const MOST_STEPS = 500; // of a fitted code
const MOST_WEIGHT = 20; // nats: beyond that nothing else would matter

const KEYS = [
  'baseRate',
  'voidProposedFrom',
  'voidProposedFamilies',
  'voidsByItself',
  'atOnce',
  'lookingBack',
  'claimMinutes',
  'weights',
];

/** Versions of before there was such a rule have none, and void no order. */
const NO_BRUSHING: BrushingRule = { voidsByItself: false, waitHours: 72 };

/** A document as settings, or a Refusal that says what is wrong with it. All keys but `brushing` are needed, and no others are known. */
export function checkedSettings(document: unknown): IntegritySettings {
  const all = fieldsOf(document, 'document', KEYS, ['brushing']);
  return {
    baseRate: numberOf(all, 'baseRate', 0.0001, 0.5),
    voidProposedFrom: numberOf(all, 'voidProposedFrom', 0.9, 0.9999),
    voidProposedFamilies: wholeOf(all, 'voidProposedFamilies', 2, 4), // one family never voids
    voidsByItself: flagOf(all, 'voidsByItself'),
    brushing: all['brushing'] === undefined ? NO_BRUSHING : brushingRuleOf(all),
    atOnce: holdingRuleOf(all, 'atOnce'),
    lookingBack: holdingRuleOf(all, 'lookingBack'),
    claimMinutes: wholeOf(all, 'claimMinutes', 1, 1440),
    weights: weightsOf(all['weights']),
  };
}

function brushingRuleOf(all: Fields): BrushingRule {
  const rule = fieldsOf(all['brushing'], 'brushing', ['voidsByItself', 'waitHours']);
  return {
    voidsByItself: flagOf(rule, 'voidsByItself', 'brushing'),
    waitHours: wholeOf(rule, 'waitHours', 1, 720, 'brushing'),
  };
}

function holdingRuleOf(all: Fields, key: string): HoldingRule {
  const rule = fieldsOf(all[key], key, ['holds', 'heldFrom', 'heldFamilies']);
  return {
    holds: flagOf(rule, 'holds', key),
    heldFrom: numberOf(rule, 'heldFrom', 0.5, 0.9999, key),
    heldFamilies: wholeOf(rule, 'heldFamilies', 1, 4, key),
  };
}

function weightsOf(value: unknown): IntegritySettings['weights'] {
  const weights = fieldsOf(value, 'weights', null);
  for (const [code, steps] of Object.entries(weights)) {
    if (!Object.hasOwn(CODES, code)) throw wrong(`weights.${code}`, 'is no code of evidence');
    checkSteps(`weights.${code}`, steps);
  }
  return weights;
}

/** Thresholds and weights rise together, and only the first threshold may be null: −∞. */
function checkSteps(path: string, steps: unknown): void {
  if (!Array.isArray(steps) || steps.length > MOST_STEPS)
    throw wrong(path, `must be a list of at most ${MOST_STEPS} steps`);
  let last: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [i, step] of steps.entries()) {
    const [from, llr] = Array.isArray(step) && step.length === 2 ? (step as unknown[]) : [];
    const threshold = from === null && i === 0 ? Number.NEGATIVE_INFINITY : from;
    if (typeof threshold !== 'number' || typeof llr !== 'number' || !(Math.abs(llr) <= MOST_WEIGHT))
      throw wrong(`${path}.${i}`, `must be [threshold, weight of −${MOST_WEIGHT} to ${MOST_WEIGHT}]`);
    if (i > 0 && (threshold <= last[0] || llr < last[1]))
      throw wrong(`${path}.${i}`, 'must rise above the step before it');
    last = [threshold, llr];
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(
  value: unknown,
  path: string,
  keys: readonly string[] | null,
  more: readonly string[] = [], // that may be there
): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong(path, 'must be an object');
  const fields = value as Fields;
  if (keys === null) return fields;
  const missing = keys.find((key) => !Object.hasOwn(fields, key));
  if (missing !== undefined) throw wrong(`${path}.${missing}`, 'is missing');
  const unknown = Object.keys(fields).find((key) => !keys.includes(key) && !more.includes(key));
  if (unknown !== undefined) throw wrong(`${path}.${unknown}`, 'is no setting');
  return fields;
}

function numberOf(fields: Fields, key: string, least: number, most: number, of = 'document'): number {
  const value = fields[key];
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw wrong(`${of}.${key}`, `must be a number from ${least} to ${most}`);
}

function wholeOf(fields: Fields, key: string, least: number, most: number, of = 'document'): number {
  const value = numberOf(fields, key, least, most, of);
  if (Number.isInteger(value)) return value;
  throw wrong(`${of}.${key}`, 'must be a whole number');
}

function flagOf(fields: Fields, key: string, of = 'document'): boolean {
  const value = fields[key];
  if (typeof value === 'boolean') return value;
  throw wrong(`${of}.${key}`, 'must be true or false');
}

const wrong = (path: string, what: string) =>
  new Refusal('INVALID', 'SETTINGS_INVALID', `${path} ${what}.`, path.split('.'));
