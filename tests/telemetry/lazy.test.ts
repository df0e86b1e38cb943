import { describe, expect, it } from 'vitest';
import { sources } from '../house/sources.ts';

/** Imports of values, at the start of a file; those of types leave nothing behind. */
const loadedWith = (pattern: string): string[] =>
  sources
    .filter(({ code }) => new RegExp(`^import (?!type )[^;]*? from '${pattern}`, 'ms').test(code))
    .map(({ file }) => file);

describe('the libraries of metrics and traces', () => {
  it('are loaded by nobody but those files that are themselves loaded when somebody asks', () => {
    expect(loadedWith('prom-client')).toEqual([]);
    expect(loadedWith('@opentelemetry/')).toEqual(['telemetry/provider.ts', 'telemetry/spans.ts']);
    expect(loadedWith('[./]*(telemetry/)?(provider|spans)\\.ts')).toEqual([]);
  });
});
