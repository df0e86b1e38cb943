import type { ActorSubject } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { isKnownSubject } from '../access/subjects.queries.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { readGlobalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { AccountFreeze, type FreezeGround } from './freeze.ts';
import { addFreeze, endFreeze } from './freezes.queries.ts';

export interface FreezeSubject {
  readonly subjectId: string;
  readonly ground: FreezeGround;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** From its next call on the account changes nothing; what it had begun before ends as it would have. */
export async function freezeSubject(call: Call, input: FreezeSubject): Promise<AccountFreeze> {
  const note = checkedNote(input.note);
  const subject = await findSubject(call, input.subjectId);
  const { ground } = input;
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'freezeSubject', input, async () => {
      const by = { frozenBy: call.actor.name, frozenAt: new Date(call.now) };
      const freeze = { subjectId: subject.id, id: newId(call.now), subjectKind: subject.kind, ground, note, ...by };
      if (await addFreeze(tx, freeze)) return freeze.id;
      throw new Refusal('CONFLICT', 'ALREADY_FROZEN', 'This account is frozen already.', ['subjectId']);
    }),
  );
  return call.em.findOneOrFail(AccountFreeze, { subjectId: subject.id, id });
}

export interface UnfreezeSubject {
  readonly subjectId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

export async function unfreezeSubject(call: Call, input: UnfreezeSubject): Promise<AccountFreeze> {
  const note = checkedNote(input.note);
  const subject = await findSubject(call, input.subjectId);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'unfreezeSubject', input, async () => {
      const ended = await endFreeze(tx, subject.id, { at: new Date(call.now), by: call.actor.name, note });
      if (ended !== undefined) return ended;
      throw new Refusal('CONFLICT', 'NOT_FROZEN', 'This account is not frozen.', ['subjectId']);
    }),
  );
  return call.em.findOneOrFail(AccountFreeze, { subjectId: subject.id, id });
}

const KINDS: Readonly<Record<string, ActorSubject['kind']>> = { Merchant: 'MERCHANT', Buyer: 'BUYER' };

async function findSubject({ sql }: Call, text: string): Promise<{ kind: ActorSubject['kind']; id: string }> {
  const { type, ids } = readGlobalId(text, 'subjectId');
  const kind = KINDS[type];
  if (!kind)
    throw new Refusal('INVALID', 'SUBJECT_WITHOUT_ACCOUNT', 'Only merchants and buyers have an account.', [
      'subjectId',
    ]);
  const [id] = ids as [string];
  if (await isKnownSubject(sql, kind, id)) return { kind, id };
  throw new Refusal('NOT_FOUND', 'SUBJECT_NOT_FOUND', 'There is no such merchant or buyer.', ['subjectId']);
}
