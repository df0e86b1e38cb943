import { leaveNotes, type Note } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import { changeConditions, moveConditions, type ConditionChanges } from '../evidence/conditions.commands.ts';
import type { Folding, Ledger } from '../evidence/ledger.ts';
import type { StandingChange } from '../evidence/receipt.ts';
import { newId } from '../kernel/ids.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { bookTransfers, reverseTransfers } from '../points/book.commands.ts';
import { conductInForce } from './conduct.loaders.ts';
import type { ConductVersion, SanctionKind } from './conduct.ts';
import { CONDITION_OF, type SanctionedKind } from './sanction.ts';
import * as queries from './sanctions.queries.ts';
import type { HeldSanction, SanctionKey, SanctionRow } from './sanctions.queries.ts';

const DAY_MS = 86_400_000;

/** When, under which policies standings are kept, and the books if they are open already: whoever opened them saves them. */
export interface SanctionMoment {
  readonly now: number;
  readonly foldings: readonly Folding[];
  readonly ledger?: Ledger;
}

/** A measure to be taken. `ladder.commands.ts` makes those that the ladder asks for. */
export interface NewSanction {
  readonly subjectKind: SanctionedKind;
  readonly subjectId: string;
  readonly kind: SanctionKind;
  readonly ground: string;
  readonly statement: string; // for whom it concerns
  readonly note: string; // for staff
  readonly points: number; // credit points to deduct; the account may go below zero
  readonly strikes: number;
  readonly endsAt: number | null;
  readonly imposedBy: string;
  readonly approvedBy: string | null;
  readonly decisionId: string | null;
  readonly isDetectedAutomatically: boolean;
  readonly isDecidedAutomatically: boolean;
  readonly territory: readonly string[] | null; // ISO 3166 codes; null: everywhere
  readonly since?: number; // it takes the place of one that began then; unless given, it begins now
}

/** What became of it. Who is not among the changes stands as before. */
export interface Measures {
  readonly sanctions: readonly SanctionKey[];
  readonly changes: readonly StandingChange[]; // of grades; empty where the caller's books were used: they know
  readonly pointsMoved: number; // taken, or given back
}

/** Takes measures in this transaction: all of them or none. Books of points and of evidence move with it, and notes are left. */
export async function imposeSanctions(
  tx: Tx,
  moment: SanctionMoment,
  asked: readonly NewSanction[],
): Promise<Measures> {
  if (asked.length === 0) return { sanctions: [], changes: [], pointsMoved: 0 };
  const conduct = await conductInForce(tx, asked[0]!.since ?? moment.now);
  const rows = asked.map((sanction) => rowOf(sanction, conduct, moment.now));
  const changes = await change(tx, moment, rows, {
    imposed: rows.flatMap((row) => {
      const code = CONDITION_OF[row.kind];
      const { subjectId, id, endsAt } = row;
      return code
        ? [{ subjectId, id, code, startsAt: row.imposedAt.getTime(), endsAt: endsAt?.getTime() ?? null }]
        : [];
    }),
  });
  const paid = await deduct(tx, moment.now, rows);
  await queries.insertSanctions(tx, paid);
  await leaveNotes(tx, moment.now, paid.map(imposedNote));
  return { sanctions: paid, changes, pointsMoved: sumOfPoints(paid) };
}

function rowOf({ since, ...sanction }: NewSanction, { version, conduct }: ConductVersion, now: number): SanctionRow {
  const from = since ?? now;
  return {
    ...sanction,
    id: newId(now),
    transferId: null,
    strikesUntil: new Date(from + conduct.strikeDays * DAY_MS),
    conductVersion: version,
    imposedAt: new Date(from),
    endsAt: sanction.endsAt === null ? null : new Date(sanction.endsAt),
    appealUntil: new Date(from + conduct.appealDays * DAY_MS),
  };
}

async function deduct(tx: Tx, now: number, rows: readonly SanctionRow[]): Promise<SanctionRow[]> {
  const costly = rows.filter(({ points }) => points > 0);
  if (costly.length === 0) return [...rows];
  const booked = await bookTransfers(
    tx,
    now,
    costly.map(({ subjectKind, subjectId, id, points, ground }) => ({
      from: { subjectKind, subjectId },
      to: { house: 'PENALTIES' as const },
      points,
      kind: 'PENALTY',
      reason: ground,
      factId: id,
      bookedAt: now,
      expiresAt: null,
      mayOwe: true,
    })),
  );
  const transfers = new Map(costly.map(({ id }, i) => [id, booked[i]!.id]));
  return rows.map((row) => ({ ...row, transferId: transfers.get(row.id) ?? null }));
}

