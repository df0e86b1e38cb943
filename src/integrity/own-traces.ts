import type { Tx } from '../db/tx.ts';
import { saveMerchantTraces } from './own-ties.queries.ts';
import { TRACE_KINDS, type TraceKind } from './review-traces.ts';

/** A device, payment instrument or address that is the merchant's own, as a keyed hash. */
export interface OwnTrace {
  readonly merchantId: string;
  readonly kind: TraceKind;
  readonly hash: Buffer;
  readonly at: number; // since when, ms
}

/** Whoever reviews the merchant from behind one of these is tied to it from then on. */
export async function keepOwnTraces(tx: Tx, traces: readonly OwnTrace[]): Promise<void> {
  if (traces.length === 0) return;
  const rows = traces.map(({ merchantId, kind, hash, at }) => ({
    merchantId,
    kind: TRACE_KINDS[kind],
    hash,
    knownSince: new Date(at),
  }));
  await saveMerchantTraces(tx, rows);
}
