import { EXIT, type Io } from '../command.ts';
import { readConfig, type Config } from '../config.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { reader, type Reader } from '../db/tx.ts';
import { SUBJECT_KINDS } from '../kernel/subject.ts';
import { policyChanges } from '../scoring/policy-diff.ts';
import { parseRules, type Rules } from '../scoring/preset-rules.ts';
import { ensureDefaultPolicies } from './policies.commands.ts';
import { allHeaders, documentsOf, type PolicyHeader } from './policies.queries.ts';
import { NoPolicy, rulesIn, wrongUse, type Flags } from './policy-files.ts';
import { PolicyVersion, stateAt } from './policy-version.ts';

type Names = readonly string[];

export const list = (_: Names, __: Flags, io: Io): Promise<number> =>
  withDatabase(async ({ db, now }) => {
    const rows = (await allHeaders(db)).map((version): [string, string] => [
      fullName(version),
      standingOf(version, now),
    ]);
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, state] of rows) io.out(`${name.padEnd(width)}  ${state}\n`);
    return EXIT.DONE;
  });

export const show = ([name]: Names, _: Flags, io: Io): Promise<number> =>
  withDatabase(async ({ db, now }) => {
    const { id } = await findVersion(db, name!, now);
    const [found] = await documentsOf(db, [id]);
    io.out(`${JSON.stringify(found!.document, null, 2)}\n`);
    return EXIT.DONE;
  });

export const validate = ([file]: Names, _: Flags, io: Io): Promise<number> =>
  answeringNo(io, async () => {
    const { key, subjectKind } = await rulesIn(file!);
    io.out(`${file}: a valid policy, "${key}", for a ${subjectKind}.\n`);
    return EXIT.DONE;
  });

export const diff = (names: Names, { locale }: Flags, io: Io): Promise<number> =>
  answeringNo(io, async () => {
    const [before, after] = [await rulesNamed(names[0]!), await rulesNamed(names[1]!)];
    if (before.subjectKind !== after.subjectKind)
      throw wrongUse('KINDS_DIFFER', `One grades a ${before.subjectKind}, the other a ${after.subjectKind}.`);
    const changes = policyChanges(before, after);
    for (const { sentence } of changes) io.out(`${sentence(locale as string | undefined)}\n`);
    if (changes.length === 0) io.out('They are the same.\n');
    return EXIT.DONE;
  });

const rulesNamed = async (nameOrFile: string): Promise<Rules> => {
  if (!isName(nameOrFile)) return rulesIn(nameOrFile);
  return withDatabase(async ({ db, now }) => {
    const { id } = await findVersion(db, nameOrFile, now);
    return parseRules((await documentsOf(db, [id]))[0]!.document);
  });
};

const NAME = /^(?:([A-Z]+)\/)?([a-z][a-z0-9-]*)(?:@([1-9]\d{0,8}))?$/;

/** Whether it names a version, and not a file: files of policies have an ending. */
export const isName = (text: string): boolean => NAME.test(text);

export const fullName = ({
  subjectKind,
  key,
  version,
}: Pick<PolicyHeader, 'subjectKind' | 'key' | 'version'>): string => `${subjectKind}/${key}@${version}`;

/** Where a version stands, for people. */
export function standingOf(version: PolicyHeader, now: number): string {
  const { activeFrom, activeUntil } = version;
  const until = activeUntil ? `, until ${activeUntil.toISOString()}` : '';
  switch (stateAt(version, now)) {
    case 'IN_FORCE':
      return `in force since ${activeFrom!.toISOString()}${until}`;
    case 'ANNOUNCED':
      return `in force from ${activeFrom!.toISOString()}${until}`;
    case 'RETIRED':
      return `in force until ${activeUntil!.toISOString()}`;
    case 'BUILDING':
      return 'being built';
    case 'SHADOW':
      return 'running along, unseen';
    case 'PROPOSED':
      return 'proposed: another person must agree';
    case 'DRAFT':
      return 'draft';
  }
}

export async function findVersion(db: Reader, name: string, now: number): Promise<PolicyHeader> {
  const [, kind, key, version] = NAME.exec(name) ?? [];
  if (key === undefined) throw wrongUse('POLICY_NAME_INVALID', `"${name}" is not [KIND/]KEY[@VERSION].`);
  const found = (await allHeaders(db))
    .filter((each) => each.key === key && (kind === undefined || each.subjectKind === kind))
    .filter((each) => (version ? each.version === Number(version) : stateAt(each, now) === 'IN_FORCE'))
    .toSorted((a, b) => SUBJECT_KINDS.indexOf(a.subjectKind) - SUBJECT_KINDS.indexOf(b.subjectKind));
  if (found[0]) return found[0];
  throw wrongUse(
    'POLICY_UNKNOWN',
    `There is no policy "${name}"${version ? '' : ' in force'}; \`policy list\` tells which there are.`,
  );
}

/** A file that holds no policy is an answer, and no wrong use. */
export async function answeringNo(io: Io, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NoPolicy)) throw error;
    io.err(`${error.message}\n`);
    return EXIT.NO;
  }
}

export interface Session {
  readonly database: Database;
  readonly db: Reader;
  readonly config: Config;
  readonly now: number;
}

/** Opens the installation's database for as long as `work` takes. */
export async function withDatabase<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const config = readConfig();
  const { databaseUrl: url, dataDir } = config;
  const limits = { statementTimeoutMs: 0 }; // a large ledger takes its time
  const database = await openDatabase({ url, dataDir, entities: [PolicyVersion], limits });
  try {
    const [db, now] = [reader(database.pool), Date.now()];
    await ensureDefaultPolicies(db, now);
    return await work({ database, db, config, now });
  } finally {
    await database.close();
  }
}
