import { createHash } from 'node:crypto';
import { sortedJson } from '../db/sorted-json.ts';

/** What of an event is hashed: all of it but its note and the salt, for which their digests stand. */
export interface ChainedEvent {
  readonly id: string;
  readonly at: number; // ms since 1970
  readonly actor: string;
  readonly role: string | null;
  readonly operation: string;
  readonly subjects: readonly string[];
  readonly details: unknown;
  readonly outcome: string;
  readonly code: string | null;
  readonly times: number;
  readonly madeId: string | null;
  readonly requestId: string | null;
  readonly noteDigest: string | null; // hex, as the next
  readonly inputDigest: string | null;
}

/** The link before the first event. */
export const NO_LINK: Buffer = Buffer.alloc(32);

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** No leaf can be taken for a link: each begins with a byte of its own, as in RFC 6962, section 2.1. */
const LEAF = Buffer.of(0);
const LINK = Buffer.of(1);

export function leafHash(event: ChainedEvent): Buffer {
  const { id, at, actor, role, operation, subjects, details, outcome, code, times, madeId, requestId } = event;
  const told = [id, at, actor, role, operation, subjects, details, outcome, code, times, madeId, requestId];
  return sha256(LEAF, sortedJson([...told, event.noteDigest, event.inputDigest]));
}

/** It stands for its event and for all before it, in their order. */
export const linkAfter = (link: Uint8Array, leaf: Uint8Array): Buffer => sha256(LINK, link, leaf);
