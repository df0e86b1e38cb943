import { POSTING_KINDS } from './kinds.ts';
import type { ReasonTexts } from './policy.ts';
import type { Locale } from './texts.ts';

/** What a policy's own wording of a reason can have filled in, by the reason's code: `{points}`. */
export function placeholdersOf(code: string): readonly string[] {
  if (code.startsWith('GATE_')) return ['deals', 'counterparties', 'days']; // still missing
  if (code.startsWith('CAP_')) return ['level'];
  if (code === 'NOT_ENOUGH_EVIDENCE') return ['deals', 'counterparties']; // still missing
  return POSTING_KINDS.some(({ key }) => key === code) ? ['count', 'points'] : [];
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Every name that stands in braces. */
export const namesIn = (template: string): string[] => [...template.matchAll(PLACEHOLDER)].map(([, name]) => name!);

/** The policy's wording of a reason, filled in; null where it has none of its own. */
export function ownWording(
  texts: ReasonTexts | undefined,
  code: string,
  locale: Locale,
  values: Readonly<Record<string, string>>,
): string | null {
  const own = texts?.[locale];
  if (!own || !Object.hasOwn(own, code)) return null;
  return own[code]!.replaceAll(PLACEHOLDER, (_, name: string) => values[name] ?? '');
}
