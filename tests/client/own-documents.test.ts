import fs from 'node:fs';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as documentPlugin from '@graphql-codegen/typed-document-node';
import * as operationPlugin from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');

interface Told {
  readonly schema: string;
  readonly generates: Record<string, { readonly plugins: string[]; readonly config: Record<string, unknown> }>;
}

describe('documents of your own', () => {
  const told = parseYaml(/^```yaml\n(.*?)^```$/ms.exec(read('src/client/README.md'))![1]!) as Told;
  const manifest = JSON.parse(read('package.json')) as { files: string[]; exports: Record<string, unknown> };

  it('find the schema where the package has it', () => {
    const file = told.schema.replace('node_modules/credence/', '');

    expect(manifest.files).toContain(file);
    expect(manifest.exports['./schema.graphql']).toBe(`./${file}`);
  });

  it('are typed by what the README says', async () => {
    const [[filename, { plugins, config }]] = Object.entries(told.generates) as [[string, Told['generates'][string]]];
    const made = await codegen({
      filename,
      schema: parse(read('schema/schema.graphql')),
      documents: [
        { document: parse('query Mine($id: String!) { merchant(externalId: $id) { registeredAt grade { level } } }') },
      ],
      config: {},
      plugins: plugins.map((name) => ({ [name]: config })),
      pluginMap: { 'typescript-operations': operationPlugin, 'typed-document-node': documentPlugin },
    });

    expect(made.replaceAll(/\s+/g, ' ')).toContain(
      'export type MineQuery = { merchant: { registeredAt: string | null, grade: { level: GradeLevel } } | null };',
    );
    expect(made).toContain('TypedDocumentString<MineQuery, MineQueryVariables>');
  });
});
