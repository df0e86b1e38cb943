import type { Call } from '../access/call.ts';
import { forgetLoaded } from '../access/loader.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import type { Folding } from '../evidence/ledger.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { releaseReviews } from '../reviews/hold.commands.ts';
import { Review } from '../reviews/review.ts';
import { addHolds, addVerdicts, type NewHold, type SuspicionKey, type VerdictKind } from './findings.queries.ts';
import { settingsInForce } from './settings.ts';
import { Suspicion } from './suspicion.ts';
import * as queries from './suspicions.queries.ts';

const MINUTE_MS = 60_000;

/** The policies under which standings are kept: told by the door, since this room stands below them. */
export type FoldingsOf = (tx: Tx) => Promise<readonly Folding[]>;

export interface OnSuspicion {
  readonly suspicionId: string;
  readonly idempotencyKey: string;
}

/** Says who works on it, so that nobody else does. The own claim is prolonged; one that ran out is anybody's. */
export async function claimSuspicion(call: Call, input: OnSuspicion): Promise<Suspicion> {
  const key = await findSuspicion(call, input.suspicionId);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'claimSuspicion', input, async () => {
      await lockForMe(tx, call, key);
      const { claimMinutes } = await settingsInForce(tx);
      await queries.setClaim(tx, key, { by: call.actor.name, until: new Date(call.now + claimMinutes * MINUTE_MS) });
    }),
  );
  return asItIs(call, key);
}

/** Lets others work on it again. */
export async function releaseClaim(call: Call, input: OnSuspicion): Promise<Suspicion> {
  const key = await findSuspicion(call, input.suspicionId);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'releaseClaim', input, async () => {
      const { claimedBy } = await lockForMe(tx, call, key);
      if (claimedBy === null)
        throw new Refusal('CONFLICT', 'SUSPICION_NOT_CLAIMED', 'Nobody has claimed this suspicion.', ['suspicionId']);
      await queries.setClaim(tx, key, null);
    }),
  );
  return asItIs(call, key);
}

export interface DismissSuspicion extends OnSuspicion {
  readonly note: string;
}

/** The doubt was wrong: what it alone held counts again, as if it had never been held; and the record of its codes learns from it. */
export async function dismissSuspicion(call: Call, input: DismissSuspicion, foldings: FoldingsOf): Promise<Suspicion> {
  const note = checkedNote(input.note);
  const key = await findSuspicion(call, input.suspicionId);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'dismissSuspicion', input, async () => {
      await lockForMe(tx, call, key);
      const by = call.actor.name;
      await queries.decide(tx, [key], { status: 'DISMISSED', by, note, at: new Date(call.now) });
      await recordVerdicts(tx, [key], { kind: 'DISMISSED', by, note, now: call.now });
      const held = await queries.heldByThisAlone(tx, key);
      await release(tx, held, { by, note, suspicionId: key.id }, { now: call.now, foldings: await foldings(tx) });
    }),
  );
  return asItIs(call, key);
}

export interface ConfirmSuspicion extends OnSuspicion {
  readonly note: string;
}

/**
 * The doubt about orders was right; they are voided, and measures are taken, apart from it. A doubt about reviews is right once they are penalized: such as are
 * still held must be judged first, since nobody would come by them any more.
 */
export async function confirmSuspicion(call: Call, input: ConfirmSuspicion): Promise<Suspicion> {
  const note = checkedNote(input.note);
  const key = await findSuspicion(call, input.suspicionId);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'confirmSuspicion', input, async () => {
      const { kind } = await lockForMe(tx, call, key);
      if (kind !== 'BRUSHING')
        throw undecided('SUSPICION_OF_REVIEWS', 'This one is about reviews: whoever penalizes them confirms it.');
      if ((await queries.heldByThisAlone(tx, key)).length > 0)
        throw undecided('REVIEWS_HELD', 'Some of its reviews are held: penalize them first, or release them.');
      const by = call.actor.name;
      await queries.decide(tx, [key], { status: 'CONFIRMED', by, note, at: new Date(call.now) });
      await recordVerdicts(tx, [key], { kind: 'CONFIRMED', by, note, now: call.now });
    }),
  );
  return asItIs(call, key);
}

const undecided = (code: string, message: string) => new Refusal('CONFLICT', code, message, ['suspicionId']);

