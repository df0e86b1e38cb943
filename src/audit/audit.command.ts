import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { leavesFrom, readHead } from './audit.queries.ts';
import { readCheckpoint, signedCheckpoint, verifierKey } from './checkpoint.ts';
import { sequenceAudit } from './sequence.ts';
import { verifyAudit, type AuditProblem, type ChainEnd } from './verify.ts';

const HELP = `Usage: npm run -s credence -- audit verify [--checkpoint FILE] [--json]
       npm run -s credence -- audit checkpoint [--key]
       npm run -s credence -- audit export

The audit log holds what staff did and what was refused, each row linked by its hash to all before it.

  verify      reads the whole log, recomputes every hash, and names each row that was altered, removed or moved.
              Exit status 1 if there is one
  checkpoint  prints the end of the log, signed. Keep it where nobody who can write to the database can: then rows that are taken
              off the end, or a log that is made anew, are found too
  export      prints the log, a JSON object a line, in order, with the hashes

  --checkpoint FILE  what \`audit checkpoint\` printed before
  --key              prints the key with which others check checkpoints
`;

interface Flags {
  readonly checkpoint?: string;
  readonly json: boolean;
  readonly key: boolean;
}

interface Session {
  readonly database: Database;
  readonly secret: Buffer;
}

const VERBS: Readonly<Record<string, (session: Session, flags: Flags, io: Io) => Promise<number>>> = {
  verify,
  checkpoint,
  export: exportLog,
};

export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      checkpoint: { type: 'string' },
      json: { type: 'boolean', default: false },
      key: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const [name, ...rest] = positionals;
  const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb || rest.length > 0) throw wrongUse(`Give one of ${Object.keys(VERBS).join(', ')}.`);
  const { databaseUrl, dataDir, hashSecret } = readConfig();
  const limits = { statementTimeoutMs: 0 }; // a long log takes its time
  const database = await openDatabase({ url: databaseUrl, dataDir, entities: [], limits });
  try {
    return await verb({ database, secret: hashSecret }, values, io);
  } finally {
    await database.close();
  }
}

async function verify({ database, secret }: Session, { checkpoint: file, json }: Flags, io: Io): Promise<number> {
  const signed = file === undefined ? null : readCheckpoint(secret, textOf(file));
  const report = await verifyAudit(reader(database.pool), signed);
  const { size, waiting, notesTakenOut, problems } = report;
  if (json) io.out(`${JSON.stringify(report)}\n`);
  else {
    for (const problem of problems) io.out(`${sentenceOf(problem, signed)}\n`);
    const found = problems.length === 0 ? 'each is what was entered, and in its place' : `${problems.length} problems`;
    const against = signed ? ` Compared with the checkpoint at ${signed.size}.` : '';
    const notes = notesTakenOut > 0 ? ` ${notesTakenOut} notes were taken out.` : '';
    io.out(`${size} rows, and ${waiting} that wait for their place: ${found}.${against}${notes}\n`);
  }
  return problems.length === 0 ? EXIT.DONE : EXIT.NO;
}

function sentenceOf({ kind, index, eventId }: AuditProblem, signed: ChainEnd | null): string {
  const row = `Row ${index}${eventId === null ? '' : ` (${eventId})`}`;
  switch (kind) {
    case 'ALTERED':
      return `${row} was altered.`;
    case 'MISSING':
      return `${row} was removed.`;
    case 'MOVED':
      return `${row} stands where it was not entered, or its hash was made anew.`;
    case 'UNPLACED':
      return `Event ${eventId} was taken out of the chain.`;
    case 'CUT':
      return `Rows from ${index} on were taken off the end${signed ? `; the checkpoint knows ${signed.size}` : ''}.`;
    case 'REWRITTEN':
      return `The first ${index} rows are not those that were signed.`;
  }
}

async function checkpoint({ database, secret }: Session, { key }: Flags, io: Io): Promise<number> {
  if (key) {
    io.out(`${verifierKey(secret)}\n`);
    return EXIT.DONE;
  }
  await sequenceAudit(database.pool);
  io.out(signedCheckpoint(secret, await readHead(reader(database.pool))));
  return EXIT.DONE;
}

const AT_ONCE = 1_000;

async function exportLog({ database }: Session, _flags: Flags, io: Io): Promise<number> {
  await sequenceAudit(database.pool);
  const sql = reader(database.pool);
  for (let next = 0; ;) {
    const rows = await leavesFrom(sql, next, AT_ONCE);
    for (const { index, eventId, leafHash, link, event } of rows) {
      const { salt, ...told } = event ?? { salt: null };
      const at = event && new Date(event.at).toISOString();
      const hashes = { salt: hex(salt), leafHash: hex(leafHash), link: hex(link) };
      io.out(`${JSON.stringify({ index, id: eventId, ...told, ...(at && { at }), ...hashes })}\n`);
    }
    if (rows.length < AT_ONCE) return EXIT.DONE;
    next = rows.at(-1)!.index + 1;
  }
}

const hex = (bytes: Buffer | null): string | null => bytes?.toString('hex') ?? null;

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw wrongUse(`--checkpoint cannot be read: ${(error as Error).message}`);
  }
}

const wrongUse = (message: string) => new Refusal('INVALID', 'USAGE', message);
