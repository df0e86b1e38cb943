import type { Call } from '../access/call.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { leaveChangedFacts } from '../evidence/changed-facts.ts';
import { changeConditions } from '../evidence/conditions.commands.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { readGlobalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { productById } from '../products/products.loaders.ts';
import type { Condition } from '../scoring/policy.ts';
import { Qualification, type QualificationStatus } from './qualification.ts';
import { addQualification, replaceQualification } from './qualifications.queries.ts';

const EARLIEST = Date.UTC(1995, 0, 1); // before there were online marketplaces
const MOST_MS_AHEAD = 50 * 366 * 86_400_000;

export interface StateQualification {
  readonly subjectId: string;
  readonly key: string;
  readonly status: QualificationStatus;
  readonly expiresAt: Date | null;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Says how it stands with a qualification of a merchant or a product. It is the last word until the next one. */
export async function stateQualification(call: Call, input: StateQualification): Promise<Qualification> {
  const note = checkedNote(input.note);
  const key = checkedKey(input.key);
  const expiresAt = checkedExpiry(input, call.now);
  const subject = await qualified(call, input.subjectId);
  refuseOwnCase(call.actor, [subject.ownerId], 'subjectId');
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'stateQualification', input, () =>
      state(tx, call, subject, { key, status: input.status, expiresAt, note }),
    ),
  );
  return call.em.findOneOrFail(Qualification, { subjectId: subject.id, id });
}

type Stated = Pick<Qualification, 'key' | 'status' | 'note'> & { readonly expiresAt: Date | null };

/** The condition of the word before is lifted; the new one's, if there is one, has its id. */
async function state(tx: Tx, { actor, now }: Call, subject: Qualified, stated: Stated): Promise<string> {
  const { id: subjectId, ownerId, kind } = subject;
  const at = new Date(now);
  const replaced = await replaceQualification(tx, subjectId, stated.key, at);
  const id = newId(now);
  await addQualification(tx, { ...stated, subjectId, id, ownerId, statedBy: actor.name, statedAt: at });
  const begun = conditionOf(stated, now);
  await changeConditions(tx, { now, foldings: await foldingsAt(now)(tx) }, new Map([[subjectId, kind]]), {
    imposed: begun ? [{ subjectId, id, ...begun, endsAt: null }] : [],
    lifted: replaced === undefined ? [] : [{ subjectId, id: replaced }],
  });
  if (begun?.code === 'QUALIFICATION_EXPIRED')
    await leaveChangedFacts(tx, now, [{ placeId: subjectId, id, kind: 'QUALIFICATION', dueAt: begun.startsAt }]);
  return id;
}

/** An expiry lies ahead as a rule: the condition is there from the start, and begins to hold then. */
function conditionOf({ status, expiresAt }: Stated, now: number): { code: Condition; startsAt: number } | null {
  if (status === 'MISSING') return { code: 'QUALIFICATION_MISSING', startsAt: now };
  return expiresAt && { code: 'QUALIFICATION_EXPIRED', startsAt: expiresAt.getTime() };
}

interface Qualified {
  readonly id: string;
  readonly ownerId: string;
  readonly kind: 'MERCHANT' | 'PRODUCT';
}

async function qualified(call: Call, text: string): Promise<Qualified> {
  const { type, ids } = readGlobalId(text, 'subjectId');
  const id = ids[0]!;
  if (type === 'Merchant' && (await merchantById(call, id))) return { id, ownerId: id, kind: 'MERCHANT' };
  const product = type === 'Product' ? await productById(call, id) : null;
  if (product) return { id, ownerId: product.merchantId, kind: 'PRODUCT' };
  if (type === 'Merchant' || type === 'Product')
    throw new Refusal('NOT_FOUND', 'SUBJECT_NOT_FOUND', 'There is no such merchant or product.', ['subjectId']);
  const message = `This is an id of type ${type}; qualifications are those of merchants and products.`;
  throw refused('ID_OF_ANOTHER_TYPE', message, 'subjectId');
}

function checkedKey(key: string): string {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(key)) return key;
  throw refused('KEY_INVALID', '`key` is a name like food-licence, of at most 63 characters.', 'key');
}

function checkedExpiry({ status, expiresAt }: StateQualification, now: number): Date | null {
  if (expiresAt === null) return null;
  if (status !== 'VALID') throw refused('EXPIRY_NOT_ALLOWED', 'Only what is VALID can expire.', 'expiresAt');
  const at = expiresAt.getTime();
  if (at >= EARLIEST && at <= now + MOST_MS_AHEAD) return expiresAt;
  throw refused('EXPIRY_OUT_OF_RANGE', '`expiresAt` lies between 1995 and fifty years ahead.', 'expiresAt');
}

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);