export interface ReleaseReview {
  readonly reviewId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** A held review counts, as if it had never been held. Nothing but a person holds it again. */
export async function releaseReview(
  call: Call,
  input: ReleaseReview,
  foldings: FoldingsOf,
): Promise<{ review: Review; receiptId: string }> {
  const note = checkedNote(input.note);
  const [merchantId, id] = idsOf('Review', input.reviewId, 'reviewId');
  const review = await call.em.findOne(Review, { merchantId, id });
  if (!review) throw new Refusal('NOT_FOUND', 'REVIEW_NOT_FOUND', 'There is no such review.', ['reviewId']);
  refuseOwnCase(call.actor, [merchantId, review.authorId], 'reviewId');
  const receiptId = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'releaseReview', input, async () => {
      const why = { by: call.actor.name, note, suspicionId: null };
      const made = await release(tx, [{ merchantId, id }], why, { now: call.now, foldings: await foldings(tx) });
      if (made) return made;
      throw new Refusal('CONFLICT', 'REVIEW_NOT_HELD', 'This review is not held.', ['reviewId']);
    }),
  );
  forgetLoaded(call);
  return { review: await call.em.findOneOrFail(Review, { merchantId, id }), receiptId };
}

/** The receipt's id; null where none of them was held any more. */
async function release(
  tx: Tx,
  keys: readonly SuspicionKey[],
  why: { readonly by: string; readonly note: string; readonly suspicionId: string | null },
  moment: { readonly now: number; readonly foldings: readonly Folding[] },
): Promise<string | null> {
  const turned = await releaseReviews(tx, { reviews: keys, by: why.by, note: why.note }, moment);
  if (!turned) return null;
  const released = new Set(turned.reviewIds);
  const rows = keys
    .filter(({ id }) => released.has(id))
    .map(({ merchantId, id }): NewHold => ({
      merchantId,
      reviewId: id,
      id: newId(moment.now),
      kind: 'RELEASED',
      suspicionId: why.suspicionId,
      actor: why.by,
      note: why.note,
      receiptId: turned.receipt.id,
      at: new Date(moment.now),
    }));
  await addHolds(tx, rows);
  return turned.receipt.id;
}

/** Open, not about the caller, and not claimed by somebody else; held until the transaction ends. */
async function lockForMe(tx: Tx, { actor, now }: Call, key: SuspicionKey): Promise<queries.HeldSuspicion> {
  const held = await queries.lockSuspicion(tx, key);
  if (!held) throw notFound();
  const own = actor.subject?.id;
  if (own != null && (await queries.isAbout(tx, key, own))) refuseOwnCase(actor, [own], 'suspicionId');
  if (held.status !== 'OPEN')
    throw new Refusal('CONFLICT', 'SUSPICION_DECIDED', 'This suspicion is decided already.', ['suspicionId']);
  if (isClaimedByOthers(held, [actor.name], now))
    throw new Refusal(
      'CONFLICT',
      'SUSPICION_CLAIMED',
      'Somebody else works on this suspicion; their claim runs out by itself.',
      ['suspicionId'],
    );
  return held;
}

/** Whether none of these people has it, but somebody else. */
export const isClaimedByOthers = (
  { claimedBy, claimedUntil }: queries.HeldSuspicion,
  people: readonly (string | null)[],
  now: number,
): boolean => claimedBy !== null && !people.includes(claimedBy) && claimedUntil!.getTime() > now;

export async function recordVerdicts(
  tx: Tx,
  keys: readonly SuspicionKey[],
  { kind, by, note, now }: { kind: VerdictKind; by: string; note: string | null; now: number },
): Promise<void> {
  if (keys.length === 0) return;
  const known = await queries.codesAgainst(tx, keys);
  const verdicts = known.map(({ merchantId, id, codes }) => ({
    merchantId,
    suspicionId: id,
    id: newId(now),
    kind,
    actor: by,
    note,
    codes,
    at: new Date(now),
  }));
  await addVerdicts(tx, verdicts);
}

async function findSuspicion({ em }: Call, globalId: string): Promise<SuspicionKey> {
  const [merchantId, id] = idsOf('Suspicion', globalId, 'suspicionId');
  if (await em.findOne(Suspicion, { merchantId, id })) return { merchantId, id };
  throw notFound();
}
const notFound = () => new Refusal('NOT_FOUND', 'SUSPICION_NOT_FOUND', 'There is no such suspicion.', ['suspicionId']);

function asItIs(call: Call, { merchantId, id }: SuspicionKey): Promise<Suspicion> {
  forgetLoaded(call);
  return call.em.findOneOrFail(Suspicion, { merchantId, id });
}
