/**
 * The rules of an account of points, told as plainly as can be: every point is a thing of its own. It is slow and small, shares no
 * code with the ledger, and what the two say is compared.
 */
export interface Point {
  readonly expiresAt: number;
  where: 'free' | { readonly heldBy: string } | { readonly takenBy: string };
}

interface PendingCredit {
  readonly id: string;
  readonly points: number;
  readonly vestsAt: number;
  readonly expiresAt: number;
}

export interface ModelHold {
  readonly id: string;
  readonly points: number;
  readonly expiresAt: number;
  status: 'HELD' | 'CAPTURED' | 'RELEASED' | 'EXPIRED';
}

/** A transfer, and what taking it back means. */
interface Past {
  readonly amount: number;
  readonly expiresAt: number; // of a credit
  readonly vestsAt: number;
  readonly gaveBack: readonly number[] | null; // expiries of the points that a reversal gave back
  readonly endedPending: boolean; // it took a credit back that was pending
  isReversed: boolean;
}

export class ModelRefusal extends Error {}
const refuse = (code: string): never => {
  throw new ModelRefusal(code);
};

export class ModelAccount {
  points: Point[] = [];
  owed: string[] = []; // the debit of each point that is owed, oldest first
  pending: PendingCredit[] = [];
  readonly holds = new Map<string, ModelHold>();
  readonly past = new Map<string, Past>();
  isClosed = false;

  get balance(): number {
    return this.points.filter(({ where }) => where === 'free' || 'heldBy' in where).length - this.owed.length;
  }
  get held(): number {
    return this.points.filter(({ where }) => where !== 'free' && 'heldBy' in where).length;
  }
  get pendingPoints(): number {
    return this.pending.reduce((sum, each) => sum + each.points, 0);
  }
  get lots(): Record<string, number> {
    const lots: Record<string, number> = {};
    for (const { where, expiresAt } of this.points) if (where === 'free') lots[expiresAt] = (lots[expiresAt] ?? 0) + 1;
    return lots;
  }

  /** Does what falls due up to an instant, in its order. */
  settle(now: number): void {
    for (;;) {
      const due = [
        ...this.pending.map(({ vestsAt }) => vestsAt),
        ...[...this.holds.values()].flatMap(({ status, expiresAt }) => (status === 'HELD' ? expiresAt : [])),
        ...this.points.flatMap(({ where, expiresAt }) => (where === 'free' ? expiresAt : [])),
      ].filter((instant) => instant <= now);
      if (due.length === 0) return;
      this.settleAt(Math.min(...due));
    }
  }

  private settleAt(instant: number): void {
    const vesting = this.pending.filter(({ vestsAt }) => vestsAt <= instant).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.pending = this.pending.filter((each) => !vesting.includes(each));
    for (const { points, expiresAt } of vesting) this.create(points, expiresAt);
    const ending = [...this.holds.values()].filter(
      ({ status, expiresAt }) => status === 'HELD' && expiresAt <= instant,
    );
    for (const hold of ending.toSorted((a, b) => (a.id < b.id ? -1 : 1))) this.end(hold, 'EXPIRED');
    this.points = this.points.filter(({ where, expiresAt }) => where !== 'free' || expiresAt > instant);
  }

  private create(points: number, expiresAt: number): void {
    for (let i = 0; i < points; i++) {
      const point: Point = { expiresAt, where: 'free' };
      this.points.push(point);
      this.free(point);
    }
  }

  private free(point: Point): void {
    const debit = this.owed.shift();
    point.where = debit === undefined ? 'free' : { takenBy: debit };
  }

  private take(points: number, where: Point['where'], first: readonly number[] = []): number {
    const rank = ({ expiresAt }: Point) => (first.includes(expiresAt) ? first.indexOf(expiresAt) - first.length : 0);
    const free = this.points.filter((point) => point.where === 'free');
    const order = free.toSorted((a, b) => rank(a) - rank(b) || a.expiresAt - b.expiresAt || 0);
    for (const point of order.slice(0, points)) point.where = where;
    return Math.min(points, free.length);
  }

