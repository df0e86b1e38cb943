import type { Tx } from '../db/tx.ts';
import { globalId } from '../kernel/global-id.ts';
import { policyNames, reviewNames, subjectNames, type NoteRow } from './fan-out.queries.ts';
import type { ToldKind } from './event-types.ts';

/** A subject as messages name it: by the API's id and by the platform's own. */
export interface NamedSubject {
  readonly kind: ToldKind;
  readonly id: string;
  readonly externalId: string;
}

/** What notes name by our own ids, named as those outside know it. Looked up for many notes at once. */
export interface Names {
  readonly subject: (id: unknown) => NamedSubject | null;
  readonly policy: (id: unknown) => { readonly key: string; readonly version: number } | null;
  readonly review: (id: unknown) => string | null;
}

const TYPE_OF = { MERCHANT: 'Merchant', BUYER: 'Buyer', PRODUCT: 'Product' } as const;

export async function namesFor(tx: Tx, notes: readonly NoteRow[]): Promise<Names> {
  const all = (key: string): string[] => [
    ...new Set(notes.flatMap(({ payload }) => (typeof payload[key] === 'string' ? [payload[key]] : []))),
  ];
  const ids = [...new Set([...notes.map(({ subjectId }) => subjectId), ...all('productId')])];
  const subjects = new Map((await subjectNames(tx, ids)).map((each) => [each.id, each]));
  const policyIds = all('policyId');
  const policies = new Map(
    (policyIds.length > 0 ? await policyNames(tx, policyIds) : []).map((each) => [each.id, each]),
  );
  const voided = notes.flatMap(({ subjectId, payload: { reviewId } }) =>
    typeof reviewId === 'string' ? [{ merchantId: subjectId, id: reviewId }] : [],
  );
  const reviews = new Map((voided.length > 0 ? await reviewNames(tx, voided) : []).map((each) => [each.id, each]));
  return {
    subject: (id) => {
      const found = subjects.get(id as string);
      return found
        ? { kind: found.kind, id: globalId(TYPE_OF[found.kind], found.id), externalId: found.externalId }
        : null;
    },
    policy: (id) => {
      const found = policies.get(id as string);
      return found ? { key: found.key, version: found.version } : null;
    },
    review: (id) => reviews.get(id as string)?.externalId ?? null,
  };
}
