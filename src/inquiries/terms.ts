import { lacksScope } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { Scope } from '../access/scopes.ts';
import { isPurpose, PURPOSES, type Purpose, type Terms } from '../access/terms.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** Who asks, and what for. */
export interface Asking {
  readonly partnerId: string;
  readonly purpose: Purpose;
}

/** With what the partner may. */
export interface Agreement extends Asking {
  readonly terms: Terms;
}

const refused = (code: string, message: string) => new Refusal('FORBIDDEN', code, message);

/** Refused where the partner that calls may not take out grades of all these kinds, or does not say what for. It asks no database. */
export function agreementOf({ actor, purpose }: Call, kinds: readonly SubjectKind[], scope?: Scope): Agreement {
  const { partnerId, terms } = actor;
  if (partnerId === undefined || !terms)
    throw refused(
      'PARTNER_UNKNOWN',
      'This token names no partner. Use an API key, or a token in the name of a partner.',
    );
  if (scope && lacksScope(actor, scope))
    throw refused('SCOPE_MISSING', `This API key is not good for ${scope}. Use one that has this scope.`);
  const odd = kinds.find((kind) => !terms.subjectKinds.includes(kind));
  if (odd !== undefined)
    throw refused(
      'SUBJECT_KIND_FORBIDDEN',
      `You may not ask about a ${odd}: your terms say ${terms.subjectKinds.join(', ')}.`,
    );
  return { partnerId, terms, purpose: agreedPurpose(purpose, terms) };
}

const HELP = `Say what you ask for, by the header Credence-Purpose, one of ${PURPOSES.join(', ')}.`;

function agreedPurpose(given: string | null, { purposes }: Terms): Purpose {
  const text = given?.trim() ?? '';
  if (text === '') throw refused('PURPOSE_MISSING', HELP);
  if (!isPurpose(text)) throw new Refusal('INVALID', 'PURPOSE_UNKNOWN', HELP);
  if (purposes.includes(text)) return text;
  const said = purposes.length > 0 ? `say ${purposes.join(', ')}` : 'allow for no purpose any more';
  throw refused('PURPOSE_FORBIDDEN', `You may not ask for ${text}: your terms ${said}.`);
}
