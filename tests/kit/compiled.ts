import { expect } from 'vitest';
import type { CompileSettings } from '../../src/graphql/compiled.ts';
import type { LaneSettings } from '../../src/graphql/lane.ts';

/**
 * Every query is compiled at once, and what it answers compared with what graphql-js answers; and what a query that is known gets on the
 * short way, header by header, with what it gets on the long one.
 */
export const comparedWithGraphqlJs: CompileSettings & LaneSettings = {
  compileFrom: 1,
  compareCompiled: (compiled, interpreted) => {
    expect(interpreted.errors === undefined && compiled.errors?.map(({ message }) => message)).toBeFalsy();
    expect(Boolean(compiled.errors)).toBe(Boolean(interpreted.errors));
    if (!compiled.errors) expect(JSON.stringify(compiled.data)).toBe(JSON.stringify(interpreted.data));
  },
  compareLane: (lane, apollo) => {
    if (apollo.status === 304) return; // who asked has it already
    expect(stable(lane.body)).toBe(stable(apollo.body));
    expect(lane.status).toBe(apollo.status);
    for (const name in lane.headers) if (name !== 'ratelimit') expect(lane.headers[name]).toEqual(apollo.headers[name]);
    expect(Object.keys(apollo.headers).filter((name) => !(name in lane.headers) && !OF_ALL.includes(name))).toEqual([]);
  },
};

/** Set by what all answers pass. */
const OF_ALL = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-request-id',
  'content-length',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'vary',
  'etag',
  'connection',
];

/** Points come back while one waits. */
const stable = (body: string): string => body.replace(/"currentlyAvailable":\d+/, '');
