import { readFile } from 'node:fs/promises';
import { Refusal } from '../kernel/refusal.ts';
import { asRecord } from '../scoring/checks.ts';
import { compilePolicy } from '../scoring/compiled.ts';
import { parsePolicy } from '../scoring/parse-policy.ts';
import type { Judge } from './replay.ts';

const DEFAULT = new URL('../grades/presets/default-merchant.json', import.meta.url);

/**
 * The default merchant policy, or the one of a file: a whole document, or only the fields that differ from the default. A file
 * that sets `prior.k` without `prior.p0` has p0 learnt: the share of good ratings seen so far.
 */
export async function judgeOf(policyFile: string | null, read: (path: string) => Promise<string>): Promise<Judge> {
  const standard: unknown = JSON.parse(await readFile(DEFAULT, 'utf8'));
  if (policyFile === null) return { policy: compilePolicy(parsePolicy(standard)), learnsPrior: false };

  const given = jsonOf(await read(policyFile), policyFile);
  const isWhole = Object.hasOwn(asRecord(given, []), 'key');
  const policy = compilePolicy(parsePolicy(isWhole ? given : overlay(standard, given)));
  if (policy.subjectKind !== 'MERCHANT') {
    throw new Refusal('INVALID', 'POLICY_INVALID', `${policyFile}: subjectKind: must be MERCHANT, who is rated here`);
  }
  return { policy, learnsPrior: !isWhole && setsOnlyWeightOfPrior(given) };
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('INVALID', 'POLICY_INVALID', `${name} is not JSON`);
  }
}

/** Objects are laid over each other field by field; all else replaces. */
function overlay(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over;
  const fields = Object.entries(over).map(([key, value]) => [
    key,
    Object.hasOwn(under, key) ? overlay(under[key], value) : value,
  ]);
  return { ...under, ...Object.fromEntries(fields) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function setsOnlyWeightOfPrior(given: unknown): boolean {
  const prior = isObject(given) ? given['prior'] : null;
  return isObject(prior) && Object.hasOwn(prior, 'k') && !Object.hasOwn(prior, 'p0');
}