  private spend(id: string, points: number, first?: readonly number[]): void {
    const taken = this.take(points, { takenBy: id }, first);
    for (let i = taken; i < points; i++) this.owed.push(id);
  }

  private remember(id: string, amount: number, more: Partial<Past> = {}): void {
    const plain = { expiresAt: Infinity, vestsAt: 0, gaveBack: null, endedPending: false, isReversed: false };
    this.past.set(id, { ...plain, ...more, amount });
  }

  // What can be asked for. `check…` refuses; the other does it, under the id that the ledger gave it.

  checkCredit(): void {
    if (this.isClosed) refuse('ACCOUNT_CLOSED');
  }
  credit(id: string, points: number, now: number, vestsAt: number, expiresAt: number): void {
    if (vestsAt > now) this.pending.push({ id, points, vestsAt, expiresAt });
    else this.create(points, expiresAt);
    this.remember(id, points, { expiresAt, vestsAt });
  }

  checkDebit(points: number, mayOwe: boolean): void {
    if (this.isClosed) refuse('ACCOUNT_CLOSED');
    if (!mayOwe && points > this.balance - this.held) refuse('POINTS_INSUFFICIENT');
  }
  debit(id: string, points: number): void {
    this.spend(id, points);
    this.remember(id, -points);
  }

  hold(id: string, points: number, expiresAt: number): void {
    this.take(points, { heldBy: id });
    this.holds.set(id, { id, points, expiresAt, status: 'HELD' });
  }

  checkEnd(hold: ModelHold, points: number): void {
    if (this.isClosed) refuse('ACCOUNT_CLOSED');
    if (hold.status !== 'HELD') refuse(`HOLD_${hold.status}`);
    if (points > hold.points) refuse('CAPTURE_ABOVE_HOLD');
  }
  end(hold: ModelHold, status: 'RELEASED' | 'EXPIRED' | 'CAPTURED', id = '', points = 0): void {
    const kept = this.points.filter(({ where }) => where !== 'free' && 'heldBy' in where && where.heldBy === hold.id);
    const order = kept.toSorted((a, b) => a.expiresAt - b.expiresAt || 0);
    for (const point of order.slice(0, points)) point.where = { takenBy: id };
    for (const point of order.slice(points)) this.free(point);
    hold.status = status;
    if (status === 'CAPTURED') this.remember(id, -points);
  }

  checkReverse(of: string): void {
    if (this.past.get(of)!.isReversed) refuse('TRANSFER_REVERSED');
  }
  reverse(of: string, id: string, now: number): void {
    const past = this.past.get(of)!;
    past.isReversed = true;
    const points = Math.abs(past.amount);
    if (this.pending.some((each) => each.id === of)) {
      this.pending = this.pending.filter((each) => each.id !== of);
      this.remember(id, -points, { endedPending: true, vestsAt: past.vestsAt, expiresAt: past.expiresAt });
    } else if (past.amount > 0) {
      this.spend(id, points, past.gaveBack ?? [past.expiresAt]);
      this.remember(id, -points);
    } else if (past.endedPending) {
      this.credit(id, points, now, past.vestsAt, past.expiresAt);
    } else this.giveBack(of, id, points);
  }

  private giveBack(of: string, id: string, points: number): void {
    this.owed = this.owed.filter((debit) => debit !== of);
    const taken = this.points.filter(({ where }) => where !== 'free' && 'takenBy' in where && where.takenBy === of);
    const order = taken.toSorted((a, b) => a.expiresAt - b.expiresAt || 0);
    this.remember(id, points, { gaveBack: [...new Set(order.map(({ expiresAt }) => expiresAt))] });
    for (const point of order) this.free(point);
  }

  checkClose(): void {
    if (this.isClosed) refuse('ACCOUNT_CLOSED');
    if (this.held > 0) refuse('HOLDS_OPEN');
    if (this.pending.length > 0) refuse('POINTS_PENDING');
    if (this.balance < 0) refuse('POINTS_OWED');
  }
  close(): void {
    this.points = this.points.filter(({ where }) => where !== 'free');
    this.isClosed = true;
  }
}
