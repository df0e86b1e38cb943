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

/** By type oid (pg_type.oid). All others are read as `pg` reads them: timestamptz as Date, jsonb parsed. */
const PARSERS = new Map<number, Parser>([
  [20, int8],
  numbersOf(1007), // int4[]
  numbersOf(1022), // float8[]
  [1016, (text) => texts(text).map((each) => (each === null ? null : int8(each)))], // int8[]
  [1700, asText], // numeric
  [1231, (text) => (PLAIN_NUMBERS.test(text) ? text.slice(1, -1).split(',') : texts(text))], // numeric[]
  [1082, asText], // date: as a Date it would be midnight of the server's time zone
]);

/** How hand-written SQL's results are read. The ORM reads its own. */
export const resultTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format),
};
