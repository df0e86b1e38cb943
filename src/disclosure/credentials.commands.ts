import type { Call } from '../access/call.ts';
import { installationOf } from '../installation.ts';
import { loader } from '../access/loader.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { gradeOfSubject, ruledBy, type Gradable } from '../grades/grade.ts';
import { pulled } from '../inquiries/pull.ts';
import { globalId, idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { gradeClaims, wholeSecond, type StatedGrade } from './credential.ts';
import { insertCredentials, lockCredential, revokeOne } from './credentials.queries.ts';
import { holderOf } from './holder.ts';
import { promiseUntil, signCredential } from './signing.ts';
import { takePlaces } from './status-places.ts';

/** A grade that was signed. */
export interface GradeCredential {
  readonly id: string;
  readonly jwt: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
}

interface Asked {
  readonly subject: Gradable;
  readonly grade: StatedGrade;
}

/** The subject's grade as it is now, signed. Each call makes one of its own. */
export async function gradeCredential(call: Call, subject: Gradable, policy: string | null): Promise<GradeCredential> {
  const asked = { operation: 'Subject.gradeCredential', taken: 'CREDENTIAL', policy, policyOf: ruledBy } as const;
  const grade = await pulled(call, subject, asked, () => gradeOfSubject(call, subject, { policy }));
  return (await issued(call, { subject, grade }))!.credential;
}

/** Those of one moment are issued in one transaction. */
const issued = loader(
  (call: Call, asked: readonly Asked[]) => issue(call, asked),
  ({ asked }: { asked: Asked; credential: GradeCredential }) => asked,
);

async function issue(call: Call, asked: readonly Asked[]): Promise<{ asked: Asked; credential: GradeCredential }[]> {
  const installation = installationOf(call);
  const validFrom = wholeSecond(call.now);
  const validUntil = validFrom + installation.credentialMs;
  await promiseUntil(call.sql, installation, call.now, validUntil);
  const rows = await inTransaction(call.db.pool, async (tx) => {
    const places = await takePlaces(tx, asked.length, call.now, new Date(validUntil));
    const made = asked.map(({ subject, grade }, i) => ({
      subjectId: subject.id,
      id: newId(call.now),
      subjectKind: subject.kind,
      policyId: grade.policy.id,
      level: grade.level,
      ...places[i]!,
    }));
    const times = { issuedAt: new Date(call.now), validUntil: new Date(validUntil) };
    await insertCredentials(tx, made, { holder: holderOf(call.actor), ...times });
    return made;
  });
  return Promise.all(
    asked.map(async (each, i) => {
      const { subjectId, id: own, listId, place } = rows[i]!;
      const id = globalId('GradeCredential', subjectId, own);
      const toSign = { id, ...each, status: { listId, place }, validFrom, validUntil };
      const jwt = await signCredential(installation, gradeClaims(installation.url, toSign));
      return { asked: each, credential: { id, jwt, validFrom: new Date(validFrom), validUntil: new Date(validUntil) } };
    }),
  );
}

export interface RevokeGradeCredential {
  readonly credentialId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

export interface Revoked {
  readonly credentialId: string;
  readonly revokedAt: Date;
}

/** From now on it is in its status list; a verifier that has an older copy of the list learns of it when that ends. */
export async function revokeGradeCredential(call: Call, input: RevokeGradeCredential): Promise<Revoked> {
  const note = checkedNote(input.note);
  const [subjectId, id] = idsOf('GradeCredential', input.credentialId, 'credentialId');
  const { revokedAt } = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'revokeGradeCredential', input, async () => {
      const found = await lockCredential(tx, subjectId, id);
      if (!found) throw refused('NOT_FOUND', 'CREDENTIAL_NOT_FOUND', 'There is no such signed grade.');
      if (found.revokedAt) throw refused('CONFLICT', 'CREDENTIAL_REVOKED', 'This signed grade is revoked already.');
      if (found.validUntil.getTime() <= call.now)
        throw refused('CONFLICT', 'CREDENTIAL_EXPIRED', 'This signed grade has expired: there is nothing to revoke.');
      await revokeOne(tx, subjectId, id, { at: new Date(call.now), by: call.actor.name, note });
      return { revokedAt: call.now };
    }),
  );
  return { credentialId: input.credentialId, revokedAt: new Date(revokedAt) };
}

const refused = (kind: 'NOT_FOUND' | 'CONFLICT', code: string, message: string) =>
  new Refusal(kind, code, message, ['credentialId']);
