import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { isStorable } from '../kernel/text.ts';

/** The house's own accounts: where points come from, and where they go. */
export const HOUSE_ACCOUNTS = ['ISSUED', 'REDEEMED', 'EXPIRED', 'PENALTIES'] as const;
export type House = (typeof HOUSE_ACCOUNTS)[number];

export interface Holder {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
}
export type AccountName = Holder | { readonly house: House };

/** Points that are to move. One of the two accounts is a subject's, the other the house's. */
export interface NewTransfer {
  readonly from: AccountName;
  readonly to: AccountName;
  readonly points: number; // 1 to MOST_POINTS
  readonly kind: string; // EARNED, PENALTY, ADJUSTED, REDEEMED, …
  readonly reason: string; // for the holder to read
  readonly factId: string | null; // the UUID of what it is for
  /** When it counts, ms since 1970. A credit of the future is pending until then. */
  readonly bookedAt: number;
  /** Of a credit: when what is left of it expires; null: never. */
  readonly expiresAt: number | null;
  /** The payer may go below zero. */
  readonly mayOwe: boolean;
  /** A transfer with the key of an earlier one of the subject books nothing: the earlier one is answered. */
  readonly key?: string | null;
  /** The member of staff who books it; its note is in the audit log. */
  readonly bookedBy?: string | null;
}

export interface Booked {
  readonly subjectId: string;
  readonly id: string;
  readonly points: number; // what the subject gained; negative: lost
  readonly balance: number; // after it; pending points are not in it
  readonly pending: number; // after it
}

/** What an `Int` of the API holds, so that every balance can be shown. */
export const MOST_POINTS = 2_147_483_647;
const LONGEST_REASON = 2_000;
const LONGEST_KEY = 255;
const KIND = /^[A-Z][A-Z_]{1,39}$/;
/** What the ledger itself books. */
const OWN_KINDS = ['VESTED', 'REVERSED'];

export const subjectOf = ({ from, to }: NewTransfer): Holder => {
  if ('subjectId' in to && 'house' in from) return to;
  if ('subjectId' in from && 'house' in to) return from;
  throw new RangeError('points move between a subject and the house');
};
export const houseOf = ({ from, to }: NewTransfer): House =>
  'house' in from ? from.house : (to as { house: House }).house;
export const isCredit = ({ to }: NewTransfer): boolean => 'subjectId' in to;

/** A number that comes from outside: whole, above zero, and not beyond what can be shown. */
export function checkedPoints(points: number, field = 'points'): number {
  if (!Number.isInteger(points)) throw refused('POINTS_NOT_WHOLE', 'Points are whole numbers.', field);
  if (points < 1) throw refused('POINTS_NOT_POSITIVE', `Give at least 1 point; these are ${points}.`, field);
  if (points > MOST_POINTS) throw refused('POINTS_TOO_MANY', `At most ${MOST_POINTS} points move at once.`, field);
  return points;
}

export function checkedText(text: string, field: string, longest = LONGEST_REASON): string {
  const trimmed = text.trim();
  const name = field.toUpperCase();
  if (trimmed === '') throw refused(`${name}_MISSING`, `Say something in \`${field}\`.`, field);
  if (!isStorable(trimmed) || !trimmed.isWellFormed())
    throw refused(`${name}_INVALID`, `\`${field}\` has a character that is none.`, field);
  if (trimmed.length > longest)
    throw refused(`${name}_TOO_LONG`, `\`${field}\` has at most ${longest} characters.`, field);
  return trimmed;
}

/** Throws for what no account could take, whatever its balance. */
export function checkTransfer(transfer: NewTransfer): void {
  subjectOf(transfer);
  checkedPoints(transfer.points);
  checkedText(transfer.reason, 'reason');
  if (transfer.key != null) checkedText(transfer.key, 'key', LONGEST_KEY);
  if (!KIND.test(transfer.kind) || OWN_KINDS.includes(transfer.kind))
    throw new RangeError(`"${transfer.kind}" is no kind of transfer`);
  if (transfer.expiresAt !== null && !isCredit(transfer)) throw new RangeError('what is paid does not expire');
  if (transfer.expiresAt !== null && transfer.expiresAt <= transfer.bookedAt)
    throw refused('EXPIRES_BEFORE_BOOKED', 'Points must expire after they begin to count.', 'expiresAt');
}

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);
