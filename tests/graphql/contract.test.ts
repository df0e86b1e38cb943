import fs from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  findBreakingChanges,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { openSchema } from '../../src/graphql/schema.ts';

const contract = buildSchema(
  fs.readFileSync(path.resolve(import.meta.dirname, '../../schema/contract.graphql'), 'utf8'),
);

/** "Type.field: type", and "Type.field(argument): type = default", for every field of the schema. */
function fieldsOf(schema: GraphQLSchema): Map<string, string> {
  const fields = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      fields.set(
        `${type.name}.${field.name}`,
        `${field.type}${'defaultValue' in field ? ` = ${JSON.stringify(field.defaultValue)}` : ''}`,
      );
      for (const each of 'args' in field ? field.args : [])
        fields.set(`${type.name}.${field.name}(${each.name})`, `${each.type} = ${JSON.stringify(each.defaultValue)}`);
    }
  }
  return fields;
}

describe('the contract', () => {
  it('is kept: nothing of it is missing', async () => {
    const broken = findBreakingChanges(contract, await openSchema()).map(({ description }) => description);

    expect(broken).toEqual([]);
  });

  it('is kept to the letter: no field is of another type', async () => {
    const ours = fieldsOf(await openSchema());
    const promised = [...fieldsOf(contract)].filter(([name]) => ours.has(name) && !name.startsWith('__'));

    expect(promised.length).toBeGreaterThan(100);
    expect(Object.fromEntries(promised.map(([name]) => [name, ours.get(name)]))).toEqual(Object.fromEntries(promised));
  });
});
