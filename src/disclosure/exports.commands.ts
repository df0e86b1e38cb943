import { isStaff } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { pastInstant } from '../grades/instants.ts';
import { keptPolicy, policyUnknown, recentRules, retiredPolicy } from '../grades/policies.loaders.ts';
import { presetInForce } from '../grades/preset-grades.loaders.ts';
import { mustHaveLeft } from '../inquiries/meter.ts';
import { pull } from '../inquiries/pull.ts';
import { agreementOf } from '../inquiries/terms.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Level } from '../scoring/levels.ts';
import { BulkExport } from './bulk-export.ts';
import { headOf } from './changes.queries.ts';
import { BATCHES_A_READ, tellChanges } from './changes.ts';
import { addExport, cancelExport } from './exports.queries.ts';
import { holderOf } from './holder.ts';

/** So many exports of one caller may be under way. */
const SLOTS = 2;

export interface ExportQuery {
  readonly subjectKind: SubjectKind;
  readonly policy: string | null;
  readonly asOf: Date | null;
  readonly levels: readonly Level[] | null;
  readonly idempotencyKey: string;
}

/** The worker writes it. Its coordinates are fixed now. */
export const startBulkExport = async (call: Call, input: ExportQuery): Promise<BulkExport> =>
  pull(call, { operation: 'startBulkExport', subjectKinds: [input.subjectKind] }, () => start(call, input));

async function start(call: Call, input: ExportQuery): Promise<BulkExport> {
  const { subjectKind } = input;
  if (input.levels?.length === 0)
    throw new Refusal('INVALID', 'LEVELS_MISSING', 'Name levels, or leave `levels` out for all.', ['levels']);
  const asOf = pastInstant('asOf', input.asOf, call.now);
  const { policyId, isKept } = await policyFor(call, input);
  const asking = call.actor.role === 'PARTNER' ? agreementOf(call, [subjectKind], 'grades:read') : null;
  if (asking) await mustHaveLeft(call, asking);
  await tellChanges(call.db.pool, BATCHES_A_READ);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'startBulkExport', input, async () => {
      const added = {
        id: newId(call.now),
        owner: holderOf(call.actor),
        subjectKind,
        policyId,
        levels: input.levels && [...new Set(input.levels)],
        asOf: new Date(asOf),
        knownAt: new Date(call.now),
        isOfNow: isKept && asOf === call.now,
        changesAfter: (await headOf(tx)).last,
        requestedAt: new Date(call.now),
        asking,
      };
      // Each time that it fails, somebody has one slot more.
      for (let taken = 0; taken < SLOTS; taken++) if (await addExport(tx, added, SLOTS)) return added.id;
      const message = `At most ${SLOTS} exports of one caller are written at once. Wait for one of them, or cancel it.`;
      throw new Refusal('CONFLICT', 'TOO_MANY_EXPORTS', message);
    }),
  );
  return call.em.findOneOrFail(BulkExport, { id });
}

async function policyFor(
  call: Call,
  { subjectKind, policy: name }: ExportQuery,
): Promise<{ policyId: string; isKept: boolean }> {
  const { policies, presets } = await recentRules(call);
  if (presetInForce(presets, subjectKind, name, call.now))
    throw new Refusal('INVALID', 'POLICY_NOT_EXPORTED', 'Grades by the rules of a platform are not exported in bulk.', [
      'policy',
    ]);
  const kept = keptPolicy(policies, subjectKind, name, call.now, isStaff(call.actor));
  const policy = kept ?? (await retiredPolicy(call, subjectKind, name));
  if (policy) return { policyId: policy.id, isKept: kept !== undefined };
  throw policyUnknown(subjectKind, name);
}

export interface CancelBulkExport {
  readonly exportId: string;
  readonly idempotencyKey: string;
}

/** Whoever writes it stops at the next page, and its file goes. */
export async function cancelBulkExport(call: Call, input: CancelBulkExport): Promise<BulkExport> {
  const [id] = idsOf('BulkExport', input.exportId, 'exportId');
  if (!(await call.em.findOne(BulkExport, { id })))
    throw new Refusal('NOT_FOUND', 'EXPORT_NOT_FOUND', 'There is no such export.', ['exportId']);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'cancelBulkExport', input, async () => {
      if (await cancelExport(tx, id, new Date(call.now))) return;
      throw new Refusal('CONFLICT', 'EXPORT_ENDED', 'This export has ended already.', ['exportId']);
    }),
  );
  return call.em.findOneOrFail(BulkExport, { id }, { refresh: true });
}
