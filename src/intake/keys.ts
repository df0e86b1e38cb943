import type { Tx } from '../db/tx.ts';
import {
  dropEmptyKeys,
  fillKeys,
  lockKeys,
  takeKeys,
  takeNewKeys,
  type FactKind,
  type KeyRow,
  type NewFactKey,
} from './keys.queries.ts';
import type { Luck } from './luck.ts';

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
  luck: Luck,
): Promise<HeldKeys> {
  const keys = Array.from(wanted, ([externalId, place]): NewFactKey => ({
    kind,
    externalId,
    merchantId: place?.merchantId ?? null,
    factId: place?.id ?? null,
  })).toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1)); // so that no two transactions wait for each other crosswise
  const mentioned = keys.filter(({ factId }) => factId === null);
  if (mentioned.length === 0 && keys.length > 0 && (await luck.tried(() => takeNewKeys(tx, keys))))
    return heldAnew(kind, keys);
  if (mentioned.length > 0) await earlier();
  const rows = mentioned.length > 0 ? await lockKeys(tx, mentioned) : []; // most that are only mentioned are there
  const locked = new Set(rows.map((row) => row.external_id));
  const fresh = new Set<string>();
  const take = async () => {
    const missing = keys.filter(({ externalId }) => !locked.has(externalId) && !fresh.has(externalId));
    if (missing.length === 0) return missing;
    if (await luck.tried(() => takeNewKeys(tx, missing))) for (const { externalId } of missing) fresh.add(externalId);
    else for (const row of await takeKeys(tx, missing)) fresh.add(row.external_id);
    return missing.filter(({ externalId }) => !fresh.has(externalId));
  };
  let taken = await take();
  if (taken.length > 0 && mentioned.length === 0) {
    await earlier();
    taken = await take();
  }
  if (taken.length > 0) rows.push(...(await lockKeys(tx, taken)));
  return { kind, fresh, wanted: byExternalId(keys), ...placesOf(rows) };
}

function placesOf(rows: readonly KeyRow[]): Pick<HeldKeys, 'known' | 'waited'> {
  const known = new Map<string, Place>();
  const waited = new Set<string>();
  for (const row of rows) {
    if (row.fact_id === null || row.merchant_id === null) waited.add(row.external_id);
    else known.set(row.external_id, { merchantId: row.merchant_id, id: row.fact_id });
  }
  return { known, waited };
}

const byExternalId = (keys: readonly NewFactKey[]): HeldKeys['wanted'] =>
  new Map(keys.map((key) => [key.externalId, key]));

const heldAnew = (kind: FactKind, keys: readonly NewFactKey[]): HeldKeys => ({
  kind,
  known: new Map(),
  waited: new Set(),
  fresh: new Set(keys.map(({ externalId }) => externalId)),
  wanted: byExternalId(keys),
});

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
