import { readCopiedRows, uuidFrom, type CopiedRow } from '../db/copied-rows.ts';
import type { Posting } from '../scoring/posting.ts';
import type { RecordedEntry } from './checkpoints.ts';
import { ENTRY_COLUMNS } from './refold.queries.ts';

/** What is folded of an entry. Its counterparty is the 16 bytes of its id, as a text of as many characters. */
export type CopiedEntry = Posting;

/** Where an entry lies in the ledger, and what else its volume is made of. */
export type CopiedPlace = Pick<RecordedEntry, 'factId' | 'volume' | 'firstStep' | 'firstFarAt' | 'recordedAt'>;

/**
 * Reads what `copyEntries` copies. Entries without an owner are passed by, and places are read only where they are wanted: most
 * ledgers are short, and lie in their first volume.
 */
export function readEntries<Owner>(
  chunks: AsyncIterable<Buffer>,
  ownerOf: (copiedSubjectId: string) => Owner | undefined,
  wantsPlace: (owner: Owner) => boolean,
  take: (owner: Owner, entry: CopiedEntry, place: CopiedPlace | null) => void,
): Promise<void> {
  return readCopiedRows(chunks, ENTRY_COLUMNS, (row) => {
    const owner = ownerOf(row.uuid()!);
    const entry = entryFrom(row);
    const place = owner && wantsPlace(owner) ? placeFrom(row) : passPlace(row);
    if (owner) take(owner, entry, place);
  });
}

function entryFrom(row: CopiedRow): CopiedEntry {
  const kind = row.small();
  const sign = row.small() % 2 === 0 ? 1 : -1;
  return {
    kind,
    sign,
    occurredAt: row.instant()!,
    counterparty: row.uuid(),
    amount: row.big(),
    currency: row.word(),
    reliability: row.big(),
    experience: row.big(),
    isPurchase: row.flag(),
    pairRank: row.int(),
    isHeld: row.flag(),
  };
}

function placeFrom(row: CopiedRow): CopiedPlace {
  const volume = row.int();
  const firstStep = row.small() as CopiedPlace['firstStep'];
  return { volume, firstStep, factId: uuidFrom(row.uuid()!), firstFarAt: row.instant(), recordedAt: row.instant()! };
}

const PLACE_COLUMNS = 5;

function passPlace(row: CopiedRow): null {
  for (let i = 0; i < PLACE_COLUMNS; i++) row.pass();
  return null;
}
