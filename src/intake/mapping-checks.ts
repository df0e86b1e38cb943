import { isRecord, shown, type Fields } from './checks.ts';
import { Refusal } from '../kernel/refusal.ts';

/** Checks of a mapping's JSON. Each refuses with the path of what is wrong, such as `$.events[0].type`. */
export function refuse(path: string, complaint: string): never {
  throw new Refusal('INVALID', 'MAPPING_INVALID', `The mapping is wrong at ${path}: ${complaint}.`);
}

export function asObject(value: unknown, path: string, keys: readonly string[] | null): Fields {
  if (!isRecord(value)) refuse(path, `is ${shown(value)}, but must be an object`);
  const unknown = keys && Object.keys(value).find((key) => !keys.includes(key));
  if (keys && unknown !== undefined && unknown !== null)
    refuse(`${path}.${unknown}`, `is not known here; there are ${keys.join(', ')}`);
  return value;
}

export function asList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) refuse(path, 'must be a list with something in it');
  return value;
}

export function asText(value: unknown, path: string, form = /./u, wanted = 'a text'): string {
  if (typeof value !== 'string' || !form.test(value)) refuse(path, `is ${shown(value)}, but must be ${wanted}`);
  return value;
}

export const asTexts = (value: unknown, path: string): string[] =>
  asList(value, path).map((each, i) => asText(each, `${path}[${i}]`));

export function asOneOf<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  return found ?? refuse(path, `is ${shown(value)}, but must be one of ${choices.join(', ')}`);
}

export function asConstant(value: unknown, path: string): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return refuse(path, `is ${shown(value)}, but must be a text, a number, true or false`);
}

export function asFlag(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') refuse(path, `is ${shown(value)}, but must be true or false`);
  return value;
}

export function asWhole(value: unknown, path: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    refuse(path, `is ${shown(value)}, but must be a whole number from ${least} to ${most}`);
  return value;
}
