import pg, { type CustomTypesConfig } from 'pg';

type Parser = (text: string) => unknown;

/** An int8 that a JS number holds exactly; what is larger would be changed silently, so it is an error. */
function int8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the int8 ${text} is beyond what a number holds exactly`);
  return value;
}

const asText: Parser = (text) => text;
/** text[]: its parser knows how Postgres writes arrays. */
const TEXT_ARRAY: number = 1009;
const texts = pg.types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => (string | null)[];

/** Arrays of numbers as Postgres writes them: without nulls and bounds one split does it, at a tenth of the cost. */
function numbersOf(oid: number): [number, Parser] {
  const otherwise = pg.types.getTypeParser(oid, 'text') as Parser;
  const parse: Parser = (text) => {
    if (text === '{}') return [];
    return PLAIN_NUMBERS.test(text) ? text.slice(1, -1).split(',').map(Number) : otherwise(text);
  };
  return [oid, parse];
}
const PLAIN_NUMBERS = /^\{[\d.,e+-]+\}$/;

const INT4_ARRAY = 1007;
const otherInts = numbersOf(INT4_ARRAY)[1];
const [COMMA, MINUS, NINE, OPEN, ZERO] = [0x2c, 0x2d, 0x39, 0x7b, 0x30] as const;

/** int4[], of which each tally has four: digit by digit, without a text for each of its numbers. */
function wholes(text: string): unknown {
  const last = text.length - 1;
  if (last < 2 || text.charCodeAt(0) !== OPEN) return otherInts(text);
  const found: number[] = [];
  let value = 0;
  let sign = 1;
  for (let at = 1; at < last; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) value = value * 10 + code - ZERO;
    else if (code === COMMA) {
      found.push(sign * value);
      value = 0;
      sign = 1;
    } else if (code === MINUS) sign = -1;
    else return otherInts(text); // a null, or bounds
  }
  found.push(sign * value);
  return found;
}

const UUID_ARRAY = 2951;
const otherIds = pg.types.getTypeParser(UUID_ARRAY as number, 'text') as Parser;
const ONE_UUID = 2 + 36; // characters

/** uuid[], of which nearly every order has one of one. */
const ids: Parser = (text) => (text.length === ONE_UUID ? [text.slice(1, -1)] : otherIds(text));

/** By type oid (pg_type.oid). All others are read as `pg` reads them: timestamptz as Date, jsonb parsed. */
const PARSERS = new Map<number, Parser>([
  [20, int8],
  [INT4_ARRAY, wholes],
  numbersOf(1022), // float8[]
  [1016, (text) => texts(text).map((each) => (each === null ? null : int8(each)))], // int8[]
  [UUID_ARRAY, ids],
  [1700, asText], // numeric
  [1231, (text) => (PLAIN_NUMBERS.test(text) ? text.slice(1, -1).split(',') : texts(text))], // numeric[]
  [1082, asText], // date: as a Date it would be midnight of the server's time zone
]);

/** How hand-written SQL's results are read. The ORM reads its own. */
export const resultTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format),
};
