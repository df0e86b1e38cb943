import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { newId } from '../kernel/ids.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Taken } from './inquiry.ts';
import { enterInquiries } from './inquiries.queries.ts';
import { overdrawn } from './meter.ts';
import { agreementOf } from './terms.ts';

/** What is asked about a subject, and at which coordinates. */
export interface Asked {
  readonly operation: string;
  readonly taken: Taken;
  readonly asOf?: Date | null | undefined; // null: now, as the next one
  readonly knownAt?: Date | null | undefined;
  readonly policy?: string | null | undefined; // null: the one in force
}

/** Who is asked about. */
export interface Subject {
  readonly id: string;
  readonly kind: SubjectKind;
  /** By which policy it was graded, as KEY@VERSION; absent: it was not. */
  readonly policy?: string;
}

/** A row: one for each subject and coordinates of a request, however much of it is asked for. */
interface Inquiry {
  readonly id: string;
  readonly subject: Subject;
  readonly operation: string;
  readonly asOf: Date;
  readonly knownAt: Date;
}
interface Entry {
  readonly inquiry: Inquiry;
  readonly taken: Taken;
  readonly policy: string | null; // by which it was graded: KEY@VERSION
  isEntered: boolean;
}

/** Of a call: what it asked about, and whether that is written down. */
interface Kept {
  readonly inquiries: Map<string, Inquiry>;
  readonly entries: Map<string, Entry>;
  last: Promise<unknown>;
}

/** A query may be run twice, compiled and step by step, the second time for a copy of the call: so it is a property of it. */
const KEPT = Symbol('inquiries');
type WithKept = Call & { [KEPT]?: Kept };

const keptFor = (call: WithKept): Kept =>
  (call[KEPT] ??= { inquiries: new Map(), entries: new Map(), last: Promise.resolve() });

/** Written down, and counted against the quota, before the answer goes out: one statement for all of a moment. */
export async function enter(call: Call, subject: Subject, asked: Asked): Promise<void> {
  await entered(call, entryFor(call, subject, asked));
}

function entryFor(call: Call, subject: Subject, { taken, operation, ...asked }: Asked): Entry {
  const kept = keptFor(call);
  const now = new Date(call.now);
  const [asOf, knownAt] = [asked.asOf ?? now, asked.knownAt ?? now];
  const place = JSON.stringify([subject.id, asOf, knownAt, asked.policy ?? null]);
  let inquiry = kept.inquiries.get(place);
  if (!inquiry) {
    inquiry = { id: newId(call.now), subject, operation, asOf, knownAt };
    kept.inquiries.set(place, inquiry);
  }
  const key = `${taken} ${inquiry.id}`;
  const entry = kept.entries.get(key) ?? { inquiry, taken, policy: subject.policy ?? null, isEntered: false };
  kept.entries.set(key, entry);
  return entry;
}

const entered = loader(
  async (call: Call, entries: readonly Entry[]) => {
    const kept = keptFor(call);
    const turn = kept.last.then(() => enterAll(call, entries)); // so that none is counted twice
    kept.last = turn.catch(() => {});
    await turn;
    return entries.map((entry) => ({ entry }));
  },
  ({ entry }) => entry,
);

async function enterAll(call: Call, asked: readonly Entry[]): Promise<void> {
  const entries = asked.filter(({ isEntered }) => !isEntered);
  if (entries.length === 0) return;
  const agreement = agreementOf(call, []);
  const rows = [...Map.groupBy(entries, ({ inquiry }) => inquiry)].map(([{ subject, ...inquiry }, its]) => ({
    ...inquiry,
    subjectId: subject.id,
    subjectKind: subject.kind,
    taken: its.map(({ taken }) => taken),
    policy: its.find(({ policy }) => policy !== null)?.policy ?? null,
  }));
  if (!(await enterInquiries(call.sql, agreement, rows, new Date(call.now))))
    throw await overdrawn(call, agreement, rows.length);
  for (const entry of entries) entry.isEntered = true;
}
