import { uuidFrom, type CopiedRow } from '../db/copied-rows.ts';
import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { termAsDouble } from '../scoring/decay.ts';
import { kindsOf, postingKind, slotOf } from '../scoring/kinds.ts';
import { ABOUT_NO_DEAL, type Posting } from '../scoring/posting.ts';
import { dayOf } from './book.ts';
import { addToCheckpoints, COUNTERPARTIES, type Checkpoint } from './checkpoints.ts';
import { ExactSums } from './exact-sums.ts';
import { move } from './fold.ts';
import { IdIndex } from './id-index.ts';
import type { Folding } from './ledger.ts';
import type { Balances } from './refold.ts';
import { FLAGS } from './sheet.queries.ts';
import { addToVolume, checkpointsOf, emptyVolumeFold, openVolumeOf, type VolumeFold } from './volume-fold.ts';

/** What is kept of a subject, side by side: to fetch one of them from memory is to fetch all. */
const FIELDS = 8;
const ROW = 0; // of its kind's sheet: its first slot
const KIND = 1;
const IS_LONG = 2; // its tally says that it has closed volumes
const WRITER = 3; // xmin of its tally
const ENTRIES = 4;
const PARTIES = 5;
const FIRST_DAY = 6; // of its deals; NO_DAY: none
const LAST_DAY = 7;

const NO_DAY = -0x8000_0000;
const DAYS = 65_536; // to the year 2149

/** What the standings of one policy are added up in: a sum for each subject of its kind and each of their kinds of postings. */
interface PolicySums {
  readonly policyId: string;
  readonly policy: CompiledPolicy;
  readonly sums: ExactSums;
  readonly sides: Uint8Array; // by slot: 0 good, 1 bad
}

/** The subjects of one kind. */
interface KindSheet {
  readonly kind: SubjectKind;
  readonly places: number;
  subjects: number;
  counts: Int32Array; // a row a subject
  policies: readonly PolicySums[];
}

/**
 * The balances of very many subjects, folded from the ledger as it lies there: nothing is made for a posting, and next to nothing for
 * a subject. What a posting adds is the same number that a fold of big integers adds (`fold.ts`).
 */
