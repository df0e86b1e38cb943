import { registerEnumType } from 'type-graphql';

/** Makes a GraphQL enum of a list of texts. Each value says what it means, so that none goes without. */
export function graphqlEnum<const Value extends string>(
  name: string,
  description: string,
  meanings: Readonly<Record<Value, string>>,
): Readonly<Record<Value, Value>> {
  const values = Object.keys(meanings) as Value[];
  const result = Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
  const valuesConfig = Object.fromEntries(values.map((value) => [value, { description: meanings[value] }]));
  registerEnumType(result, { name, description, valuesConfig: valuesConfig as never });
  return result;
}
