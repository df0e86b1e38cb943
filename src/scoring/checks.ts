import { Refusal } from '../kernel/refusal.ts';

/** Checks of a JSON document that came from outside. Each refuses with the path of the value at fault. */
export type Path = readonly string[];

export function refuse(path: Path, complaint: string): never {
  const where = path.length === 0 ? 'the document' : path.join('.');
  throw new Refusal('INVALID', 'POLICY_INVALID', `${where}: ${complaint}`, path);
}

export type Fields = Readonly<Record<string, unknown>>;

/** An object with any keys. */
export function asRecord(value: unknown, path: Path): Fields {
  if (!isRecord(value)) refuse(path, 'must be an object');
  return value;
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with all of these keys, and none but these and the optional ones. */
export function asObject(
  value: unknown,
  path: Path,
  keys: readonly string[],
  optional: readonly string[] = [],
): Fields {
  const fields = asRecord(value, path);
  for (const key of Object.keys(fields))
    if (!keys.includes(key) && !optional.includes(key)) refuse([...path, key], 'is not a known field');
  for (const key of keys) if (!Object.hasOwn(fields, key)) refuse([...path, key], 'is missing');
  return fields;
}

export function asList(value: unknown, path: Path, most: number): readonly unknown[] {
  if (!Array.isArray(value)) refuse(path, 'must be a list');
  if (value.length > most) refuse(path, `must have at most ${most} entries, not ${value.length}`);
  return value;
}

/** A number in [least, most]. */
export function asNumber(value: unknown, path: Path, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) refuse(path, 'must be a finite number');
  if (value < least || value > most) refuse(path, `must be from ${least} to ${most}, not ${value}`);
  return value;
}

/** A number in (above, most]. */
export function asNumberAbove(value: unknown, path: Path, above: number, most: number): number {
  const number = asNumber(value, path, above, most);
  if (number === above) refuse(path, `must be greater than ${above}`);
  return number;
}

/** A whole number in [least, most]. */
export function asWhole(value: unknown, path: Path, least: number, most: number): number {
  const number = asNumber(value, path, least, most);
  if (!Number.isSafeInteger(number)) refuse(path, `must be a whole number, not ${number}`);
  return number;
}

export function asText(value: unknown, path: Path, form: RegExp, example: string): string {
  if (typeof value !== 'string' || !form.test(value)) refuse(path, `must be a text like ${example}`);
  return value;
}

export function asOneOf<T extends string>(value: unknown, path: Path, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) refuse(path, `must be one of ${choices.join(', ')}`);
  return found;
}
