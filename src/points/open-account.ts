import { Refusal } from '../kernel/refusal.ts';
import { MOST_POINTS, type House } from './transfer.ts';

/** When points that never expire do. */
export const NEVER = Infinity;

/** Points of one lot: those of a subject that expire at the same instant. */
export interface Part {
  readonly expiresAt: number;
  readonly points: number;
}

export interface Debt {
  readonly transferId: string;
  readonly revision: number;
  owed: number;
}

export interface Pending extends Part {
  readonly transferId: string;
  readonly vestsAt: number;
}

/** What stands in the row of an account. Instants are ms since 1970. */
export interface AccountRow {
  readonly subjectId: string;
  readonly kind: string;
  readonly balance: number;
  readonly pending: number;
  readonly held: number;
  readonly revision: number;
  readonly dueAt: number | null; // nothing vests, expires or times out before it
  readonly recordedAt: number;
  readonly closedAt: number | null;
}

/** A row of the ledger to be. */
export interface Entry {
  readonly id: string;
  readonly house: House | null; // null: from pending to counting, within the account
  readonly points: number;
  readonly pending: number;
  readonly mayOwe: boolean;
  readonly kind: string;
  readonly reason: string;
  readonly factId: string | null;
  readonly key: string | null;
  readonly reverses: string | null;
  readonly bookedAt: number;
  readonly expiresAt: number | null;
  readonly bookedBy: string | null; // the person who booked it; null: the house itself
}

export interface EntryRow extends Entry {
  readonly subjectId: string;
  readonly revision: number;
  readonly balanceAfter: number;
  readonly pendingAfter: number;
  readonly recordedAt: number;
}

/** What is to be written of an account besides its row. */
export interface Changes {
  readonly entries: EntryRow[];
  readonly lots: Map<number, number>; // by expiry: how many more remain
  readonly takes: { readonly transferId: string; readonly part: Part }[];
  readonly debts: Map<string, Debt>;
  readonly returned: { readonly transferId: string; readonly by: string }[];
  readonly pendingAdded: Pending[];
  readonly pendingEnded: string[];
}

/**
 * An account that this transaction has locked, with as much of its lots and debts as its work needs. Nothing is written before
 * the end, and whatever is refused is refused before anything changes.
 *
 * Always: what its lots have left, less what is owed, is `balance - held`; and nothing is owed while a lot has something left.
 */
export class OpenAccount {
  readonly subjectId: string;
  readonly kind: string;
  readonly changes: Changes = {
    entries: [],
    lots: new Map(),
    takes: [],
    debts: new Map(),
    returned: [],
    pendingAdded: [],
    pendingEnded: [],
  };
  balance: number;
  pending: number;
  held: number;
  revision: number;
  dueAt: number;
  recordedAt: number; // of its next entry: entries are recorded in their order
  closedAt: number | null;
  /** What is known to remain, by expiry. */
  readonly lots = new Map<number, number>();
  debts: Debt[] = []; // oldest first

  constructor(row: AccountRow) {
    this.subjectId = row.subjectId;
    this.kind = row.kind;
    this.balance = row.balance;
    this.pending = row.pending;
    this.held = row.held;
    this.revision = row.revision;
    this.dueAt = row.dueAt ?? NEVER;
    this.recordedAt = row.recordedAt;
    this.closedAt = row.closedAt;
  }

  get available(): number {
    return this.balance - this.held;
  }

  /** Writes an entry of the ledger. The lots are the caller's affair. */
  enter(entry: Entry): EntryRow {
    this.revision++;
    this.balance += entry.points;
    this.pending += entry.pending;
    const { subjectId, revision, recordedAt } = this;
    const row = { ...entry, subjectId, revision, balanceAfter: this.balance, pendingAfter: this.pending, recordedAt };
    this.changes.entries.push(row);
    return row;
  }

  checkOpen(): void {
    if (this.closedAt === null) return;
    throw new Refusal('CONFLICT', 'ACCOUNT_CLOSED', 'This account of points is closed.');
  }

  /** The balance may neither fall nor rise beyond what can be shown. */
  checkRoom(points: number, pending = 0): void {
    const isWithin = Math.abs(this.balance + points) <= MOST_POINTS && this.pending + pending <= MOST_POINTS;
    if (isWithin && this.balance + this.pending + points + pending <= MOST_POINTS) return;
    throw new Refusal('CONFLICT', 'BALANCE_OUT_OF_RANGE', `An account holds at most ${MOST_POINTS} points.`);
  }

  checkAvailable(points: number): void {
    if (points <= this.available) return;
    const message = `${Math.max(0, this.available)} points are available; these are ${points}.`;
    throw new Refusal('CONFLICT', 'POINTS_INSUFFICIENT', message, ['points']);
  }

  /** Puts points where they can be spent; what is owed is paid first. */
  free({ expiresAt, points }: Part): void {
    let rest = points;
    while (rest > 0 && this.debts.length > 0) {
      const debt = this.debts[0]!;
      const paid = Math.min(rest, debt.owed);
      this.changes.takes.push({ transferId: debt.transferId, part: { expiresAt, points: paid } });
      this.owe(debt, debt.owed - paid);
      rest -= paid;
    }
    if (rest === 0) return;
    this.moveLot(expiresAt, rest);
    this.dueAt = Math.min(this.dueAt, expiresAt);
  }

  /** Takes points out of the lots: those of `first`, then the ones that expire first. What is in the parts may be less. */
  take(points: number, first: readonly number[] = []): Part[] {
    const parts = this.takeOf(first, points);
    const missing = points - sumOf(parts);
    return missing === 0
      ? parts
      : [
          ...parts,
          ...this.takeOf(
            [...this.lots.keys()].toSorted((a, b) => a - b),
            missing,
          ),
        ];
  }

  private takeOf(expiries: readonly number[], points: number): Part[] {
    const parts: Part[] = [];
    let rest = points;
    for (const expiresAt of expiries) {
      const taken = Math.min(rest, this.lots.get(expiresAt) ?? 0);
      if (taken === 0) continue;
      this.moveLot(expiresAt, -taken);
      parts.push({ expiresAt, points: taken });
      rest -= taken;
      if (rest === 0) break;
    }
    return parts;
  }

  /** An entry takes points out of the lots, and owes what they lack. */
  spend(entry: EntryRow, points: number, first: readonly number[] = []): void {
    const parts = this.take(points, first);
    for (const part of parts) this.changes.takes.push({ transferId: entry.id, part });
    const owed = points - sumOf(parts);
    if (owed === 0) return;
    const debt = { transferId: entry.id, revision: entry.revision, owed: 0 };
    this.debts.push(debt);
    this.owe(debt, owed);
  }

  /** What an entry owed is owed no more, because the entry is reversed. */
  forgive(transferId: string): void {
    const debt = this.debts.find((each) => each.transferId === transferId);
    if (debt) this.owe(debt, 0);
  }

  private owe(debt: Debt, owed: number): void {
    debt.owed = owed;
    this.changes.debts.set(debt.transferId, debt);
    if (owed === 0) this.debts = this.debts.filter((each) => each !== debt);
  }

  private moveLot(expiresAt: number, points: number): void {
    this.lots.set(expiresAt, (this.lots.get(expiresAt) ?? 0) + points);
    this.changes.lots.set(expiresAt, (this.changes.lots.get(expiresAt) ?? 0) + points);
  }
}

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { points }) => sum + points, 0);
