/** Writes the typed documents of src/client from the schema. With --check it writes nothing, and fails when they are out of date. */
import fs from 'node:fs';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as documentPlugin from '@graphql-codegen/typed-document-node';
import * as operationPlugin from '@graphql-codegen/typescript-operations';
import { buildSchema, parse } from 'graphql';
import { format } from 'oxfmt';

const ROOT = path.resolve(import.meta.dirname, '..');
const DOCUMENTS = path.join(ROOT, 'src/client/documents');
const TARGET = path.join(ROOT, 'src/client/generated/documents.ts');
const STYLE = { printWidth: 120, singleQuote: true };

/** What scalars are in JSON. */
const SCALARS = {
  ID: 'string',
  DateTime: 'string',
  Date: 'string',
  SafeInt: 'number',
  JSON: 'unknown',
  _Any: 'unknown',
};

const read = (file: string): string => fs.readFileSync(file, 'utf8');
const sdl = read(path.join(ROOT, 'schema/schema.graphql'));
const documents = fs
  .readdirSync(DOCUMENTS)
  .toSorted()
  .map((file) => ({ location: file, document: parse(read(path.join(DOCUMENTS, file))) }));

const made = await codegen({
  filename: TARGET,
  schema: parse(sdl),
  schemaAst: buildSchema(sdl),
  documents,
  config: { scalars: SCALARS, strictScalars: true, enumsAsTypes: true, useTypeImports: true, documentMode: 'string' },
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations: operationPlugin, documents: documentPlugin },
});
// The client has that type itself: one package less for whoever uses it.
const ownTypes = made.replace(`'@graphql-typed-document-node/core'`, `'../document.ts'`);
const { code } = await format(TARGET, `// Made by \`npm run client\`.\n\n${ownTypes}`, STYLE);

if (!process.argv.includes('--check')) {
  fs.mkdirSync(path.dirname(TARGET), { recursive: true });
  fs.writeFileSync(TARGET, code);
} else if (!fs.existsSync(TARGET) || read(TARGET) !== code) {
  console.error('src/client/generated is out of date. Run `npm run client`, and look at what changes.');
  process.exitCode = 1;
}
