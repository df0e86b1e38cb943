import { isMarketplace } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { captureHold, makeHold, releaseHold } from './holds.ts';
import { holderById } from './holders.ts';
import { atTheTill } from './till.ts';
import { checkedPoints, checkedText } from './transfer.ts';
import type { EntryId } from './transfers.queries.ts';
import type { Worth } from './worth.ts';

/** How long points are held at most: longer than an order takes to be paid. */
const HOLD_MS = 7 * 86_400_000;
const LONGEST_WORD = 200; // of a purpose or a reference

export interface RedeemPoints {
  readonly holderId: string; // as the API gave it
  readonly points: number;
  readonly purpose: string;
  readonly reference: string;
  readonly idempotencyKey: string;
}

/**
 * Holds points of a merchant or a buyer, until they are captured or released. `worthOf` says what so many are worth in money, or refuses
 * to hold them; a repeat does not ask it again.
 */
export async function redeemPoints(
  call: Call,
  input: RedeemPoints,
  worthOf: (points: number) => Worth | null,
): Promise<EntryId> {
  const points = checkedPoints(input.points);
  const purpose = checkedText(input.purpose, 'purpose', LONGEST_WORD);
  const reference = checkedText(input.reference, 'reference', LONGEST_WORD);
  const holder = await holderById(call, input.holderId, 'holderId');
  if (!isMarketplace(call.actor) && call.actor.subject?.id !== holder.subjectId)
    throw new Refusal('NOT_FOUND', 'HOLDER_NOT_FOUND', 'This is nobody whose points you may use.', ['holderId']);
  const of = { points, purpose, reference, madeBy: call.actor.name };
  return atTheTill(call, 'redeemPoints', input, {
    holder,
    hold: null,
    need: points,
    run: (desk, account) =>
      idOf(makeHold(desk, account, { ...of, value: worthOf(points), expiresAt: desk.now + HOLD_MS })),
  });
}

export interface CapturePoints {
  readonly holdId: string;
  readonly points: number | null; // null: all of them
  readonly idempotencyKey: string;
}

/** Spends what is held, or part of it; the rest is given back. */
export async function capturePoints(call: Call, input: CapturePoints): Promise<EntryId> {
  const points = input.points === null ? null : checkedPoints(input.points);
  return atTheTill(call, 'capturePoints', input, {
    holder: null,
    hold: holdKey(input.holdId),
    need: 0,
    run: (desk, account, hold) => idOf(captureHold(desk, account, hold, points ?? hold.points)),
  });
}

export interface ReleasePoints {
  readonly holdId: string;
  readonly idempotencyKey: string;
}

/** Gives back what is held. */
export async function releasePoints(call: Call, input: ReleasePoints): Promise<EntryId> {
  return atTheTill(call, 'releasePoints', input, {
    holder: null,
    hold: holdKey(input.holdId),
    need: 0,
    run: (desk, account, hold) => idOf(releaseHold(desk, account, hold)),
  });
}

function holdKey(text: string): EntryId {
  const [subjectId, id] = idsOf('PointsHold', text, 'holdId');
  return { subjectId, id };
}

const idOf = ({ subjectId, id }: EntryId): EntryId => ({ subjectId, id });
