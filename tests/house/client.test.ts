import { describe, expect, it } from 'vitest';
import { sources, unitOf } from './sources.ts';

const byFile = new Map(sources.map((source) => [source.file, source]));

/** The file and all that it imports, directly or not. */
function carriedBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const next of byFile.get(file)!.imports) carriedBy(next, found);
  return found;
}

describe('the client', () => {
  const carried = [...carriedBy('client/index.ts')];

  it('carries nothing of the server but the check of signed grades', () => {
    expect(new Set(carried.filter((file) => unitOf(file) !== 'client'))).toEqual(
      new Set(['disclosure/verify.ts', 'disclosure/status-list.ts']),
    );
  });

  it('needs one package, and `graphql` of those who parse documents with it; of Node, the check alone', () => {
    const packages = carried.flatMap((file) =>
      [...byFile.get(file)!.code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^.'][^']*)'/g)].map(
        ([, name]) => `${unitOf(file)}: ${name}`,
      ),
    );

    expect(new Set(packages)).toEqual(
      new Set(['client: graphql', 'client: jose', 'disclosure: jose', 'disclosure: node:zlib']),
    );
  });

  it('is imported by nothing of the house', () => {
    const others = sources.filter(
      ({ unit, imports }) => unit !== 'client' && imports.some((to) => unitOf(to) === 'client'),
    );

    expect(others.map(({ file }) => file)).toEqual([]);
  });
});
