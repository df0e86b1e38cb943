import type { Tx } from '../db/tx.ts';
import { dropEmptyKeys, fillKeys, lockKeys, takeKeys, type FactKind, type NewFactKey } from './keys.queries.ts';

/** Where a fact lives. */
export interface Place {
  readonly merchantId: string;
  readonly id: string;
}

/** The external ids of one kind of fact that a transaction holds until it ends. */
export interface HeldKeys {
  readonly kind: FactKind;
  readonly known: ReadonlyMap<string, Place>; // facts that exist
  readonly waited: ReadonlySet<string>; // free, but somebody waits for them
  readonly fresh: ReadonlySet<string>; // taken by this transaction
  readonly wanted: ReadonlyMap<string, NewFactKey>;
}

/**
 * Takes and locks external ids. `wanted` holds the place that each new fact would get; null for those only mentioned. An event
 * and its order meet here: whoever comes second waits for the first to commit, and then finds it. `earlier`: the batches before, which
 * may still give back what they hold.
 */
export async function holdKeys(
  tx: Tx,
  kind: FactKind,
  wanted: ReadonlyMap<string, Place | null>,
  earlier: () => Promise<unknown>,
): Promise<HeldKeys> {
  const keys = [...wanted].map(([externalId, place]): NewFactKey => ({
    kind,
    externalId,
    merchantId: place?.merchantId ?? null,
    factId: place?.id ?? null,
  }));
  const fresh = new Set(keys.length > 0 ? (await takeKeys(tx, keys)).map((row) => row.external_id) : []);
  const isTaken = ({ externalId }: NewFactKey) => !fresh.has(externalId);
  if (keys.some(isTaken)) {
    await earlier();
    for (const row of await takeKeys(tx, keys.filter(isTaken))) fresh.add(row.external_id);
  }
  const known = new Map<string, Place>();
  const waited = new Set<string>();
  const taken = keys.filter(isTaken);
  for (const row of taken.length > 0 ? await lockKeys(tx, taken) : []) {
    if (row.fact_id === null || row.merchant_id === null) waited.add(row.external_id);
    else known.set(row.external_id, { merchantId: row.merchant_id, id: row.fact_id });
  }
  return { kind, known, waited, fresh, wanted: new Map(keys.map((key) => [key.externalId, key])) };
}

/** Writes the places of the facts that were made under ids that somebody waited for, and gives back ids that nobody needs after all. */
export async function releaseKeys(
  tx: Tx,
  held: HeldKeys,
  made: ReadonlyMap<string, Place>,
  isAwaited: (externalId: string) => boolean,
): Promise<void> {
  const { kind, waited, fresh, wanted } = held;
  const keyOf = (externalId: string): NewFactKey => ({
    kind,
    externalId,
    merchantId: made.get(externalId)?.merchantId ?? null,
    factId: made.get(externalId)?.id ?? null,
  });
  const isMisplaced = (externalId: string) =>
    made.has(externalId) && made.get(externalId)!.merchantId !== wanted.get(externalId)!.merchantId;
  const filled = [...[...waited].filter((externalId) => made.has(externalId)), ...[...fresh].filter(isMisplaced)];
  const unmade = [...fresh].filter((externalId) => !made.has(externalId));
  const emptied = unmade.filter((externalId) => wanted.get(externalId)!.factId !== null);
  if (filled.length + emptied.length > 0) await fillKeys(tx, [...filled, ...emptied].map(keyOf));
  const unneeded = unmade.filter((externalId) => !isAwaited(externalId));
  if (unneeded.length > 0) await dropEmptyKeys(tx, unneeded.map(keyOf));
}