/** Ends measures from now on. What they cost, and their strikes, stay. Those that are over, lifted or annulled are passed by. */
export async function liftSanctions(
  tx: Tx,
  moment: SanctionMoment,
  keys: readonly SanctionKey[],
  why: { readonly by: string; readonly note: string },
): Promise<Measures> {
  const held = (await queries.lockSanctions(tx, keys)).filter((each) => isActive(each, moment.now));
  if (held.length === 0) return { sanctions: [], changes: [], pointsMoved: 0 };
  await queries.endSanctions(tx, held, { ...why, at: new Date(moment.now) });
  const changes = await change(tx, moment, held, { lifted: held });
  await leaveNotes(
    tx,
    moment.now,
    held.map((each) => note('sanction.lifted', each)),
  );
  return { sanctions: held, changes, pointsMoved: 0 };
}

/** It lasts, and has not come to its end. */
export const isActive = (
  { kind, endsAt, liftedAt, annulledAt }: Pick<HeldSanction, 'kind' | 'endsAt' | 'liftedAt' | 'annulledAt'>,
  now: number,
): boolean =>
  kind !== 'WARNING' &&
  kind !== 'POINTS_DEDUCTION' &&
  liftedAt === null &&
  annulledAt === null &&
  (endsAt === null || endsAt.getTime() > now);

/**
 * As if they had never been: what they held down rises, points come back exactly as they went, strikes are gone. Their rows stay, marked,
 * and grades of past moments as they were known then stay as they were. Those that are annulled already are passed by.
 */
export async function annulSanctions(tx: Tx, moment: SanctionMoment, keys: readonly SanctionKey[]): Promise<Measures> {
  const held = (await queries.lockSanctions(tx, keys)).filter(({ annulledAt }) => annulledAt === null);
  if (held.length === 0) return { sanctions: [], changes: [], pointsMoved: 0 };
  await queries.eraseSanctions(tx, held, new Date(moment.now));
  const changes = await change(tx, moment, held, { annulled: held });
  const transfers = held.flatMap(({ subjectId, transferId }) => (transferId ? [{ subjectId, id: transferId }] : []));
  if (transfers.length > 0) await reverseTransfers(tx, moment.now, transfers, 'SANCTION_ANNULLED');
  await leaveNotes(
    tx,
    moment.now,
    held.map((each) => note('sanction.annulled', each)),
  );
  return { sanctions: held, changes, pointsMoved: sumOfPoints(held) };
}

/** Grades move only where a measure is of a kind that lasts and caps them. */
async function change(
  tx: Tx,
  { now, foldings, ledger }: SanctionMoment,
  sanctions: readonly (SanctionKey & { readonly subjectKind: SubjectKind; readonly kind: SanctionKind })[],
  changes: ConditionChanges,
): Promise<readonly StandingChange[]> {
  const capping = sanctions.filter(({ kind }) => CONDITION_OF[kind]);
  if (capping.length === 0) return [];
  if (!ledger) {
    const subjects = new Map(capping.map(({ subjectId, subjectKind }) => [subjectId, subjectKind]));
    return changeConditions(tx, { now, foldings }, subjects, changes);
  }
  await moveConditions(tx, ledger, now, changes);
  return [];
}

const sumOfPoints = (sanctions: readonly { readonly points: number }[]): number =>
  sanctions.reduce((sum, { points }) => sum + points, 0);

type Noted = Pick<HeldSanction, 'subjectId' | 'id' | 'subjectKind' | 'kind' | 'ground' | 'points' | 'endsAt'>;

const imposedNote = (row: SanctionRow): Note => note('sanction.imposed', row);

const note = (kind: string, sanction: Noted): Note => ({
  subjectId: sanction.subjectId,
  kind,
  payload: {
    sanctionId: sanction.id,
    subjectKind: sanction.subjectKind,
    subjectId: sanction.subjectId,
    kind: sanction.kind,
    ground: sanction.ground,
    points: sanction.points,
    endsAt: sanction.endsAt?.toISOString() ?? null,
  },
});
