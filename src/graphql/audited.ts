import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { isStaff, type Actor, type Role } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { Rule } from '../access/rules.ts';
import { noteRefused, refusedIn } from '../audit/noted.ts';
import type { Refusals } from '../audit/refusals.ts';
import { deedOf, enterAudit, isEntered, markEntered } from '../db/audit.ts';
import { inTransaction } from '../db/tx.ts';

/** Whatever is asked of it, the answer is the one that owners are asked for. */
const anyRow: object = new Proxy({}, { get: () => 'own' });
const aHolder = (role: Role): Actor => {
  const subject = role === 'BUYER' || role === 'MERCHANT' ? { kind: role, externalId: 'own', id: 'own' } : null;
  return { role, name: role, subject, isFresh: true };
};
const OUTSIDE: readonly Actor[] = (['PUBLIC', 'BUYER', 'MERCHANT', 'PARTNER'] as const).map(aHolder);
const STAFF: readonly Actor[] = (['MODERATOR', 'ADMIN', 'AUDITOR'] as const).map(aHolder);

/** Some staff may, and nobody outside the house, not even of what is their own. */
export function isForStaff({ allows }: Rule): boolean {
  try {
    return STAFF.some((actor) => allows(actor, anyRow)) && !OUTSIDE.some((actor) => allows(actor, anyRow));
  } catch {
    return false; // a rule that breaks lets nobody in, and says so to each
  }
}

/** Hands over what was refused in a request. */
export const auditPlugin = (refusals: Refusals): ApolloServerPlugin<Call> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue: call }) => {
      for (const refused of refusedIn(call)) refusals.add(call, refused);
    },
  }),
});

/**
 * What staff do is entered by `once`, with the change. Here it is seen to that no mutation of theirs goes without: one that was
 * refused by its rules is noted, and one that entered nothing is entered now, late rather than never.
 */
export function withAudit(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (!resolve) continue;
    field.resolve = async (source, args: { readonly input?: Record<string, unknown> }, call: Call, info) => {
      const answer: unknown = await resolve(source, args, call, info);
      if (isStaff(call.actor)) await seeToAudit(call, name, args.input ?? {}, answer);
      return answer;
    };
  }
  return schema;
}

async function seeToAudit(call: Call, name: string, input: Record<string, unknown>, answer: unknown): Promise<void> {
  const [refusal] = (answer as { readonly userErrors?: readonly { readonly code: string }[] } | null)?.userErrors ?? [];
  if (refusal) return noteRefused(call, name, refusal.code, input);
  if (isEntered(call, name)) return;
  await inTransaction(call.db.pool, (tx) => enterAudit(tx, [deedOf(call, name, input, null)]));
  markEntered(call, name);
}
