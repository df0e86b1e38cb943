import { asOneOf, asRecord } from './checks.ts';
import { parsePolicy } from './parse-policy.ts';
import type { Policy } from './policy.ts';
import { parseLevels, parseStars } from './preset-parse-ranks.ts';
import { parseStandards } from './preset-parse-standards.ts';
import type { PresetPolicy } from './preset-policy.ts';

/** How a policy comes to its grade. POSTERIOR is the house's own, and what a document means that names none. */
export const METHODS = ['POSTERIOR', 'LEVELS', 'STANDARDS', 'STARS'] as const;

/** Any policy: of ours, or a platform's rules. */
export type Rules = Policy | PresetPolicy;

export const isPreset = (rules: Rules): rules is PresetPolicy => 'method' in rules;

/** A policy document of any method as it came from outside, checked; or a Refusal that names the JSON path. */
export function parseRules(document: unknown): Rules {
  const { method = 'POSTERIOR', ...rest } = asRecord(document, []);
  switch (asOneOf(method, ['method'], METHODS)) {
    case 'POSTERIOR':
      return parsePolicy(rest);
    case 'LEVELS':
      return parseLevels(document);
    case 'STANDARDS':
      return parseStandards(document);
    case 'STARS':
      return parseStars(document);
  }
}
