import { setImmediate as breath } from 'node:timers/promises';
import { grown } from '../kernel/grown.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { termAsDouble } from '../scoring/decay.ts';
import { postingKind, slotOf } from '../scoring/kinds.ts';
import { ABOUT_NO_DEAL, type Posting } from '../scoring/posting.ts';
import { dayOf } from './book.ts';
import { DayCells, PairCells } from './deal-cells.ts';
import { ABSENT, NO_DAY, type DealBooks } from './deal-books.ts';
import { putWords } from './roll.ts';
import type { Seen } from './seen.ts';

const ROOM = 4096; // to begin with, a power of two
const STRETCH = 2000; // entered before anything else gets its turn: about 1 ms

/** What a deal means for one subject. */
export interface DealMeaning {
  readonly subjectId: string;
  readonly subjectKind: SubjectKind;
  readonly counterparty: string;
  readonly kind: number; // posting kind code
  readonly occurredAt: number;
}

/** An order, as its postings tell of it. */
export interface Deal {
  readonly id: string;
  readonly externalId: string; // by which deals of one instant are told apart
  readonly amount: number;
  readonly currency: string;
}

/**
 * What a transaction enters of new deals alone, in columns: an entry takes 50 bytes, nothing of which is ever collected. It is what `enter` of
 * `ledger.ts` does, for whatever is new and never taken back; `tests/intake/plain-orders.test.ts` compares all that both leave.
 */
export class Deals {
  readonly books: DealBooks;
  readonly seen: Seen;
  readonly pairs: PairCells;
  readonly days: DayCells;
  readonly #touched: number[] = []; // subjects
  readonly #isTouched = new Set<number>();

  #deals = 0;
  dealWords = new Uint32Array(0); // ids
  amounts = new Float64Array(0);
  arePurchases = new Uint8Array(0);
  readonly currencies: string[] = [];
  readonly #ties: string[] = [];

  #entries = 0;
  readonly #parts: number[] = []; // where each ends
  subjects = new Int32Array(0);
  counterparties = new Int32Array(0);
  dealOf = new Int32Array(0);
  kinds = new Uint8Array(0);
  occurredAt = new Float64Array(0);
  pairOf = new Int32Array(0);
  ranks = new Int32Array(0); // −1: not entered yet
  firstSteps = new Uint8Array(0);
  firstFarAt = new Float64Array(0); // NaN: null

  /** `like`: it will be as large as this one. */
  constructor(books: DealBooks, seen: Seen, like: Deals | null) {
    this.books = books;
    this.seen = seen;
    this.pairs = new PairCells(like?.pairs.room ?? ROOM);
    this.days = new DayCells(like?.days.room ?? ROOM);
    this.#makeRoom(like?.amounts.length ?? ROOM, like?.subjects.length ?? ROOM);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries;
  }

