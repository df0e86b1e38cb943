import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import { kindNumber, type Book } from './book.ts';
import { newBook } from './books-found.ts';
import type { Folding } from './ledger.ts';

/** Kept at most, some 200 bytes each; then it begins anew. */
const MOST = 400_000;

/**
 * The books that an import has written and does not have at hand any more, each as one line of text, a tenth of what it takes when it is open:
 * so that nobody's balances are read again whom it meets again. Each with the transaction that wrote it last (xmin): whoever goes on with a
 * book finds out whether somebody else has written to it since. Of those who have reviews, or conditions, none is kept.
 */
export class KeptBooks {
  readonly #policies: ReadonlyMap<SubjectKind, readonly string[]>;
  readonly #keeps: boolean;
  readonly #lines = new Map<string, string>(); // by subject id

  /** `keeps`: whether it keeps any. */
  constructor(foldings: readonly Folding[], keeps: boolean) {
    this.#keeps = keeps;
    const byKind = Map.groupBy(foldings, ({ subjectKind }) => subjectKind);
    this.#policies = new Map([...byKind].map(([kind, own]) => [kind, own.map(({ policyId }) => policyId)]));
  }

  put(book: Book, writer: string): void {
    if (!this.#keeps) return;
    const policies = this.#policies.get(book.kind) ?? [];
    const isWhole = policies.every((id) => book.terms.has(id) && book.kept?.has(id));
    if (this.#lines.size === MOST) this.#lines.clear();
    if (isWhole && isOfOrdersAlone(book)) this.#lines.set(book.subjectId, lineOf(book, writer, policies));
    else this.#lines.delete(book.subjectId);
  }

  /** The book, and who wrote it last; null where it is not kept. */
  find(subjectId: string): { book: Book; writer: string } | null {
    const line = this.#lines.get(subjectId);
    return line === undefined ? null : this.#read(subjectId, line);
  }

  #read(subjectId: string, line: string): { book: Book; writer: string } {
    const [writer, kindAt, numbers, counts, ...standings] = line.split(';') as [string, string, string, string];
    const kind = SUBJECT_KINDS[Number(kindAt)]!;
    const book = newBook(subjectId, kind);
    const { tally } = book;
    const [counterparties, firstDay, lastDay, volume, volumeEntries] = numbers.split(',');
    Object.assign(tally, {
      counterparties: Number(counterparties),
      firstDay: orNull(firstDay!),
      lastDay: orNull(lastDay!),
      volume: Number(volume),
      volumeEntries: Number(volumeEntries),
    });
    counts.split(',').forEach((count, i) => (tally.counts[i] = Number(count)));
    book.isNew = false;
    book.kept = new Map();
    for (const [i, policyId] of (this.#policies.get(kind) ?? []).entries()) {
      const [level, score, lowScore, checkpoints, ...terms] = (standings as string[])[i]!.split(',');
      book.terms.set(policyId, terms.map(termFrom));
      const kept = { score: orNull(score!), lowScore: Number(lowScore), checkpoints: Number(checkpoints) };
      book.kept.set(policyId, { level: level!, ...kept, isNew: false });
    }
    return { book, writer };
  }
}

function lineOf({ kind, tally, terms, kept }: Book, writer: string, policies: readonly string[]): string {
  const { counterparties, firstDay, lastDay, volume, volumeEntries, counts } = tally;
  const numbers = `${counterparties},${firstDay ?? ''},${lastDay ?? ''},${volume},${volumeEntries}`;
  const standings = policies.map((id) => {
    const { level, score, lowScore, checkpoints } = kept!.get(id)!;
    return `;${level},${score ?? ''},${lowScore},${checkpoints},${terms.get(id)!.map(digitsOf).join()}`;
  });
  return [writer, ';', kindNumber(kind), ';', numbers, ';', counts.join(), ...standings].join(''); // one text, without its pieces
}

/** Most are nought, and written as nothing; the others in hexadecimal digits, which are soon read. */
const digitsOf = (term: bigint): string => (term === 0n ? '' : term.toString(16));
const termFrom = (digits: string): bigint =>
  digits === '' ? 0n : digits.startsWith('-') ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);

const orNull = (digits: string): number | null => (digits === '' ? null : Number(digits));
const isZero = (count: number): boolean => count === 0;

const isOfOrdersAlone = ({ tally, conditions, starsFound, reviewer }: Book): boolean =>
  conditions.length === 0 &&
  reviewer === null &&
  tally.verified + tally.excluded + tally.consensusSum + tally.consensusWeight === 0 &&
  tally.stars.every(isZero) &&
  starsFound.every(isZero) &&
  tally.dimensionCounts.every(isZero) &&
  tally.dimensionSums.every(isZero);
