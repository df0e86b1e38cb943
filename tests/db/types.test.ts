import { GraphQLDateTimeISO } from 'graphql-scalars';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { resultTypes } from '../../src/db/types.ts';
import { DateTimeScalar } from '../../src/schema/scalars.ts';

type Parse = (text: string) => unknown;
const [INT4_ARRAY, UUID_ARRAY]: number[] = [1007, 2951];
const ID = '019aa0f0-0000-7000-8000-000000000001';
const OTHER = '019aa0f0-0000-7000-8000-000000000002';

describe('what is read by hand', () => {
  it.each([
    [INT4_ARRAY, ['{}', '{0}', '{7,-12,2147483647,-2147483648}', '{1,NULL,3}', '[0:1]={4,5}', '{{1,2},{3,4}}']],
    [UUID_ARRAY, ['{}', `{${ID}}`, `{${ID},${OTHER}}`, `{${ID},NULL}`, `[0:0]={${ID}}`]],
  ])('is what the parser of pg reads: type %i', (oid, texts) => {
    const ours = resultTypes.getTypeParser(oid!, 'text') as Parse;
    const theirs = pg.types.getTypeParser(oid!, 'text') as Parse;
    expect(texts.map((text) => ours(text))).toEqual(texts.map((text) => theirs(text)));
  });

  it.each([
    '2026-11-22T10:15:30.123Z',
    '2026-11-22T10:15:30Z',
    '2024-02-29T23:59:59.999Z',
    '2023-02-29T00:00:00Z',
    '2026-04-31T00:00:00.000Z',
    '2026-13-01T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T10:15:60Z',
    '2026-11-22T10:15:30.1234567Z',
    '2026-11-22T10:15:30+08:00',
    '2026-11-22t10:15:30z',
    '2026-11-22 10:15:30Z',
    '2026-11-22',
    '0000-01-01T00:00:00Z',
  ])('is the instant that graphql-scalars reads, or none: %s', (text) => {
    const read = (parse: () => unknown): unknown => {
      try {
        return parse();
      } catch {
        return null;
      }
    };
    expect(read(() => DateTimeScalar.parseValue(text))).toEqual(read(() => GraphQLDateTimeISO.parseValue(text)));
  });
});
