import { grown } from '../kernel/grown.ts';
import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { kindNumber } from './book.ts';
import type { ConditionSpan } from './conditions.ts';
import type { Folding } from './ledger.ts';
import { Roll } from './roll.ts';
import { SlotSums } from './slot-sums.ts';

const ROOM = 1024; // to begin with
/** With more than so many ids it begins anew: some 250 bytes each. */
const MOST = 400_000;

/** What is known of a subject's row: nothing yet, that there is none, or what is in it. */
export const [UNKNOWN, ABSENT, FOUND] = [0, 1, 2] as const;
export const NO_DAY = -2_147_483_648;
const NO_KIND = 255;

/** The standings of the subjects of one kind under one policy, by row. */
export interface PolicyColumns {
  readonly policyId: string;
  readonly policy: CompiledPolicy;
  readonly sides: Uint8Array; // by slot: 0 good, 1 bad
  readonly sums: SlotSums; // by row · slots + slot
  checkpoints: Int32Array;
  writers: Uint32Array; // who wrote it last (xmin); 0: there is none yet
}

/** The subjects of one kind: each has a row, and in it a place for each kind of posting. */
export interface KindColumns {
  readonly kind: SubjectKind;
  readonly slots: number;
  rows: number;
  counts: Int32Array; // by row · slots + slot
  readonly policies: readonly PolicyColumns[];
}

/**
 * The balances of all whom an import has met, as far as deals move them, in columns: so that nobody's are read again, nothing of them is
 * ever collected, and each is moved in place. With who wrote them last: whoever writes them finds out whether somebody else has since.
 * Subjects and their counterparties go by their numbers in the roll.
 */
export class DealBooks {
  readonly foldings: readonly Folding[];
  readonly roll = new Roll();
  readonly conditions = new Map<number, readonly ConditionSpan[]>();
  readonly #kinds: readonly KindColumns[];
  #room = ROOM;
  kinds: Uint8Array = new Uint8Array(ROOM).fill(NO_KIND);
  rows = new Int32Array(ROOM);
  states = new Uint8Array(ROOM);
  writers = new Uint32Array(ROOM);
  counterparties = new Int32Array(ROOM);
  firstDays = new Int32Array(ROOM).fill(NO_DAY);
  lastDays = new Int32Array(ROOM).fill(NO_DAY);
  volumes = new Int32Array(ROOM);
  volumeEntries = new Int32Array(ROOM);
  entered = new Int32Array(ROOM); // that are not written yet

  constructor(foldings: readonly Folding[]) {
    this.foldings = foldings;
    this.#kinds = SUBJECT_KINDS.map((kind) => ({
      kind,
      slots: kindsOf(kind).length,
      rows: 0,
      counts: new Int32Array(0),
      policies: foldings.filter(({ subjectKind }) => subjectKind === kind).map(columnsFor),
    }));
  }

  get isFull(): boolean {
    return this.roll.size > MOST;
  }

  /** Whether these are the policies that it keeps standings under. */
  isUnder(foldings: readonly Folding[]): boolean {
    return (
      foldings.length === this.foldings.length &&
      foldings.every(({ policyId }, i) => policyId === this.foldings[i]!.policyId)
    );
  }

  /** The number of whoever has this id. */
  numberOf(id: string): number {
    const number = this.roll.numberOf(id);
    if (number >= this.#room) this.#grow();
    return number;
  }

  /** The same of a subject: it has a row among those of its kind. */
  subject(id: string, kind: SubjectKind): number {
    const subject = this.numberOf(id);
    if (this.kinds[subject] === NO_KIND) this.#give(subject, kindNumber(kind));
    return subject;
  }

  columnsOf(subject: number): KindColumns {
    return this.#kinds[this.kinds[subject]!]!;
  }

  #give(subject: number, kind: number): void {
    const columns = this.#kinds[kind]!;
    const row = columns.rows++;
    this.kinds[subject] = kind;
    this.rows[subject] = row;
    if (row * columns.slots < columns.counts.length) return;
    const room = Math.max(ROOM, 2 * row);
    columns.counts = grown(columns.counts, room * columns.slots);
    for (const own of columns.policies) {
      own.sums.reserve(room * columns.slots);
      own.checkpoints = grown(own.checkpoints, room);
      own.writers = grown(own.writers, room);
    }
  }

  #grow(): void {
    const before = this.#room;
    this.#room *= 2;
    this.kinds = grown(this.kinds, 0).fill(NO_KIND, before);
    this.rows = grown(this.rows, 0);
    this.states = grown(this.states, 0);
    this.writers = grown(this.writers, 0);
    this.counterparties = grown(this.counterparties, 0);
    this.firstDays = grown(this.firstDays, 0).fill(NO_DAY, before);
    this.lastDays = grown(this.lastDays, 0).fill(NO_DAY, before);
    this.volumes = grown(this.volumes, 0);
    this.volumeEntries = grown(this.volumeEntries, 0);
    this.entered = grown(this.entered, 0);
  }
}

const columnsFor = ({ policyId, policy }: Folding): PolicyColumns => ({
  policyId,
  policy,
  sides: Uint8Array.from(policy.rules, ({ isBad }) => (isBad ? 1 : 0)),
  sums: new SlotSums(),
  checkpoints: new Int32Array(0),
  writers: new Uint32Array(0),
});
