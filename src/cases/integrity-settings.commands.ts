import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import type { IntegritySettings } from '../integrity/integrity-settings.ts';
import { checkedSettings } from '../integrity/settings-checks.ts';
import { putSettings, settingsRow, voidsMore, type SettingsRow } from '../integrity/settings.commands.ts';
import { settingsInForce } from '../integrity/settings.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { proposable } from '../sanctions/approval.ts';
import { Proposal } from '../sanctions/proposal.ts';

export interface SetIntegritySettings {
  readonly document: unknown;
  readonly note: string;
  readonly idempotencyKey: string;
}

/**
 * From now on doubt is weighed so. Where reviews or orders might be voided without a person that were not before, it is proposed: what one person may not
 * decide about many reviews at once, that person cannot have a scan decide either.
 */
export async function setIntegritySettings(
  call: Call,
  input: SetIntegritySettings,
): Promise<{ settings: SettingsRow | null; proposal: Proposal | null }> {
  const note = checkedNote(input.note);
  const document = checkedSettings(input.document);
  const proposalId = await inTransaction(call.db.pool, (tx) =>
    once<string | null>(tx, call, 'setIntegritySettings', input, async () => {
      if (voidsMore(await settingsInForce(tx), document))
        return proposed.propose(tx, call, { input: document, summary: SUMMARY, note });
      await putSettings(tx, document, { note, setBy: call.actor.name }, call.now);
      return null;
    }),
  );
  if (proposalId === null) return { settings: await settingsRow(call), proposal: null };
  return { settings: null, proposal: await call.em.findOneOrFail(Proposal, { id: proposalId }) };
}

const SUMMARY = 'Lets scans void reviews or orders by themselves that they did not void before, or sooner.';

const proposed = proposable<IntegritySettings>(
  'SET_INTEGRITY_SETTINGS',
  async (tx, call, { input, note, proposedBy }) => {
    if (call.actor.role !== 'ADMIN')
      throw new Refusal('FORBIDDEN', 'ADMIN_NEEDED', 'To such settings another ADMIN must agree.', ['proposalId']);
    await putSettings(tx, input, { note, setBy: proposedBy }, call.now);
    return [];
  },
  (document) => ({ document }),
);
