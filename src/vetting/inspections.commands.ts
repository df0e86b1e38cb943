import type { Call } from '../access/call.ts';
import { forgetLoaded } from '../access/loader.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { isLive, liveEntries, openBooks, saveBooks } from '../evidence/books.ts';
import { enter, reverse, type Ledger } from '../evidence/ledger.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { productById } from '../products/products.loaders.ts';
import { kindOf } from '../scoring/kinds.ts';
import { ABOUT_NO_DEAL } from '../scoring/posting.ts';
import { Inspection, type InspectionFinding } from './inspection.ts';
import { annul, insertInspection } from './inspections.queries.ts';

const EARLIEST = Date.UTC(1995, 0, 1); // before there were online marketplaces

const KIND: Readonly<Record<InspectionFinding, number>> = {
  FAILED: kindOf('MERCHANT', 'INSPECTION_FAILED').code,
  COUNTERFEIT: kindOf('MERCHANT', 'COUNTERFEIT_PROVEN').code,
};

export interface RecordInspection {
  readonly merchantId: string; // as the API gave it; so too the product's
  readonly productId: string | null;
  readonly finding: InspectionFinding;
  readonly inspectedAt: Date | null; // now, unless given
  readonly note: string;
  readonly idempotencyKey: string;
}

/** What an inspection found counts against the merchant from the day of the inspection on. */
export async function recordInspection(call: Call, input: RecordInspection): Promise<Inspection> {
  const note = checkedNote(input.note);
  const inspectedAt = checkedInstant(input.inspectedAt, call.now);
  const [merchantId] = idsOf('Merchant', input.merchantId, 'merchantId');
  if (!(await merchantById(call, merchantId)))
    throw new Refusal('NOT_FOUND', 'MERCHANT_NOT_FOUND', 'There is no such merchant.', ['merchantId']);
  refuseOwnCase(call.actor, [merchantId], 'merchantId');
  const productId = await productOf(call, merchantId, input.productId);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'recordInspection', input, async () => {
      const made = newId(call.now);
      const ledger = await booksOf(tx, call, merchantId);
      enterFinding(ledger, { merchantId, id: made, finding: input.finding, inspectedAt });
      await saveBooks(tx, ledger, call.now, 'FACTS');
      const { finding } = input;
      const recorded = { recordedBy: call.actor.name, recordedAt: new Date(call.now) };
      await insertInspection(tx, { merchantId, id: made, productId, finding, inspectedAt, note, ...recorded });
      return made;
    }),
  );
  return call.em.findOneOrFail(Inspection, { merchantId, id });
}

export interface AnnulInspection {
  readonly inspectionId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** It was wrong: it counts no more, exactly as if it had never been, and stays on record with the reason. */
export async function annulInspection(call: Call, input: AnnulInspection): Promise<Inspection> {
  const note = checkedNote(input.note);
  const [merchantId, id] = idsOf('Inspection', input.inspectionId, 'inspectionId');
  if (!(await call.em.findOne(Inspection, { merchantId, id })))
    throw new Refusal('NOT_FOUND', 'INSPECTION_NOT_FOUND', 'There is no such inspection.', ['inspectionId']);
  refuseOwnCase(call.actor, [merchantId], 'inspectionId');
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'annulInspection', input, async () => {
      const ledger = await booksOf(tx, call, merchantId);
      if (!(await annul(tx, { merchantId, id }, { by: call.actor.name, note, at: new Date(call.now) })))
        throw new Refusal('CONFLICT', 'INSPECTION_ANNULLED', 'This inspection is annulled already.', ['inspectionId']);
      const known = await liveEntries(tx, [{ subjectId: merchantId, factId: id }]);
      for (const entry of (known.get(id)?.last ?? []).filter(isLive)) reverse(ledger, entry);
      await saveBooks(tx, ledger, call.now, 'VOID');
    }),
  );
  forgetLoaded(call);
  return call.em.findOneOrFail(Inspection, { merchantId, id }, { refresh: true });
}

const booksOf = async (tx: Tx, { now }: Call, merchantId: string): Promise<Ledger> =>
  openBooks(tx, await foldingsAt(now)(tx), {
    subjects: new Map([[merchantId, 'MERCHANT']]),
    pairs: [],
    days: [],
    reviewers: [],
  });

function enterFinding(
  ledger: Ledger,
  { merchantId, id, finding, inspectedAt }: Pick<Inspection, 'merchantId' | 'id' | 'finding' | 'inspectedAt'>,
): void {
  enter(ledger, {
    subjectId: merchantId,
    factId: id,
    kind: KIND[finding],
    revision: 0,
    occurredAt: inspectedAt.getTime(),
    ...ABOUT_NO_DEAL,
    sign: 1,
  });
}

async function productOf(call: Call, merchantId: string, given: string | null): Promise<string | null> {
  if (given === null) return null;
  const [id] = idsOf('Product', given, 'productId');
  const product = await productById(call, id);
  if (product?.merchantId === merchantId) return id;
  throw new Refusal('NOT_FOUND', 'PRODUCT_NOT_FOUND', 'This merchant has no such product.', ['productId']);
}

function checkedInstant(given: Date | null, now: number): Date {
  const at = given?.getTime() ?? now;
  if (at >= EARLIEST && at <= now) return new Date(at);
  throw new Refusal('INVALID', 'TIME_OUT_OF_RANGE', '`inspectedAt` lies between 1995 and now.', ['inspectedAt']);
}
