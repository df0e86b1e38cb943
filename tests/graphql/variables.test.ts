import fc from 'fast-check';
import {
  coerceInputValue,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { openSchema } from '../../src/graphql/schema.ts';
import { coercerOf, UNSURE } from '../../src/graphql/variables/coerce.ts';

const schema = await openSchema();
const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);

/** What graphql-js makes of it; UNSURE where it complains. */
function byGraphqlJs(value: unknown, type: GraphQLInputType): unknown {
  let isWrong = false;
  const coerced = coerceInputValue(value, type, () => (isWrong = true));
  return isWrong ? UNSURE : coerced;
}

const LEAVES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  Int: fc.integer(),
  SafeInt: fc.maxSafeInteger(),
  Float: fc.double({ noNaN: true, noDefaultInfinity: true }),
  Boolean: fc.boolean(),
  Date: fc.constantFrom('2026-02-28', '2024-02-29'),
  DateTime: fc.constantFrom('2026-02-28T10:00:00Z', '2026-02-28T10:00:00.123+02:00'),
  JSON: fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null),
};
const NOISE = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(null, '', 'AAA', '2026-02-30', 2 ** 31, 0.5, []));

/** Values of a type, of which one in `oneIn` places is something else; 0: none. */
function valuesOf(type: GraphQLInputType, oneIn: number, depth = 0): fc.Arbitrary<unknown> {
  const plain = plainValuesOf(type, oneIn, depth);
  return oneIn === 0 ? plain : fc.oneof({ arbitrary: plain, weight: oneIn - 1 }, { arbitrary: NOISE, weight: 1 });
}

function plainValuesOf(type: GraphQLInputType, oneIn: number, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valuesOf(type.ofType, oneIn, depth);
  if (isListType(type)) return fc.array(valuesOf(type.ofType, oneIn, depth), { maxLength: 2 });
  if (isInputObjectType(type)) return objectsOf(type, oneIn, depth);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  return LEAVES[type.name] ?? fc.string();
}

function objectsOf(type: GraphQLInputObjectType, oneIn: number, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || depth < 3);
  const values = Object.fromEntries(fields.map(({ name, type: of }) => [name, valuesOf(of, oneIn, depth + 1)]));
  const requiredKeys = fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
  const records = fc.record(values, { requiredKeys });
  if (oneIn === 0) return records;
  const stray = fc.constantFrom({}, {}, {}, {}, { noField: 1 }, { toString: 'x' });
  return fc.tuple(records, stray).map(([record, more]) => ({ ...record, ...more }));
}

describe('what is read of variables without graphql-js', () => {
  it.each(inputs.map((type) => [type.name, type] as const))('%s: the same, or left to graphql-js', (_, type) => {
    fc.assert(
      fc.property(valuesOf(type, 12), (value) => {
        const coerced = coercerOf(type)(value);
        expect(coerced).toEqual(coerced === UNSURE ? UNSURE : byGraphqlJs(value, type));
      }),
      { numRuns: 30 },
    );
  });

  it('whatever is plainly right is not left to it', () => {
    for (const type of inputs)
      fc.assert(
        fc.property(valuesOf(type, 0), (value) => {
          const coerced = coercerOf(type)(value);
          expect(coerced).not.toBe(UNSURE);
          expect(coerced).toEqual(byGraphqlJs(value, type));
        }),
        { numRuns: 5 },
      );
  });
});
