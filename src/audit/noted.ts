import type { Call } from '../access/call.ts';
import { toldBy } from '../db/audit.ts';
import type { Refused } from './refusals.ts';

const refusedOf = new WeakMap<Call, Refused[]>();

/** To be entered in the audit log once the request is answered. */
export function noteRefused(call: Call, operation: string, code: string, input: unknown): void {
  const subjects = typeof input === 'object' && input !== null ? toldBy(input as Record<string, unknown>).subjects : [];
  const refused = { operation, code, subjects };
  const known = refusedOf.get(call) ?? [];
  // Once a request: it may name a field many times, and be run twice, compiled and then step by step.
  if (known.some((each) => each.operation === operation && each.code === code)) return;
  refusedOf.set(call, [...known, refused]);
}

/** What was noted of a call. */
export const refusedIn = (call: Call): readonly Refused[] => refusedOf.get(call) ?? [];
