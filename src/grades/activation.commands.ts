import { forgetLoaded } from '../access/loader.ts';
import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { decideActivation, type Decision } from './activation.ts';
import * as queries from './activation.queries.ts';
import type { CandidateRow, StepKind } from './activation.queries.ts';
import { bringIntoForce, buildPolicy, stepBase } from './building.ts';
import { forgetRecentPolicies } from './policies.loaders.ts';
import { PolicyVersion, stateAt } from './policy-version.ts';

/** Which version is meant: keys such as `default` are those of several kinds of subject. */
export interface VersionName {
  readonly subjectKind: SubjectKind;
  readonly key: string;
  readonly version: number;
}

export interface ActivatePolicy extends VersionName {
  readonly from: Date | null;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** What fits into this is built before the call is answered; the worker builds the rest. */
const PATIENCE_MS = 5_000;

/** Brings a version into force: at once, or proposed for another person to agree to, as the rules demand. */
export async function activatePolicy(call: Call, input: ActivatePolicy): Promise<PolicyVersion> {
  const note = checkedNote(input.note);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'activatePolicy', input, async () => {
      const versions = await queries.lockVersions(tx, input.subjectKind, input.key);
      const question = { version: input.version, from: input.from, actor: call.actor.name, now: call.now };
      const decision = decideActivation(versions, question);
      await carryOut(tx, call, versions, decision, note);
      return decision.target.id;
    }),
  );
  return answer(call, id);
}

async function carryOut(
  tx: Tx,
  call: Call,
  versions: readonly CandidateRow[],
  decision: Decision,
  note: string,
): Promise<void> {
  const { target } = decision;
  if (decision.kind === 'TAKE_BACK') {
    const { rivals } = decision;
    await queries.takeBack(
      tx,
      rivals.map(({ id }) => id),
      new Date(call.now),
    );
    await queries.setEnd(tx, target.id, null);
    for (const rival of rivals) await addStep(tx, call, rival, 'TAKEN_BACK', note, null);
  } else if (decision.kind === 'PROPOSE') {
    await queries.propose(tx, target.id, call.actor.name, decision.from);
    await addStep(tx, call, target, 'PROPOSED', note, decision.from);
  } else {
    await addStep(tx, call, target, 'APPROVED', note, decision.from);
    const isBuilt = target.isShadow && target.state === 'BUILT';
    if (isBuilt) await bringIntoForce(tx, versions, { ...target, plannedFrom: decision.from }, call.now);
    else await queries.approve(tx, target.id, call.actor.name, decision.from);
  }
}

export interface ShadowPolicy extends VersionName {
  readonly isOn: boolean;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Lets a version run along: standings are kept under it, and nobody is graded by it. Or ends that. */
export async function shadowPolicy(call: Call, input: ShadowPolicy): Promise<PolicyVersion> {
  const note = checkedNote(input.note);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'shadowPolicy', input, async () => {
      const versions = await queries.lockVersions(tx, input.subjectKind, input.key);
      const target = versions.find(({ version }) => version === input.version);
      if (!target)
        throw new Refusal('NOT_FOUND', 'POLICY_UNKNOWN', 'There is no such version of this policy.', ['version']);
      checkShadow(target, input.isOn, call.now);
      if (input.isOn) await queries.approveShadow(tx, target.id, call.actor.name);
      else await queries.takeBack(tx, [target.id], new Date(call.now));
      await addStep(tx, call, target, input.isOn ? 'SHADOWED' : 'TAKEN_BACK', note, null);
      return target.id;
    }),
  );
  return answer(call, id);
}

function checkShadow(target: CandidateRow, isOn: boolean, now: number): void {
  const state = stateAt(target, now);
  const isShadow = target.isShadow && (state === 'SHADOW' || state === 'BUILDING');
  if (isOn === isShadow)
    throw new Refusal(
      'CONFLICT',
      isOn ? 'ALREADY_SHADOW' : 'NOT_SHADOW',
      `Version ${target.version} ${isOn ? 'runs along already' : 'does not run along'}.`,
      ['version'],
    );
  if (isOn && !['DRAFT', 'PROPOSED', 'RETIRED'].includes(state))
    throw new Refusal('CONFLICT', 'ALREADY_ACTIVE', `Version ${target.version} is in force, or about to be.`, [
      'version',
    ]);
}

const addStep = (tx: Tx, call: Call, target: CandidateRow, kind: StepKind, note: string, activeFrom: Date | null) =>
  queries.addStep(tx, { ...stepBase(target, call.now), kind, actor: call.actor.name, note, activeFrom });

async function answer(call: Call, id: string): Promise<PolicyVersion> {
  forgetRecentPolicies(call.db.pool);
  const enoughAt = performance.now() + PATIENCE_MS;
  await buildPolicy(call.db.pool, id, () => call.now, { isEnough: () => performance.now() > enoughAt });
  forgetLoaded(call);
  return call.em.findOneOrFail(PolicyVersion, { id });
}
