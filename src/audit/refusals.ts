import type { Pool } from 'pg';
import { enterAudit, type AuditEntry, type Doer } from '../db/audit.ts';
import { underNoDeadline } from '../db/deadline.ts';
import { reader } from '../db/tx.ts';
import { minuteOf, RefusedMinute } from './refused-minute.ts';

/** What was refused to somebody. */
export interface Refused {
  readonly operation: string; // a mutation's name, or "Type.field"
  readonly code: string;
  readonly subjects: readonly string[];
}

const MOST_WAITING = 1_000; // rows, while the database cannot be reached

/**
 * Enters refusals in the audit log, outside any transaction: the first of its kind at once; the others of the same actor, operation
 * and code within the same minute as one row with their number. So the log grows by two rows a kind and minute, and by some 130 rows a
 * minute at most, however many there are.
 */
export class Refusals {
  private readonly pool: Pool;
  private readonly onFailure: (error: unknown) => void;
  private current = new RefusedMinute(0);
  private waiting: AuditEntry[] = [];
  private writing: Promise<void> = Promise.resolve();

  /** `onFailure` hears of rows that could not be written yet; they are tried again with the next. */
  constructor(pool: Pool, onFailure: (error: unknown) => void) {
    this.pool = pool;
    this.onFailure = onFailure;
  }

  /** Does not wait for the database, and never throws. */
  add(doer: Doer, refused: Refused): void {
    if (minuteOf(doer.now) !== this.current.minute) this.turnTo(doer.now);
    const row = this.current.add(entryOf(doer, refused));
    if (row) this.waiting.push(row);
    if (this.waiting.length > 0) void underNoDeadline(() => this.write()); // the request may be over before it is
  }

  /** Enters what was only counted of minutes that are over; with `isLast`, of this one too. */
  async flush(now: number, isLast = false): Promise<void> {
    if (isLast || minuteOf(now) !== this.current.minute) this.turnTo(now);
    await this.write();
  }

  private turnTo(now: number): void {
    this.waiting.push(...this.current.rest());
    this.current = new RefusedMinute(now);
  }

  /** One statement at a time. */
  private write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeWaiting());
    return this.writing;
  }

  private async writeWaiting(): Promise<void> {
    const rows = this.waiting;
    this.waiting = [];
    try {
      await enterAudit(reader(this.pool), rows);
    } catch (error) {
      this.waiting = [...rows, ...this.waiting].slice(0, MOST_WAITING);
      this.onFailure(error);
    }
  }
}

const entryOf = ({ actor, now, requestId }: Doer, { operation, code, subjects }: Refused): AuditEntry => ({
  at: now,
  actor: actor.name,
  role: actor.role ?? null,
  operation,
  subjects,
  details: {},
  note: null,
  outcome: 'REFUSED',
  code,
  times: 1,
  madeId: null,
  input: undefined,
  requestId: requestId ?? null,
});
