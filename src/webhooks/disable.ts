import { enterAudit } from '../db/audit.ts';
import type { Tx } from '../db/tx.ts';
import type { Log } from '../log.ts';
import { countDisabled } from '../telemetry/metrics.ts';
import { disableEndpoint } from './endpoints.queries.ts';
import type { DisabledReason } from './webhook-endpoint.ts';

/** By the house itself. What waits goes on waiting; its owner sees why, and whoever runs the house sees it in log, metrics and audit log. */
export async function disableTold(
  tx: Tx,
  endpointId: string,
  reason: DisabledReason,
  now: number,
  log: Log,
): Promise<void> {
  if (!(await disableEndpoint(tx, endpointId, new Date(now), reason))) return;
  await enterAudit(tx, [
    {
      at: now,
      actor: 'HOUSE',
      role: null,
      operation: 'webhook.endpoint.disabled',
      subjects: [`WebhookEndpoint:${endpointId}`],
      details: { reason },
      note: null,
      outcome: 'DONE',
      code: null,
      times: 1,
      madeId: null,
      input: undefined,
      requestId: null,
    },
  ]);
  log.warn({ webhookEndpoint: endpointId, reason }, 'a webhook endpoint was disabled');
  countDisabled(reason);
}
