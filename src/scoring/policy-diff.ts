import { CHANGES, type Change } from './policy-diff-texts.ts';
import type { Cap, Gate } from './policy.ts';
import { isPreset, type Rules } from './preset-rules.ts';
import { localeOf } from './texts.ts';

/** One number, or other value, of the rules that is not what it was. */
export interface PolicyChange {
  readonly path: string; // dotted: masses.LATE_DELIVERY
  readonly sentence: (locale?: string | null) => string; // en or zh-CN; any other language falls back to en
}

/** What a policy says where it says nothing. */
const UNSAID: Readonly<Record<string, unknown>> = { 'approval.persons': 1, noticeDays: 0 };

/**
 * In what two policies differ, a sentence each, in the order of the document. Of equal policies: none; of policies that come to their grades by
 * other methods, that alone: none of the numbers of one means anything in the other.
 */
export function policyChanges(before: Rules, after: Rules): readonly PolicyChange[] {
  const [oldMethod, newMethod] = [methodOf(before), methodOf(after)];
  if (oldMethod !== newMethod) return [changeOf('method', { was: oldMethod, is: newMethod, of: after })];
  const was = valuesOf(before);
  const is = valuesOf(after);
  const paths = [...new Set([...is.keys(), ...was.keys()])].toSorted((a, b) => placeOf(a) - placeOf(b));
  return paths.flatMap((path) => {
    const [old, now] = [was.get(path) ?? UNSAID[path], is.get(path) ?? UNSAID[path]];
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [changeOf(path, { was: old, is: now, of: after })];
  });
}

const methodOf = (rules: Rules): string => (isPreset(rules) ? rules.method : 'POSTERIOR');

function changeOf(path: string, change: Change): PolicyChange {
  for (const { pattern, en, zh } of CHANGES) {
    const match = pattern.exec(path);
    if (match)
      return {
        path,
        sentence: (asked) => (localeOf(asked) === 'zh-CN' ? zh : en)(change, match[1] ?? '', match[2] ?? ''),
      };
  }
  throw new RangeError(`no sentence tells of a change of ${path}`); // the last pattern takes every path
}

/** Where the changes of a path stand among those of others; paths of one kind keep their order. */
const placeOf = (path: string): number => CHANGES.findIndex(({ pattern }) => pattern.test(path));

/** Every value of a document by its path. Gates and caps go by what they guard, not by their place in the list. */
function valuesOf(rules: Rules): Map<string, unknown> {
  const { masses = {}, gates = [], caps = [], ...rest } = rules as { masses?: object; gates?: Gate[]; caps?: Cap[] };
  const values = new Map<string, unknown>();
  collect('', rest, values);
  for (const [kind, mass] of Object.entries(masses)) values.set(`masses.${kind}`, mass);
  for (const { level, ...demands } of gates) collect(`gates.${level}`, demands, values);
  for (const { when, level } of caps) values.set(`caps.${when}`, level);
  return values;
}

function collect(path: string, value: unknown, values: Map<string, unknown>): void {
  if (typeof value !== 'object' || value === null) {
    values.set(path, value);
    return;
  }
  for (const [key, inner] of Object.entries(value)) collect(path === '' ? key : `${path}.${key}`, inner, values);
}
