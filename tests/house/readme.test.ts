import fs from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const README = read('README.md');
const schema = buildSchema(read('schema/schema.graphql'));

const found = (pattern: RegExp) => [...README.matchAll(pattern)].map(([, text]) => text!);
const bodies = found(/-d '([^']*)'/g);
const documents = found(/^```graphql\n(.*?)^```$/gms);

describe('the examples of README.md', () => {
  it.each(bodies)('are bodies that can be sent: %s', (body) => {
    expect(validate(schema, parse((JSON.parse(body) as { query: string }).query))).toEqual([]);
  });

  it.each(documents)('are documents of the API: %s', (document) => {
    expect(validate(schema, parse(document))).toEqual([]);
  });

  it('are found', () => {
    expect(bodies.length).toBeGreaterThan(3);
    expect(documents.length).toBeGreaterThan(3);
  });
});
