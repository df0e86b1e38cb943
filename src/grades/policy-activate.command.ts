import { openCall, type Call } from '../access/call.ts';
import { operator } from '../access/operator.ts';
import { EXIT, type Io } from '../command.ts';
import { enterDeed } from '../db/audit.ts';
import { inTransaction } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { policyChanges } from '../scoring/policy-diff.ts';
import { parseRules, type Rules } from '../scoring/preset-rules.ts';
import { activatePolicy, shadowPolicy, type VersionName } from './activation.commands.ts';
import { buildPolicy } from './building.ts';
import { addDraft } from './drafts.commands.ts';
import { documentsOf, versionsNamed } from './policies.queries.ts';
import { rulesIn, wrongUse, type Flags } from './policy-files.ts';
import { PolicyVersion } from './policy-version.ts';
import {
  answeringNo,
  findVersion,
  fullName,
  isName,
  standingOf,
  withDatabase,
  type Session,
} from './policy-read.command.ts';

export const runActivate = ([what]: readonly string[], flags: Flags, io: Io): Promise<number> =>
  answeringNo(io, async () => {
    const note = flags['note'];
    if (typeof note !== 'string' || note.trim() === '') throw wrongUse('NOTE_MISSING', 'Say why: --note "…".');
    const from = instantFrom(flags['from'] as string | undefined);
    const rules = isName(what!) ? null : await rulesIn(what!);
    return withDatabase(async (session) => {
      const call = openCall({ ...session.database, hashSecret: session.config.hashSecret }, operator(), session.now);
      const name = rules ? await versionWith(call, rules, note) : await findVersion(session.db, what!, session.now);
      try {
        const key = newId(session.now);
        const version = flags['shadow']
          ? await shadowPolicy(call, { ...nameOnly(name), isOn: true, note, idempotencyKey: key })
          : await activatePolicy(call, { ...nameOnly(name), from, note, idempotencyKey: key });
        await finishBuilding(session, version.id, io);
        return await tell(session, call, version.id, io);
      } catch (error) {
        if (!(error instanceof Refusal) || error.kind !== 'CONFLICT') throw error;
        io.err(`${error.message}\n`);
        return EXIT.NO;
      }
    });
  });

const nameOnly = ({ subjectKind, key, version }: VersionName): VersionName => ({ subjectKind, key, version });

function instantFrom(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const at = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw wrongUse('FROM_INVALID', `--from is "${text}"; give 2026-12-01 or 2026-12-01T08:00:00Z.`);
  return new Date(at);
}

/** The version that holds these rules; made, where there is none. */
async function versionWith(call: Call, rules: Rules, note: string): Promise<VersionName> {
  const { subjectKind, key } = rules;
  const headers = await versionsNamed(call.sql, subjectKind, key);
  const documents = await documentsOf(
    call.sql,
    headers.map(({ id }) => id),
  );
  const same = documents.find(({ document }) => policyChanges(parseRules(document), rules).length === 0);
  const known = headers.find(({ id }) => id === same?.id);
  if (known) return known;
  const id = await inTransaction(call.db.pool, async (tx) => {
    const draftId = await addDraft(tx, call, rules, note);
    await enterDeed(tx, call, 'savePolicyDraft', { document: rules, note }, draftId);
    return draftId;
  });
  return call.em.findOneOrFail(PolicyVersion, { id });
}

/** As long as it takes: writers that are at work may have to end first. */
async function finishBuilding({ database }: Session, id: string, io: Io): Promise<void> {
  let isTold = false;
  while (!(await buildPolicy(database.pool, id, Date.now))) {
    if (!isTold) io.err('Waiting for those who are writing …\n');
    isTold = true;
  }
}

async function tell({ db }: Session, call: Call, id: string, io: Io): Promise<number> {
  call.em.clear();
  const { subjectKind, key } = await call.em.findOneOrFail(PolicyVersion, { id });
  const version = (await versionsNamed(db, subjectKind, key)).find((each) => each.id === id)!;
  io.out(`${fullName(version)}: ${standingOf(version, Date.now())}.\n`);
  return EXIT.DONE;
}
