import { durationSeconds } from './kernel/duration.ts';

/** One thing that the environment may say. */
export interface Setting<Value> {
  /** Of the environment variable. */
  readonly name: string;
  /** For README.md, as the next two are. */
  readonly meaning: string;
  readonly unlessSet: string;
  /** Production does not start without it. */
  readonly isNeeded: boolean;
  /** `text` is undefined where the variable is not set or empty. What it throws is shown to whoever set it. */
  readonly read: (text: string | undefined, isProduction: boolean) => Value;
}

/** How a setting is told of: its variable, what it means, and what holds unless it is set. */
export type Told = readonly [name: string, meaning: string, unlessSet: string];

const setting = <Value>([name, meaning, unlessSet]: Told, read: Setting<Value>['read']): Setting<Value> => ({
  name,
  meaning,
  unlessSet,
  isNeeded: false,
  read,
});

export const needed = <Value>(each: Setting<Value>): Setting<Value> => ({ ...each, isNeeded: true });

const wrong = (name: string, text: string, wanted: string): Error => new Error(`${name} is "${text}"; give ${wanted}.`);

export const text = <Otherwise extends string | null>(told: Told, otherwise: Otherwise): Setting<string | Otherwise> =>
  setting(told, (given) => given ?? otherwise);

export const wholeNumber = <Otherwise extends number | null>(
  told: Told,
  from: number,
  to: number,
  otherwise: Otherwise,
): Setting<number | Otherwise> =>
  setting(told, (given) => {
    if (given === undefined) return otherwise;
    const value = Number(given);
    if (!/^\d{1,15}$/.test(given) || value < from || value > to)
      throw wrong(told[0], given, `a number from ${from} to ${to}`);
    return value;
  });

/** Whatever `parse` takes; what it throws says what is wrong with the value. */
export const parsed = <Value, Otherwise>(
  told: Told,
  parse: (given: string) => Value,
  otherwise: Otherwise,
): Setting<Value | Otherwise> =>
  setting(told, (given) => {
    try {
      return given === undefined ? otherwise : parse(given);
    } catch (error) {
      throw new Error(`${told[0]}: ${(error as Error).message}.`, { cause: error });
    }
  });

/** True for one value, false for all others. */
export const isSetTo = (told: Told, value: string): Setting<boolean> => setting(told, (given) => given === value);

const MAX_PORT = 65_535;

/** 0: any free one. */
export const port = <Otherwise extends number | null>(told: Told, otherwise: Otherwise): Setting<number | Otherwise> =>
  wholeNumber(told, 0, MAX_PORT, otherwise);

export const flag = (told: Told, otherwise: (isProduction: boolean) => boolean): Setting<boolean> =>
  setting(told, (given, isProduction) => {
    if (given !== undefined && given !== '0' && given !== '1') throw wrong(told[0], given, '0 or 1');
    return given === undefined ? otherwise(isProduction) : given === '1';
  });

export const oneOf = <const Value extends string>(
  told: Told,
  values: readonly Value[],
  otherwise: NoInfer<Value>,
): Setting<Value> =>
  setting(told, (given) => {
    const found = values.find((value) => value === (given ?? otherwise));
    if (found === undefined) throw wrong(told[0], given!, `one of ${values.join(', ')}`);
    return found;
  });

/** Several, with commas between them; none unless set. */
export const listOf = (told: Told, shape: Pick<RegExp, 'test'>, wanted: string): Setting<readonly string[]> =>
  setting(told, (given) => {
    const parts = (given ?? '').split(',').flatMap((part) => part.trim() || []);
    const odd = parts.find((part) => !shape.test(part));
    if (odd !== undefined) throw wrong(told[0], odd, wanted);
    return parts;
  });

/** A length of time, in seconds: "90s", "15m", "1h". `otherwise` is written so too. */
export const duration = (told: Told, most: string, otherwise: string): Setting<number> =>
  setting(told, (given) => {
    const seconds = durationSeconds(given ?? otherwise);
    if (seconds !== null && seconds <= durationSeconds(most)!) return seconds;
    throw wrong(told[0], given!, `30s, 15m or 1h, and at most ${most}`);
  });

/** What each name stands for: "seller=MERCHANT, staff=ADMIN"; unless set, each value is its own name. */
export const names = <const Value extends string>(
  told: Told,
  values: readonly Value[],
): Setting<ReadonlyMap<string, Value>> =>
  setting(told, (given) => {
    const pairs = (given?.split(',') ?? values.map((value) => `${value}=${value}`)).map((pair): [string, Value] => {
      const [, name, meant] = /^(.+)=(.+)$/.exec(pair.trim()) ?? [];
      const value = values.find((each) => each === meant?.trim());
      if (name !== undefined && value !== undefined) return [name.trim(), value];
      throw wrong(told[0], pair.trim(), `NAME=VALUE with one of ${values.join(', ')}`);
    });
    return new Map(pairs);
  });

/** The value stays out of the complaint: it may have a password in it. */
export const url = (told: Told, ...schemes: readonly string[]): Setting<string | null> =>
  setting(told, (given) => {
    const fits =
      given === undefined || schemes.some((scheme) => given.startsWith(`${scheme}://`) && URL.canParse(given));
    if (!fits) throw new Error(`${told[0]} must be an address that begins with ${schemes.join(':// or ')}://.`);
    return given ?? null;
  });

const MIN_SECRET_BYTES = 32;

/** Base64url of at least 32 bytes; never shown. */
export const secret = (told: Told): Setting<Buffer | null> =>
  setting(told, (given) => {
    if (given === undefined) return null;
    const bytes = Buffer.from(given, 'base64url');
    if (/^[\w-]+=*$/.test(given) && bytes.length >= MIN_SECRET_BYTES) return bytes;
    throw new Error(`${told[0]} must be at least ${MIN_SECRET_BYTES} random bytes in base64url.`);
  });

/** 16 visible characters of ASCII or more; never shown. */
export const password = (told: Told): Setting<string | null> =>
  setting(told, (given) => {
    if (given === undefined || /^[!-~]{16,}$/.test(given)) return given ?? null;
    throw new Error(`${told[0]} must have at least 16 characters, without spaces.`);
  });
