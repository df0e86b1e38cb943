import { describe, expect, it } from 'vitest';
import { sources } from './sources.ts';

/** What storefronts and partners are shown of a subject is made of these, and remembered by every process (`access/memory.ts`). */
const SHOWN =
  /(insert\s+into|update|delete\s+from|copy)\s+"?(tally|standing|condition|consent)"?[\s(]|update\s+(merchant|product)\s/g; // none of these that is not there yet is remembered as such

/** What these write is not shown by what is remembered. */
const NOT_SHOWN: readonly string[] = [
  'evidence/rescore.queries.ts', // level and score as of a day, for lists; what is shown is worked out anew
];

describe('whoever changes what is remembered of a subject', () => {
  it('says so, once for each statement', () => {
    const writers = sources.flatMap(({ file, code }) => {
      const statements = [...code.matchAll(SHOWN)].length;
      return statements === 0 || NOT_SHOWN.includes(file)
        ? []
        : [{ file, statements, told: [...code.matchAll(/\.moved\(/g)].length }];
    });

    expect(writers.length).toBeGreaterThan(3);
    expect(writers.filter(({ statements, told }) => told < statements)).toEqual([]);
  });
});