  /** Whoever is concerned. */
  get touched(): Uint32Array {
    return Uint32Array.from(this.#touched);
  }

  /** Ids that this transaction has made: nothing of them can be there. */
  noteFresh(ids: Iterable<string>): void {
    for (const id of ids) {
      const number = this.books.numberOf(id);
      this.books.states[number] = ABSENT;
    }
  }

  add(deal: Deal, isPurchase: boolean, meanings: readonly DealMeaning[]): void {
    if (meanings.length === 0) return;
    if (this.#deals === this.amounts.length) this.#makeRoom(2 * this.#deals, this.subjects.length);
    const number = this.#deals++;
    putWords(deal.id, this.dealWords, 4 * number);
    this.amounts[number] = deal.amount;
    this.arePurchases[number] = isPurchase ? 1 : 0;
    this.currencies.push(deal.currency);
    this.#ties.push(deal.externalId);
    for (let i = 0; i < meanings.length; i++) this.#add(number, meanings[i]!);
  }

  #add(deal: number, { subjectId, subjectKind, counterparty, kind, occurredAt }: DealMeaning): void {
    if (this.#entries === this.subjects.length) this.#makeRoom(this.amounts.length, 2 * this.#entries);
    const entry = this.#entries++;
    const subject = this.books.subject(subjectId, subjectKind);
    const other = this.books.numberOf(counterparty);
    if (!this.#isTouched.has(subject)) {
      this.#isTouched.add(subject);
      this.#touched.push(subject);
    }
    this.subjects[entry] = subject;
    this.counterparties[entry] = other;
    this.dealOf[entry] = deal;
    this.kinds[entry] = kind;
    this.occurredAt[entry] = occurredAt;
    this.pairOf[entry] = this.pairs.numberOf(subject, other);
    this.ranks[entry] = -1;
    this.firstFarAt[entry] = Number.NaN;
    if (subjectKind === 'MERCHANT') this.days.numberOf(subject, dayOf(occurredAt));
  }

  /** What was added since the last one ended is entered in order of time, after all that was before. */
  endPart(): void {
    this.#parts.push(this.#entries);
  }

  /** Moves the balances, with breaths: meanwhile the database is given what it asks for. */
  async enter(): Promise<void> {
    let from = 0;
    let stretch = 0;
    for (const to of this.#parts) {
      for (const entry of this.#inTime(from, to)) this.#enter(entry);
      stretch += to - from;
      from = to;
      if (stretch < STRETCH) continue;
      stretch = 0;
      await breath();
    }
    this.pairs.settle((entry, farAt) => {
      this.firstSteps[entry] = 1;
      this.firstFarAt[entry] = farAt;
    });
  }

  /** Of one instant in the order of their orders' ids; of one order as it was told. */
  #inTime(from: number, to: number): Uint32Array {
    const { occurredAt, dealOf } = this;
    const ties = this.#ties;
    const entries = new Uint32Array(to - from);
    for (let i = 0; i < entries.length; i++) entries[i] = from + i;
    return entries.toSorted((a, b) => {
      const [at, other] = [occurredAt[a]!, occurredAt[b]!];
      if (at !== other) return at < other ? -1 : 1;
      const [tie, otherTie] = [ties[dealOf[a]!]!, ties[dealOf[b]!]!];
      return tie < otherTie ? -1 : tie > otherTie ? 1 : a - b;
    });
  }

  /** As it is weighed: one for all, made anew for none. */
  readonly #posting: { -readonly [Key in keyof Posting]: Posting[Key] } = {
    ...ABOUT_NO_DEAL,
    kind: 0,
    occurredAt: 0,
    sign: 1,
  };

  #enter(entry: number): void {
    const { books } = this;
    const subject = this.subjects[entry]!;
    const deal = this.dealOf[entry]!;
    const kind = this.kinds[entry]!;
    const at = this.occurredAt[entry]!;
    const columns = books.columnsOf(subject);
    const place = books.rows[subject]! * columns.slots + slotOf(kind);
    columns.counts[place]!++;
    books.entered[subject]!++;
    const rank = this.#rankOf(entry, deal, subject);
    this.ranks[entry] = rank;
    const posting = this.#posting;
    posting.kind = kind;
    posting.occurredAt = at;
    posting.amount = this.amounts[deal]!;
    posting.currency = this.currencies[deal]!;
    posting.isPurchase = this.arePurchases[deal] === 1;
    posting.pairRank = rank;
    for (const { policy, sums, sides } of columns.policies)
      sums.add(place, sides[slotOf(kind)] as 0 | 1, termAsDouble(posting, policy));
    if (this.pairs.gain(this.pairOf[entry]!, entry, at)) books.counterparties[subject]!++;
    if (postingKind(kind).isDeal) this.#countDeal(subject, columns.kind, dayOf(at));
  }

  /** Dealings with one counterparty rank once for an order, whatever it means. */
  #rankOf(entry: number, deal: number, subject: number): number {
    const { dealOf, subjects, ranks } = this;
    let first = entry;
    while (first > 0 && dealOf[first - 1] === deal) first--;
    for (let other = first; dealOf[other] === deal && other < this.#entries; other++)
      if (subjects[other] === subject && ranks[other]! >= 0) return ranks[other]!;
    return this.pairs.orders[this.pairOf[entry]!]!++;
  }

  #countDeal(subject: number, kind: SubjectKind, day: number): void {
    if (kind === 'MERCHANT') this.days.count(this.days.numberOf(subject, day));
    const { firstDays, lastDays } = this.books;
    if (firstDays[subject] === NO_DAY || day < firstDays[subject]!) firstDays[subject] = day;
    if (lastDays[subject] === NO_DAY || day > lastDays[subject]!) lastDays[subject] = day;
  }

  #makeRoom(deals: number, entries: number): void {
    this.dealWords = grown(this.dealWords, 4 * deals);
    this.amounts = grown(this.amounts, deals);
    this.arePurchases = grown(this.arePurchases, deals);
    this.subjects = grown(this.subjects, entries);
    this.counterparties = grown(this.counterparties, entries);
    this.dealOf = grown(this.dealOf, entries);
    this.kinds = grown(this.kinds, entries);
    this.occurredAt = grown(this.occurredAt, entries);
    this.pairOf = grown(this.pairOf, entries);
    this.ranks = grown(this.ranks, entries);
    this.firstSteps = grown(this.firstSteps, entries);
    this.firstFarAt = grown(this.firstFarAt, entries);
  }
}
