import { enterAudit, type AuditEntry } from '../../src/db/audit.ts';
import { inTransaction } from '../../src/db/tx.ts';
import type { Database } from '../../src/db/database.ts';
import { newId } from '../../src/kernel/ids.ts';
import { NOW } from '../kit/events.ts';

export const anEntry = (but: Partial<AuditEntry> = {}): AuditEntry => ({
  at: NOW,
  actor: 'ADMIN:alice',
  role: 'ADMIN',
  operation: 'activatePolicy',
  subjects: [`Merchant:${newId(NOW)}`],
  details: { version: 3, subjectKind: 'MERCHANT', share: 0.25 },
  note: 'As agreed.',
  outcome: 'DONE',
  code: null,
  times: 1,
  madeId: null,
  input: { version: 3, note: 'As agreed.' },
  requestId: 'r-1',
  ...but,
});

/** Enters so many, each a millisecond after the one before. */
export const enterMany = ({ pool }: Database, count: number): Promise<void> =>
  inTransaction(pool, (tx) =>
    enterAudit(
      tx,
      Array.from({ length: count }, (_, i) => anEntry({ at: NOW + i })),
    ),
  );
