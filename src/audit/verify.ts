import { saltedDigest } from '../db/audit.ts';
import type { Reader } from '../db/tx.ts';
import { countWaiting, leavesFrom, readHead, strayEvents, type ChainRow, type StoredEvent } from './audit.queries.ts';
import { leafHash, linkAfter, NO_LINK } from './chain.ts';

/** What was signed of the chain at some time. */
export interface ChainEnd {
  readonly size: number;
  readonly link: Buffer;
}

/**
 * What is wrong with a row. ALTERED: it is not what was entered. MISSING: it is gone. MOVED: it stands in another place than it was
 * given. UNPLACED: it neither has a place nor waits for one. CUT: rows after it were taken off the end. REWRITTEN: rows before this
 * place are others than those that were signed.
 */
export interface AuditProblem {
  readonly kind: 'ALTERED' | 'MISSING' | 'MOVED' | 'UNPLACED' | 'CUT' | 'REWRITTEN';
  readonly index: number | null;
  readonly eventId: string | null;
}

export interface AuditReport {
  readonly size: number; // of the chain
  readonly waiting: number; // for a place in it
  readonly notesTakenOut: number;
  readonly problems: readonly AuditProblem[]; // at most 1,000
}

const AT_ONCE = 5_000;
const MOST_PROBLEMS = 1_000;

/** Reads the whole log and recomputes every hash. `signed`: a checkpoint that was kept outside the database. */
export async function verifyAudit(sql: Reader, signed: ChainEnd | null): Promise<AuditReport> {
  const waiting = await countWaiting(sql); // before the head: what gets its place meanwhile is not missed
  const head = await readHead(sql);
  const walk = new Walk(signed);
  for (let next = 0; next < head.size && walk.problems.length < MOST_PROBLEMS;) {
    const rows = await leavesFrom(sql, next, AT_ONCE);
    for (const row of rows) if (row.index < head.size) walk.take(row);
    if (rows.length < AT_ONCE) break;
    next = rows.at(-1)!.index + 1;
  }
  walk.end(head);
  const stray = (await strayEvents(sql, MOST_PROBLEMS)).map(({ id }) => problem('UNPLACED', null, id));
  const problems = [...walk.named(), ...stray].slice(0, MOST_PROBLEMS);
  return { size: head.size, waiting, notesTakenOut: walk.notesTakenOut, problems };
}

const problem = (kind: AuditProblem['kind'], index: number | null, eventId: string | null): AuditProblem => ({
  kind,
  index,
  eventId,
});

/** One walk along the chain. */
class Walk {
  readonly problems: AuditProblem[] = [];
  notesTakenOut = 0;
  private next = 0;
  private link: Buffer = NO_LINK;
  private readonly signed: ChainEnd | null;
  /** Of events that are not what stands in their place: what they hash to, and what should be there. */
  private readonly strangers = new Map<string, string>();
  private readonly expected = new Set<string>();

  constructor(signed: ChainEnd | null) {
    this.signed = signed;
  }

  take({ index, eventId, event, leafHash: leaf, link }: ChainRow): void {
    const isAfterGap = index > this.next;
    for (; this.next < index && this.problems.length < MOST_PROBLEMS; this.next++)
      this.problems.push(problem('MISSING', this.next, null));
    if (!event) this.problems.push(problem('MISSING', index, eventId));
    else if (!isAsEntered(event, leaf)) {
      this.strangers.set(eventId, leafHash(event).toString('hex'));
      if (!leafHash(event).equals(leaf)) this.expected.add(leaf.toString('hex')); // else it is the note that is another
      this.problems.push(problem('ALTERED', index, eventId));
    } else if (!isAfterGap && !linkAfter(this.link, leaf).equals(link))
      this.problems.push(problem('MOVED', index, eventId));
    if (event && event.noteDigest !== null && event.note === null) this.notesTakenOut++;
    this.link = link; // and go on from what is stored: one row that is wrong makes no other wrong
    this.next = index + 1;
    this.compare(link);
  }

  private compare(link: Buffer): void {
    if (this.signed && this.signed.size === this.next && !this.signed.link.equals(link))
      this.problems.push(problem('REWRITTEN', this.next, null));
  }

  end(head: ChainEnd): void {
    const isCut = this.next < head.size || (this.signed !== null && this.signed.size > head.size);
    if (isCut) this.problems.push(problem('CUT', this.next, null));
    else if (this.next > 0 && !this.link.equals(head.link)) this.problems.push(problem('REWRITTEN', this.next, null));
  }

  /** A row that is wrong in its own place and right in another was moved. */
  named(): AuditProblem[] {
    return this.problems.map((each) => {
      const hash = each.eventId === null ? undefined : this.strangers.get(each.eventId);
      return each.kind === 'ALTERED' && hash !== undefined && this.expected.has(hash)
        ? { ...each, kind: 'MOVED' }
        : each;
    });
  }
}

/** Its hash is that of its place, and its note, where it still has one, is the one that was hashed. */
function isAsEntered(event: StoredEvent, leaf: Buffer): boolean {
  if (!leafHash(event).equals(leaf)) return false;
  if (event.note === null) return true;
  return event.salt !== null && saltedDigest(event.salt, event.note).toString('hex') === event.noteDigest;
}
