import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { reader, type Reader } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { SUBJECT_KINDS } from '../kernel/subject.ts';
import { parsePolicy } from '../scoring/parse-policy.ts';
import { ensureDefaultPolicies } from './policies.commands.ts';
import { allHeaders, documentsOf, type PolicyHeader } from './policies.queries.ts';

const HELP = `Usage: npm run -s credence -- policy list
       npm run -s credence -- policy show [KIND/]KEY[@VERSION]
       npm run -s credence -- policy validate FILE

  list      every version of every policy, and which are in force
  show      a version as JSON: without @VERSION the one in force. KIND is MERCHANT unless given, where
            several kinds of subject have a policy of this key
  validate  whether a file holds a policy: exit status 1 and the field at fault when it does not
`;

export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const [verb, subject, ...rest] = positionals;
  if (rest.length > 0) throw wrongUse('TOO_MANY_ARGUMENTS', `"${rest[0]}" is one argument too many.`);
  if (verb === 'list' && subject === undefined) return list(io);
  if (verb === 'show' && subject !== undefined) return show(subject, io);
  if (verb === 'validate' && subject !== undefined) return validate(subject, io);
  throw wrongUse('VERB_UNKNOWN', 'Give list, show KEY or validate FILE.');
}

const list = (io: Io): Promise<number> =>
  withPolicies(async (db) => {
    const now = Date.now();
    const rows = (await allHeaders(db)).map((version): [string, string] => [
      `${version.subjectKind}/${version.key}@${version.version}`,
      stateOf(version, now),
    ]);
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, state] of rows) io.out(`${name.padEnd(width)}  ${state}\n`);
    return EXIT.DONE;
  });

function stateOf({ activeFrom, activeUntil }: PolicyHeader, now: number): string {
  if (!activeFrom) return 'draft';
  if (activeFrom.getTime() > now) return `in force from ${activeFrom.toISOString()}`;
  if (activeUntil && activeUntil.getTime() <= now) return `in force until ${activeUntil.toISOString()}`;
  return `in force since ${activeFrom.toISOString()}`;
}

const show = (name: string, io: Io): Promise<number> =>
  withPolicies(async (db) => {
    const { id } = await findVersion(db, name);
    const [found] = await documentsOf(db, [id]);
    io.out(`${JSON.stringify(found!.document, null, 2)}\n`);
    return EXIT.DONE;
  });

const NAME = /^(?:([A-Z]+)\/)?([^@/]+)(?:@([1-9]\d{0,8}))?$/;

async function findVersion(db: Reader, name: string): Promise<PolicyHeader> {
  const [, kind, key, version] = NAME.exec(name) ?? [];
  if (key === undefined) throw wrongUse('POLICY_NAME_INVALID', `"${name}" is not [KIND/]KEY[@VERSION].`);
  const now = Date.now();
  const found = (await allHeaders(db))
    .filter((each) => each.key === key && (kind === undefined || each.subjectKind === kind))
    .filter((each) => (version ? each.version === Number(version) : stateOf(each, now).startsWith('in force since')))
    .toSorted((a, b) => SUBJECT_KINDS.indexOf(a.subjectKind) - SUBJECT_KINDS.indexOf(b.subjectKind));
  if (found[0]) return found[0];
  throw wrongUse(
    'POLICY_UNKNOWN',
    `There is no policy "${name}"${version ? '' : ' in force'}; \`policy list\` tells which there are.`,
  );
}

async function validate(file: string, io: Io): Promise<number> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw wrongUse('FILE_UNREADABLE', `${file} cannot be read: ${error.message}.`);
  });
  try {
    const { key, subjectKind } = parsePolicy(JSON.parse(text));
    io.out(`${file}: a valid policy, "${key}", for a ${subjectKind}.\n`);
    return EXIT.DONE;
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
    io.err(`${file}: ${error.message}\n`);
    return EXIT.NO;
  }
}

const wrongUse = (code: string, message: string) => new Refusal('INVALID', code, message);

/** Opens the installation's database for as long as `work` takes. */
async function withPolicies(work: (db: Reader) => Promise<number>): Promise<number> {
  const { databaseUrl, dataDir } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities: [] });
  try {
    const db = reader(database.pool);
    await ensureDefaultPolicies(db, Date.now());
    return await work(db);
  } finally {
    await database.close();
  }
}
