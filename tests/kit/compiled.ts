import { expect } from 'vitest';
import type { CompileSettings } from '../../src/graphql/compiled.ts';

/** Every query is compiled at once, and what it answers compared with what graphql-js answers. */
export const comparedWithGraphqlJs: CompileSettings = {
  compileFrom: 1,
  compareCompiled: (compiled, interpreted) => {
    expect(JSON.stringify(compiled.data)).toBe(JSON.stringify(interpreted.data));
    expect(interpreted.errors).toBeUndefined();
  },
};
