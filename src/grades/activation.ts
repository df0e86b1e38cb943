import { DAY_MS } from '../evidence/book.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { CandidateRow } from './activation.queries.ts';
import { stateAt } from './policy-version.ts';

/** What is asked of a version, by whom and when. */
export interface ActivationQuestion {
  readonly version: number;
  readonly from: Date | null; // null: as soon as it may
  readonly actor: string;
  readonly now: number;
}

/** What is to be done. A null `from` means as soon as the standings are built. */
export type Decision =
  | { readonly kind: 'PROPOSE' | 'APPROVE'; readonly target: CandidateRow; readonly from: Date | null }
  | { readonly kind: 'TAKE_BACK'; readonly target: CandidateRow; readonly rivals: readonly CandidateRow[] };

const CLOCKS_DIFFER_MS = 60_000; // those of callers and of our processes, at most
const MOST_DAYS_AHEAD = 3 * 366;

/**
 * Whether a version of a policy may come into force, and when; or a Refusal. To activate the version in force takes back what is
 * to replace it, proposals too; otherwise one change of a policy is under way at a time.
 */
export function decideActivation(versions: readonly CandidateRow[], asked: ActivationQuestion): Decision {
  const target = versions.find(({ version }) => version === asked.version);
  if (!target)
    throw new Refusal('NOT_FOUND', 'POLICY_UNKNOWN', 'There is no such version of this policy.', ['version']);
  const rivals = versions.filter((each) => each !== target && isUnderWay(each, asked.now));
  const proposed = versions.filter((each) => stateAt(each, asked.now) === 'PROPOSED');
  if (stateAt(target, asked.now) === 'IN_FORCE') return keepInForce(target, [...rivals, ...proposed], asked);
  if (isUnderWay(target, asked.now)) throw alreadyActive(`Version ${target.version} has been activated already.`);
  const building = rivals.find((each) => stateAt(each, asked.now) === 'BUILDING');
  if (building) throw underWay(building);
  return withApproval(versions, target, asked);
}

/** Approved and not yet in force. A shadow that is being built is no change to come. */
const isUnderWay = (version: CandidateRow, now: number): boolean => {
  const state = stateAt(version, now);
  return state === 'ANNOUNCED' || (state === 'BUILDING' && !version.isShadow);
};

function keepInForce(
  target: CandidateRow,
  rivals: readonly CandidateRow[],
  { from, now }: ActivationQuestion,
): Decision {
  if (rivals.length === 0 || from) throw alreadyActive(`Version ${target.version} is in force.`);
  if (target.activeUntil && target.activeUntil.getTime() < now + CLOCKS_DIFFER_MS)
    throw refused('TOO_LATE', 'The next version is about to come into force. Activate this one again after that.');
  return { kind: 'TAKE_BACK', target, rivals };
}

function withApproval(versions: readonly CandidateRow[], target: CandidateRow, asked: ActivationQuestion): Decision {
  const replaced = versions.find((each) => each.activeFrom && !each.activeUntil);
  const bound = [target, ...versions.filter((each) => ['IN_FORCE', 'ANNOUNCED'].includes(stateAt(each, asked.now)))];
  const persons = Math.max(...bound.map((each) => each.persons)); // a new version cannot free itself of the rules of the old
  const noticeDays = Math.max(...bound.map((each) => each.noticeDays));
  const proposal = persons === 1 ? null : openProposal(target, asked.now + noticeDays * DAY_MS);
  if (!proposal) {
    const from = checkedFrom(asked.from, noticeDays, replaced, asked.now);
    return persons === 1 ? { kind: 'APPROVE', target, from } : { kind: 'PROPOSE', target, from: asked.from };
  }
  if (proposal.by === asked.actor)
    throw refused('SAME_PERSON', 'Another person must agree. Tokens made with --name tell persons apart.', null);
  if (asked.from && asked.from.getTime() !== proposal.from?.getTime())
    throw refused(
      'PROPOSAL_DIFFERS',
      `${proposal.by} proposed ${proposal.from?.toISOString() ?? 'as soon as it may'}. Leave \`from\` out to agree to that.`,
    );
  return { kind: 'APPROVE', target, from: checkedFrom(proposal.from, noticeDays, replaced, asked.now) };
}

/** What somebody has proposed and is still possible; else it is to be proposed anew. */
function openProposal(target: CandidateRow, earliest: number): { by: string; from: Date | null } | null {
  const { state, proposedBy: by, plannedFrom: from } = target;
  if (state !== 'PROPOSED' || by === null || (from && from.getTime() < earliest)) return null;
  return { by, from };
}

/** The instant, or the earliest that the notice allows; null where that is now. */
function checkedFrom(
  from: Date | null,
  noticeDays: number,
  replaced: CandidateRow | undefined,
  now: number,
): Date | null {
  const earliest = now + noticeDays * DAY_MS;
  if (from && from.getTime() < now - CLOCKS_DIFFER_MS) throw refused('DATE_IN_PAST', '`from` lies in the past.');
  const at = from ? Math.max(from.getTime(), now) : earliest;
  if (at < earliest)
    throw refused(
      'NOTICE_TOO_SHORT',
      `A change is announced ${noticeDays} days before: ${new Date(earliest).toISOString()} or later.`,
    );
  if (at > now + MOST_DAYS_AHEAD * DAY_MS) throw refused('DATE_TOO_FAR', '`from` lies more than three years ahead.');
  if (replaced?.activeFrom && replaced.activeFrom.getTime() > now && at <= replaced.activeFrom.getTime())
    throw refused(
      'VALIDITY_OVERLAPS',
      `Version ${replaced.version} is in force from ${replaced.activeFrom.toISOString()} on. Choose a later instant, or activate the version in force to take that back.`,
    );
  return from || noticeDays > 0 ? new Date(at) : null;
}

const refused = (code: string, message: string, field: string[] | null = ['from']): Refusal =>
  new Refusal('CONFLICT', code, message, field);

const alreadyActive = (message: string): Refusal => refused('ALREADY_ACTIVE', message, ['version']);

const underWay = ({ version }: CandidateRow): Refusal =>
  refused(
    'CHANGE_UNDER_WAY',
    `Version ${version} is being brought into force. Wait for it, or activate the version in force to take it back.`,
    ['version'],
  );
