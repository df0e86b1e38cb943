import { createHash } from 'node:crypto';
import type { Refusal } from '../kernel/refusal.ts';
import { AUDITED_ROLES, deedOf, enterAudit, markEntered, type Doer } from './audit.ts';
import { columns } from './columns.ts';
import { checkKey, keyReused } from './once.ts';
import { sortedJson } from './sorted-json.ts';
import type { Tx } from './tx.ts';

/** By what the answer to a call is kept. */
interface Key {
  readonly holder: string;
  readonly operation: string;
  readonly key: string;
}

/** A call that is to be done once for its key. */
export interface KeyedCall extends Key {
  readonly fingerprint: Buffer;
  readonly doer: Doer;
  readonly input: Readonly<Record<string, unknown>>;
}

export function keyedCall(
  doer: Doer,
  operation: string,
  { idempotencyKey, ...input }: { readonly idempotencyKey: string },
): KeyedCall {
  checkKey(idempotencyKey);
  markEntered(doer, operation);
  const fingerprint = createHash('sha256').update(sortedJson(input)).digest();
  return { holder: doer.actor.name, operation, key: idempotencyKey, fingerprint, doer, input };
}

export const nameOf = ({ holder, operation, key }: Key): string => JSON.stringify([holder, operation, key]);

type Outcome = { readonly answer: unknown } | { readonly refusal: Refusal };

/**
 * What `once` does, for many calls in one transaction; no two of them have the same key. `work` gets those that are new, and gives
 * the outcome of each in the same order. A refusal leaves nothing behind, so that its key can be used again. What staff do
 * is entered in the audit log with it.
 */
export async function onceEach<Call extends KeyedCall>(
  tx: Tx,
  calls: readonly Call[],
  now: number,
  work: (fresh: readonly Call[]) => Promise<readonly Outcome[]>,
): Promise<Map<Call, Outcome>> {
  const outcomes = new Map<Call, Outcome>();
  let open = calls.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)); // so that two batches never wait for each other
  const fresh: Call[] = [];
  while (open.length > 0) {
    const claimed = await claim(tx, open, now);
    fresh.push(...open.filter((call) => claimed.has(nameOf(call))));
    open = open.filter((call) => !claimed.has(nameOf(call)));
    const kept = await find(tx, open);
    for (const call of open) {
      const before = kept.get(nameOf(call));
      if (before)
        outcomes.set(
          call,
          before.fingerprint.equals(call.fingerprint) ? { answer: before.answer } : { refusal: keyReused() },
        );
    }
    open = open.filter((call) => !outcomes.has(call)); // swept away in between
  }
  const done = fresh.length > 0 ? await work(fresh) : [];
  const answered = fresh.flatMap((call, i) => {
    const outcome = done[i]!;
    return 'answer' in outcome ? [{ ...call, answer: outcome.answer }] : [];
  });
  const byStaff = answered.filter(({ doer }) => AUDITED_ROLES.includes(doer.actor.role ?? ''));
  await enterAudit(
    tx,
    byStaff.map((call) => deedOf(call.doer, call.operation, call.input, call.answer)),
  );
  await keep(tx, answered);
  await unclaim(
    tx,
    fresh.filter((_, i) => 'refusal' in done[i]!),
  );
  fresh.forEach((call, i) => outcomes.set(call, done[i]!));
  return outcomes;
}

const names = (calls: readonly Key[]): string[] =>
  columns(
    calls,
    ({ holder }) => holder,
    ({ operation }) => operation,
    ({ key }) => key,
  );

async function claim(tx: Tx, calls: readonly KeyedCall[], now: number): Promise<Set<string>> {
  const rows = await tx.query<Key>(
    'once-each.claim',
    `insert into keyed_call (actor, operation, key, fingerprint, created_at)
     select *, $5 from unnest($1::text[], $2::text[], $3::text[], $4::bytea[])
     on conflict do nothing returning actor as holder, operation, key`,
    [...names(calls), ...columns(calls, ({ fingerprint }) => fingerprint), new Date(now)],
  );
  return new Set(rows.map(nameOf));
}

async function find(
  tx: Tx,
  calls: readonly Key[],
): Promise<Map<string, { readonly fingerprint: Buffer; readonly answer: unknown }>> {
  if (calls.length === 0) return new Map();
  const rows = await tx.query<Key & { fingerprint: Buffer; answer: unknown }>(
    'once-each.find',
    `select actor as holder, operation, key, fingerprint, answer from keyed_call
      where (actor, operation, key) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
    names(calls),
  );
  return new Map(rows.map((row) => [nameOf(row), row]));
}

async function keep(tx: Tx, calls: readonly (Key & { readonly answer: unknown })[]): Promise<void> {
  if (calls.length === 0) return;
  await tx.query(
    'once-each.keep',
    `update keyed_call c set answer = kept.answer
       from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) as kept (actor, operation, key, answer)
      where c.actor = kept.actor and c.operation = kept.operation and c.key = kept.key`,
    [...names(calls), ...columns(calls, ({ answer }) => JSON.stringify(answer ?? null))],
  );
}

async function unclaim(tx: Tx, calls: readonly Key[]): Promise<void> {
  if (calls.length === 0) return;
  await tx.query(
    'once-each.unclaim',
    `delete from keyed_call
      where (actor, operation, key) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
    names(calls),
  );
}
