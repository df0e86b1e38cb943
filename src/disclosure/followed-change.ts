import { isMarketplace, ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { Snapshot } from '../reviews/receipts.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';
import type { ChangeRow } from './changes.queries.ts';
import { subjectById } from './subjects.ts';

/** A change on its way to those who follow: one for all of them, so that what is the same for many is read once. */
export class FollowedChange {
  readonly row: ChangeRow;
  readonly #subjects = new Map<string, Promise<SubjectRow | null>>();

  constructor(row: ChangeRow) {
    this.row = row;
  }

  get before(): Snapshot {
    return { level: this.row.before.level, ...(this.row.shown?.before ?? NOTHING_SHOWN) };
  }

  get after(): Snapshot {
    return { level: this.row.after.level, ...(this.row.shown?.after ?? NOTHING_SHOWN) };
  }

  get reasons(): readonly string[] | null {
    return this.row.reasons;
  }

  /** Null where the caller may not see it. Read once for all callers who see the same of this kind of subject. */
  subjectFor(call: Call): Promise<SubjectRow | null> {
    const { subjectKind, subjectId } = this.row;
    const seenAs = subjectKind === 'BUYER' ? seesBuyersAs(call) : 'ALL';
    let found = this.#subjects.get(seenAs);
    if (!found) {
      found = subjectById(call, subjectKind, subjectId);
      found.catch(() => this.#subjects.delete(seenAs)); // the next one asks anew
      this.#subjects.set(seenAs, found);
    }
    return found;
  }
}

/** Buyers are seen by the house, by themselves, and by partners to whom they consent, for what these say that they ask for. */
function seesBuyersAs({ actor, purpose }: Call): string {
  if (isMarketplace(actor)) return 'HOUSE';
  return actor.role === 'PARTNER' ? `PARTNER ${actor.partnerId} ${purpose}` : `BUYER ${ownId(actor, 'BUYER')}`;
}

const NOTHING_SHOWN = { exactScore: null, ratingAverage: null, ratingCount: null };