export class Sheet {
  readonly index: IdIndex;
  readonly #kinds: readonly KindSheet[] = SUBJECT_KINDS.map((kind) => ({
    kind,
    places: kindsOf(kind).length,
    subjects: 0,
    counts: new Int32Array(0),
    policies: [],
  }));
  readonly #fields: Int32Array;
  readonly #long = new Map<number, VolumeFold>();
  readonly #takenBack = new Set<number>(); // days of deals that were reversed: subject · DAYS + day
  readonly #torn = new Set<number>(); // they have closed volumes, which their tally does not know of
  readonly #entry = blankEntry();

  constructor(subjects: number) {
    this.index = new IdIndex(subjects);
    this.#fields = new Int32Array(FIELDS * subjects);
  }

  takeSubject(row: CopiedRow): void {
    const subject = this.index.add(row.bytes, row.uuidAt());
    const fields = this.#fields;
    const at = FIELDS * subject;
    const kind = row.small();
    const sheet = this.#kinds[kind]!;
    const isLong = row.int() > 0;
    fields[at + KIND] = kind;
    fields[at + ROW] = sheet.places * sheet.subjects++;
    fields[at + IS_LONG] = isLong ? 1 : 0;
    fields[at + WRITER] = row.int();
    fields[at + FIRST_DAY] = fields[at + LAST_DAY] = NO_DAY;
    if (isLong) this.#long.set(subject, emptyVolumeFold());
  }

  /** When all subjects are there. */
  prepare(foldings: readonly Folding[]): void {
    for (const sheet of this.#kinds) {
      const sums = sheet.places * sheet.subjects;
      sheet.counts = new Int32Array(sums);
      sheet.policies = foldings
        .filter(({ subjectKind }) => subjectKind === sheet.kind)
        .map(({ policyId, policy }) => ({
          policyId,
          policy,
          sums: new ExactSums(sums),
          sides: Uint8Array.from(policy.rules, ({ isBad }) => (isBad ? 1 : 0)),
        }));
    }
  }

  takePosting(row: CopiedRow): void {
    const subject = this.index.find(row.bytes, row.uuidAt());
    if (subject < 0) return;
    const flags = row.int();
    const entry = this.#entry;
    entry.kind = flags & FLAGS.kind;
    entry.sign = (flags & FLAGS.reversal) === 0 ? 1 : -1;
    entry.isPurchase = (flags & FLAGS.purchase) !== 0;
    entry.isHeld = (flags & FLAGS.held) !== 0;
    entry.firstStep = ((flags >> FLAGS.step) - 1) as SheetEntry['firstStep'];
    entry.occurredAt = row.instant()!;
    entry.amount = row.big();
    entry.currency = row.word();
    entry.reliability = row.big();
    entry.experience = row.big();
    entry.pairRank = row.int();
    entry.firstFarAt = row.instant();
    entry.volume = row.whole() ?? 0;
    const long = this.#fields[FIELDS * subject + IS_LONG] === 1 ? this.#long.get(subject) : undefined;
    if (entry.volume > 0 && !long) this.#torn.add(subject);
    if (entry.volume > 0 && long) addToVolume(long, entry.volume, row.instant()!);
    this.#add(subject, entry, long);
  }

  /** Of the first volume of a long ledger. */
  takeFirst(row: CopiedRow): void {
    const long = this.#long.get(this.index.find(row.bytes, row.uuidAt()))!;
    long.facts.add(uuidFrom(row.uuid()!));
    addToVolume(long, 0, row.instant()!);
  }

  #add(subject: number, entry: SheetEntry, long: VolumeFold | undefined): void {
    const { kind, sign, firstStep, firstFarAt, occurredAt } = entry;
    const fields = this.#fields;
    const at = FIELDS * subject;
    const sheet = this.#kinds[fields[at + KIND]!]!;
    const place = fields[at + ROW]! + slotOf(kind);
    fields[at + ENTRIES]!++;
    sheet.counts[place]! += sign;
    if (firstFarAt === null) fields[at + PARTIES]! += firstStep;
    if (postingKind(kind).isDeal) this.#countDeal(subject, dayOf(occurredAt), sign);
    for (const { policyId, policy, sums, sides } of sheet.policies) {
      const term = termAsDouble(entry, policy);
      sums.add(place, sides[slotOf(kind)] as 0 | 1, term);
      if (long) addToCheckpoints(checkpointsOf(long, policyId), entry, BigInt(term));
    }
  }

  #countDeal(subject: number, day: number, sign: number): void {
    if (sign < 0) {
      this.#takenBack.add(subject * DAYS + day);
      return;
    }
    const fields = this.#fields;
    const at = FIELDS * subject;
    const first = fields[at + FIRST_DAY]!;
    if (first === NO_DAY || day < first) fields[at + FIRST_DAY] = day;
    if (day > fields[at + LAST_DAY]!) fields[at + LAST_DAY] = day;
  }

  /** Live ones. */
  get postings(): number {
    return this.#kinds.reduce((sum, { counts }) => counts.reduce((a, b) => a + b, sum), 0);
  }

  get longIds(): string[] {
    return [...this.#long.keys()].map((subject) => this.index.idOf(subject));
  }

  #sheetOf(subject: number): KindSheet {
    return this.#kinds[this.#fields[FIELDS * subject + KIND]!]!;
  }

  kindOf(subject: number): SubjectKind {
    return this.#sheetOf(subject).kind;
  }

  /** Whether nothing was entered about the subject since the sheet was begun. `writer`: the xmin of its tally now. */
  isCurrent(subject: number, writer: number): boolean {
    return subject >= 0 && this.#fields[FIELDS * subject + WRITER] === writer;
  }

  /** Live postings by kind, in the order of `kindsOf`. */
  countsOf(subject: number): number[] {
    const { places, counts } = this.#sheetOf(subject);
    const row = this.#fields[FIELDS * subject + ROW]!;
    const own: number[] = [];
    for (let slot = 0; slot < places; slot++) own.push(counts[row + slot]!);
    return own;
  }

  /** Null where it takes the whole ledger to tell. */
  balancesOf(subject: number, keptVolume: number): Omit<Balances, 'terms'> | null {
    const days = this.#daysOf(subject);
    if (this.#torn.has(subject) || !days) return null;
    const long = this.#long.get(subject);
    return {
      counts: this.countsOf(subject),
      counterparties: this.#fields[FIELDS * subject + PARTIES]!,
      ...days,
      ...(long
        ? openVolumeOf(long, keptVolume)
        : { volume: 0, volumeEntries: this.#fields[FIELDS * subject + ENTRIES]! }),
    };
  }

  #daysOf(subject: number): Pick<Balances, 'firstDay' | 'lastDay'> | null {
    const firstDay = this.#fields[FIELDS * subject + FIRST_DAY]!;
    const lastDay = this.#fields[FIELDS * subject + LAST_DAY]!;
    if (firstDay === NO_DAY) return { firstDay: null, lastDay: null };
    const isTakenBack = (day: number) => this.#takenBack.size > 0 && this.#takenBack.has(subject * DAYS + day);
    if (!isTakenBack(firstDay) && !isTakenBack(lastDay)) return { firstDay, lastDay };
    const [checkpoints] = this.#long.get(subject)?.checkpoints.values() ?? [];
    return checkpoints ? dealDaysOf(checkpoints.values()) : null;
  }

  /** By policy id. */
  termsOf(subject: number): Map<string, bigint[]> {
    const { places, policies } = this.#sheetOf(subject);
    const row = this.#fields[FIELDS * subject + ROW]!;
    const terms = new Map<string, bigint[]>();
    for (const { policyId, sums, sides } of policies) {
      const own: bigint[] = [];
      for (let slot = 0; slot < places; slot++) own.push(sums.of(row + slot, sides[slot] as 0 | 1));
      terms.set(policyId, own);
    }
    return terms;
  }

  /** What its closed volumes come to; null where it has none. */
  volumesOf(subject: number): VolumeFold | null {
    return this.#long.get(subject) ?? null;
  }
}

/** A day counts while more deals of it were entered than taken back. */
function dealDaysOf(checkpoints: Iterable<Checkpoint>): Pick<Balances, 'firstDay' | 'lastDay'> {
  const deals = new Map<number, number>();
  for (const { day, kind, count } of checkpoints)
    if (kind !== COUNTERPARTIES && postingKind(kind).isDeal) move(deals, day, count);
  const days = [...deals.keys()].toSorted((a, b) => a - b);
  return { firstDay: days[0] ?? null, lastDay: days.at(-1) ?? null };
}

type SheetEntry = { -readonly [Key in keyof Posting]: Posting[Key] } & {
  volume: number;
  firstStep: 1 | -1 | 0;
  firstFarAt: number | null;
};

/** One for all: it is filled anew with each posting. */
const blankEntry = (): SheetEntry => ({
  kind: 0,
  sign: 1,
  occurredAt: 0,
  ...ABOUT_NO_DEAL,
  volume: 0,
  firstStep: 0,
  firstFarAt: null,
});
