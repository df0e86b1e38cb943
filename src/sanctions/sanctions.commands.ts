import type { Call } from '../access/call.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { checkedNote } from '../kernel/note.ts';
import { globalId, idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { proposable } from './approval.ts';
import { conductInForce } from './conduct.loaders.ts';
import type { SanctionKind } from './conduct.ts';
import { imposeSanctions, isActive, liftSanctions, type NewSanction } from './impose.commands.ts';
import { needsSecondPerson, strikesOf } from './ladder.ts';
import * as checks from './sanction.checks.ts';
import { Sanction } from './sanction.ts';
import { sanctionable, type Sanctionable } from './sanctionable.ts';
import { lockSanctions, type SanctionKey } from './sanctions.queries.ts';
import { Proposal } from './proposal.ts';

export interface ImposeSanction {
  readonly subjectId: string;
  readonly kind: SanctionKind;
  readonly ground: string;
  readonly statement: string;
  readonly points: number | null;
  readonly strikes: number | null; // null: what the rules give the ground
  readonly endsAt: Date | null;
  readonly territory: readonly string[] | null;
  readonly automatedDetection: boolean;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** A measure as it is asked for, before it is known who decides it. */
type Draft = Omit<NewSanction, 'imposedBy' | 'approvedBy'>;
type Outcome = { readonly sanction: SanctionKey } | { readonly proposalId: string };

/** Takes a measure; or proposes it, where one person alone may not decide. */
export async function imposeSanction(
  call: Call,
  input: ImposeSanction,
): Promise<{ sanction: Sanction | null; proposal: Proposal | null }> {
  const subject = await sanctionable(call, input.subjectId);
  refuseOwnCase(call.actor, [subject.id], 'subjectId');
  const { conduct } = await conductInForce(call.sql, call.now);
  const draft = draftOf(
    input,
    subject,
    strikesOf(conduct, [{ ground: checks.checkedGround(conduct, input.ground), count: 1 }]),
    call.now,
  );
  const outcome = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'imposeSanction', input, async (): Promise<Outcome> => {
      if (needsSecondPerson(conduct, draft)) {
        const summary = summaryOf(draft, subject);
        return { proposalId: await proposedSanction.propose(tx, call, { input: draft, summary, note: draft.note }) };
      }
      return { sanction: await impose(tx, call, { ...draft, imposedBy: call.actor.name, approvedBy: null }) };
    }),
  );
  if ('sanction' in outcome)
    return { sanction: await call.em.findOneOrFail(Sanction, outcome.sanction), proposal: null };
  return { sanction: null, proposal: await call.em.findOneOrFail(Proposal, { id: outcome.proposalId }) };
}

/** What was proposed may have waited: its end must still lie ahead. */
const proposedSanction = proposable<Draft>(
  'IMPOSE_SANCTION',
  async (tx, call, { input, proposedBy }) => {
    refuseOwnCase(call.actor, [input.subjectId], 'proposalId');
    checks.checkedEnd(input.kind, input.endsAt === null ? null : new Date(input.endsAt), call.now);
    const { subjectId, id } = await impose(tx, call, { ...input, imposedBy: proposedBy, approvedBy: call.actor.name });
    return [globalId('Sanction', subjectId, id)];
  },
  ({
    subjectKind,
    subjectId,
    kind,
    ground,
    statement,
    points,
    strikes,
    endsAt,
    territory,
    isDetectedAutomatically,
  }) => ({
    subjectId: globalId(subjectKind === 'MERCHANT' ? 'Merchant' : 'Buyer', subjectId),
    kind,
    ground,
    statement,
    points,
    strikes,
    endsAt,
    territory,
    automatedDetection: isDetectedAutomatically,
  }),
);

async function impose(tx: Tx, { now }: Call, sanction: NewSanction): Promise<SanctionKey> {
  const { sanctions } = await imposeSanctions(tx, { now, foldings: await foldingsAt(now)(tx) }, [sanction]);
  const { subjectId, id } = sanctions[0]!;
  return { subjectId, id };
}

const draftOf = (input: ImposeSanction, subject: Sanctionable, strikes: number, now: number): Draft => ({
  subjectKind: subject.kind,
  subjectId: subject.id,
  kind: input.kind,
  ground: input.ground,
  statement: checks.checkedStatement(input.statement),
  note: checkedNote(input.note),
  points: checks.checkedCost(input.kind, input.points ?? 0),
  strikes: checks.checkedStrikes(input.strikes ?? (input.kind === 'PUBLIC_NOTICE' ? 0 : strikes)),
  endsAt: checks.checkedEnd(input.kind, input.endsAt, now),
  decisionId: null,
  isDetectedAutomatically: input.automatedDetection,
  isDecidedAutomatically: false,
  territory: checks.checkedTerritory(input.territory),
});

const summaryOf = ({ kind, ground, points }: Draft, { __typename, externalId }: Sanctionable): string =>
  `${kind} of ${__typename.toLowerCase()} ${externalId} for ${ground}${points > 0 ? `, and ${points} points deducted` : ''}`;

export interface LiftSanction {
  readonly sanctionId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Ends a measure from now on. */
export async function liftSanction(call: Call, input: LiftSanction): Promise<Sanction> {
  const note = checkedNote(input.note);
  const [subjectId, id] = idsOf('Sanction', input.sanctionId, 'sanctionId');
  refuseOwnCase(call.actor, [subjectId], 'sanctionId');
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'liftSanction', input, async () => {
      await checkLiftable(tx, { subjectId, id }, call.now);
      const moment = { now: call.now, foldings: await foldingsAt(call.now)(tx) };
      await liftSanctions(tx, moment, [{ subjectId, id }], { by: call.actor.name, note });
    }),
  );
  return call.em.findOneOrFail(Sanction, { subjectId, id }, { refresh: true });
}

async function checkLiftable(tx: Tx, key: SanctionKey, now: number): Promise<void> {
  const [held] = await lockSanctions(tx, [key]);
  if (!held) throw new Refusal('NOT_FOUND', 'SANCTION_NOT_FOUND', 'There is no such sanction.', ['sanctionId']);
  if (isActive(held, now)) return;
  if (held.annulledAt) throw over('SANCTION_ANNULLED', 'It was annulled: it counts as if it had never been.');
  if (held.liftedAt) throw over('SANCTION_LIFTED', 'It is lifted already.');
  if (held.endsAt) throw over('SANCTION_ENDED', 'It has ended already.');
  throw over('SANCTION_WITHOUT_DURATION', `A ${held.kind} has no duration that could end; an appeal can overturn it.`);
}

const over = (code: string, message: string) => new Refusal('CONFLICT', code, message, ['sanctionId']);
