import type { Allowance } from '../../kernel/allowance.ts';

export type Header = readonly [name: string, value: string];

/**
 * draft-ietf-httpapi-ratelimit-headers: q, the points of a full bucket; w, the seconds in which an empty one fills; r, the points that
 * are left; t, the seconds until it is full again.
 */
export function rateHeaders(allowance: Allowance, available: number): readonly Header[] {
  const left = Math.min(Math.max(0, Math.floor(available)), allowance.maximum);
  return [
    ['ratelimit-policy', `"points";q=${allowance.maximum};w=${secondsFor(allowance, allowance.maximum)}`],
    ['ratelimit', `"points";r=${left};t=${secondsFor(allowance, allowance.maximum - available)}`],
  ];
}

const secondsFor = ({ restoreRate }: Allowance, points: number): number => Math.max(0, Math.ceil(points / restoreRate));
