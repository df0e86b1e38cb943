import { randomUUID } from 'node:crypto';
import type { Call } from '../../access/call.ts';

/** What is told of a request once it is answered: in the log, the metrics and the trace. Nothing of it is about a person. */
export interface Facts {
  readonly requestId: string;
  readonly beganAt: number; // performance.now()
  isTold: boolean;
  operation: Operation | null; // null: it never became one
  role: string | null; // null: it was not known who asks
  codes: readonly string[]; // of its errors, each once
  incidents: readonly string[]; // under which failures of ours were logged
  cost: number | null; // null: it has none
}

export interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | null; // as its author calls it
  readonly hash: string; // of its text: SHA-256, the first 16 digits
}

/** Apollo works on a copy of the call: what is kept with it must be a property, not known by whose it is. */
const FACTS = Symbol('facts');
type WithFacts = object & { [FACTS]?: Facts };

export function beginFacts(request: WithFacts, requestId: string): void {
  const beganAt = performance.now();
  request[FACTS] = {
    requestId,
    beganAt,
    isTold: false,
    operation: null,
    role: null,
    codes: [],
    incidents: [],
    cost: null,
  };
}

/** By the request, and by its call once there is one. */
export const factsOf = (of: WithFacts): Facts | undefined => of[FACTS];

/** Whose call the request became. */
export function noteCall(facts: Facts, call: Call): void {
  facts.role = call.actor.role;
  call.requestId = facts.requestId;
  (call as WithFacts)[FACTS] = facts;
}

const HASH_DIGITS = 16;
const MOST_NAME = 100;

/** What was asked; `hash`: of the whole text, in hexadecimal digits. */
export function noteOperation(facts: Facts, kind: Operation['kind'], name: string | null, hash: string): void {
  facts.operation = { kind, name: name?.slice(0, MOST_NAME) ?? null, hash: hash.slice(0, HASH_DIGITS) };
}

/** What others may call a request: enough to tell one from another, and nothing that could be read as anything else. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

export const requestIdFrom = (given: string | string[] | undefined): string =>
  typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
