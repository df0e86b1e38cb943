import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { openSchema } from '../../src/graphql/schema.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the schema', () => {
  it('explains every type, field, argument and value', async () => {
    const types = Object.values((await openSchema()).getTypeMap()).filter(
      (type) =>
        !isIntrospectionType(type) &&
        !isSpecifiedScalarType(type) &&
        !['Query', 'Mutation', 'Subscription'].includes(type.name),
    );
    const silent = types.filter(({ description }) => !description).map(({ name }) => name);
    for (const type of Object.values((await openSchema()).getTypeMap())) {
      if (isIntrospectionType(type)) continue;
      if (isEnumType(type))
        silent.push(
          ...type
            .getValues()
            .filter((each) => !each.description)
            .map((each) => `${type.name}.${each.name}`),
        );
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const name = `${type.name}.${field.name}`;
        if (!field.description) silent.push(name);
        for (const each of 'args' in field ? field.args : [])
          if (!each.description) silent.push(`${name}(${each.name})`);
      }
    }
    expect(silent).toEqual([]);
  });

  it('stands in schema/ as it is', async () => {
    const check = promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/schema.ts', '--check'], {
      cwd: ROOT,
    });

    await expect(check, 'run `npm run schema`').resolves.toMatchObject({ stderr: '' });
  });
});
