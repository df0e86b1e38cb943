import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { newId } from '../kernel/ids.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { enterNew } from './enter-new.ts';
import type { Taken } from './inquiry.ts';
import { enterInquiries, type NewInquiry } from './inquiries.queries.ts';
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
  readonly row: Omit<NewInquiry, 'taken' | 'policy'>;
  policy: string | null; // by which it was graded: KEY@VERSION
  /** What was asked for and is not written down yet. */
  waiting: readonly Taken[];
  entered: readonly Taken[];
  /** It may be written down, though nobody was told so: a connection may be lost after the commit. */
  isTried: boolean;
}

/** Of a call: what it asked about, and whether that is written down. */
interface Kept {
  readonly inquiries: Map<string, Inquiry>;
  last: Promise<unknown>;
}

/** A query may be run twice, compiled and step by step, the second time for a copy of the call: so it is a property of it. */
const KEPT = Symbol('inquiries');
type WithKept = Call & { [KEPT]?: Kept };

const keptFor = (call: WithKept): Kept => (call[KEPT] ??= { inquiries: new Map(), last: Promise.resolve() });

/** Written down, and counted against the quota, before the answer goes out: one statement for all of a moment. */
export async function enter(call: Call, subject: Subject, asked: Asked): Promise<void> {
  await enteredOne(call, { inquiry: asking(call, asked)(subject) });
}

/** The same for all of these at once. */
export const enterAll = (call: Call, subjects: readonly Subject[], asked: Asked): Promise<void> =>
  inTurn(call, subjects.map(asking(call, asked)));

/** The row that something is asked by, of each subject: the one of before where that has the same coordinates. */
function asking(call: Call, { taken, operation, ...asked }: Asked): (subject: Subject) => Inquiry {
  const { inquiries } = keptFor(call);
  const now = new Date(call.now);
  const [asOf, knownAt] = [asked.asOf ?? now, asked.knownAt ?? now];
  const coordinates = JSON.stringify([asOf, knownAt, asked.policy ?? null]);
  return ({ id: subjectId, kind: subjectKind, policy = null }) => {
    const place = subjectId + coordinates;
    let inquiry = inquiries.get(place);
    if (!inquiry) {
      const row = { subjectId, id: newId(call.now), subjectKind, operation, asOf, knownAt };
      inquiry = { row, policy, waiting: [taken], entered: [], isTried: false };
      inquiries.set(place, inquiry);
    }
    inquiry.policy ??= policy;
    if (!inquiry.waiting.includes(taken) && !inquiry.entered.includes(taken))
      inquiry.waiting = [...inquiry.waiting, taken];
    return inquiry;
  };
}

/** Each time with a key of its own: what is asked of an inquiry later is entered, too. */
const enteredOne = loader(
  async (call: Call, asked: readonly { readonly inquiry: Inquiry }[]) => {
    await inTurn(
      call,
      asked.map(({ inquiry }) => inquiry),
    );
    return asked.map((key) => ({ key }));
  },
  ({ key }) => key,
);

/** One after the other, so that none is counted twice. */
async function inTurn(call: Call, asked: readonly Inquiry[]): Promise<void> {
  const kept = keptFor(call);
  const turn = kept.last.then(() => write(call, asked));
  kept.last = turn.catch(() => {});
  await turn;
}

async function write(call: Call, asked: readonly Inquiry[]): Promise<void> {
  const inquiries = [...new Set(asked)].filter(({ waiting }) => waiting.length > 0);
  if (inquiries.length === 0) return;
  const agreement = agreementOf(call, []);
  const rows = inquiries.map(({ row, waiting: taken, policy }) => ({ ...row, taken, policy }));
  const areNew = inquiries.every(({ isTried }) => !isTried);
  for (const inquiry of inquiries) inquiry.isTried = true;
  const isWithin = areNew
    ? await enterNew(call, agreement, rows)
    : await enterInquiries(call.sql, agreement, rows, new Date(call.now));
  if (!isWithin) throw await overdrawn(call, agreement, rows.length);
  for (const [i, inquiry] of inquiries.entries()) {
    const { taken } = rows[i]!;
    inquiry.entered = [...inquiry.entered, ...taken];
    inquiry.waiting = inquiry.waiting.filter((each) => !taken.includes(each));
  }
}
