import { parseArgs } from 'node:util';
import { openCall, type Call } from '../access/call.ts';
import { operator } from '../access/operator.ts';
import { SCOPES, type KeyRole } from '../access/scopes.ts';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { globalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { ApiKey } from './api-key.ts';
import { createApiKey, revokeApiKey, rotateApiKey, type KeyWithSecret } from './keys.commands.ts';
import { apiKeysByPage, secretsOf } from './keys.loaders.ts';
import { Partner } from './partner.ts';
import { createPartner } from './partners.commands.ts';

const HELP = `Usage: npm run -s credence -- key VERB …

  create --role PLATFORM|PARTNER --name NAME --scopes SCOPE,… --note TEXT [--partner NAME [--new-partner]]
         [--addresses RANGE,…] [--days 365]
                        makes an API key for a machine and prints it: now or never, for only its hash is kept
  list                  every key: its id, whose it is, what it is good for, until when, when it was last used
  rotate ID --note TEXT [--overlap-hours 24]
                        gives a key a new secret and prints it; the one before stays good for the overlap
  revoke ID --note TEXT ends a key at once and for good

  --scopes       some of ${SCOPES.join(', ')}
  --partner      whose machine it is: a PARTNER key needs it. --new-partner lets that partner in first
  --addresses    from where it may be used, such as 192.0.2.0/24; from anywhere, if not given
  --days         how long a secret is good: 1 to 730
`;

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  role: TEXT,
  name: TEXT,
  scopes: TEXT,
  note: TEXT,
  partner: TEXT,
  'new-partner': { type: 'boolean' },
  addresses: TEXT,
  days: TEXT,
  'overlap-hours': TEXT,
  help: { type: 'boolean', short: 'h' },
} as const;
type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
type Verb = (call: Call, id: string, flags: Flags, io: Io) => Promise<void>;

const VERBS: Readonly<Record<string, { readonly takesId: boolean; readonly run: Verb }>> = {
  create: { takesId: false, run: create },
  list: { takesId: false, run: list },
  rotate: { takesId: true, run: rotate },
  revoke: { takesId: true, run: revoke },
};

export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const [name = '', ...ids] = positionals;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) throw wrongUse('VERB_UNKNOWN', 'Give create, list, rotate ID or revoke ID.');
  if (ids.length !== (verb.takesId ? 1 : 0))
    throw wrongUse('ARGUMENTS_WRONG', `It is: key ${name}${verb.takesId ? ' ID' : ''}.`);
  return withCall(async (call) => {
    try {
      await verb.run(call, ids[0] ?? '', values, io);
      return EXIT.DONE;
    } catch (error) {
      if (!(error instanceof Refusal) || !['CONFLICT', 'NOT_FOUND'].includes(error.kind)) throw error;
      io.err(`${error.message}\n`);
      return EXIT.NO;
    }
  });
}

async function create(call: Call, _: string, flags: Flags, io: Io): Promise<void> {
  const made = await createApiKey(call, {
    role: roleFrom(flags.role),
    partnerId: flags.partner === undefined ? null : await partnerNamed(call, flags.partner, flags),
    name: flags.name ?? '',
    scopes: listFrom(flags.scopes),
    allowedAddresses: listFrom(flags.addresses),
    lifetimeDays: numberFrom('days', flags.days ?? '365'),
    note: flags.note ?? '',
    idempotencyKey: newId(call.now),
  });
  tell(made, io);
}

async function rotate(call: Call, apiKeyId: string, flags: Flags, io: Io): Promise<void> {
  const overlapHours = numberFrom('overlap-hours', flags['overlap-hours'] ?? '24');
  const input = { apiKeyId, overlapHours, note: flags.note ?? '', idempotencyKey: newId(call.now) };
  tell(await rotateApiKey(call, input), io);
}

/** The secret alone on standard output, so that it can be piped to where it is kept. */
function tell({ apiKey, secret }: KeyWithSecret, io: Io): void {
  io.err(`Key ${globalId('ApiKey', apiKey.id)} (${apiKey.name}). Keep what follows: it is not shown again.\n`);
  io.out(`${secret}\n`);
}

async function revoke(call: Call, apiKeyId: string, flags: Flags, io: Io): Promise<void> {
  const { name } = await revokeApiKey(call, { apiKeyId, note: flags.note ?? '', idempotencyKey: newId(call.now) });
  io.out(`${name}: revoked.\n`);
}

async function list(call: Call, _: string, __: Flags, io: Io): Promise<void> {
  for (let after: string | null = null, isMore = true; isMore;) {
    const page = await apiKeysByPage(call, { first: 100, after });
    for (const key of page.nodes) io.out(`${await lineOf(call, key)}\n`);
    ({ endCursor: after, hasNextPage: isMore } = page.pageInfo);
  }
}

async function lineOf(call: Call, key: ApiKey): Promise<string> {
  const [secret] = await secretsOf(call, key.id);
  const expiresAt = secret!.expiresAt;
  const isGood = expiresAt.getTime() > call.now;
  const state = key.revokedAt
    ? `revoked ${key.revokedAt.toISOString()}`
    : `${isGood ? 'good until' : 'expired'} ${expiresAt.toISOString()}`;
  const used = key.lastUsedAt ? `last used ${key.lastUsedAt.toISOString()}` : 'never used';
  return [globalId('ApiKey', key.id), key.role, key.name, secret!.prefix, key.scopes.join(','), state, used].join('  ');
}

async function partnerNamed(call: Call, name: string, flags: Flags): Promise<string> {
  const found = await call.em.findOne(Partner, { name: name.trim() });
  if (found) return globalId('Partner', found.id);
  if (!flags['new-partner'])
    throw wrongUse('PARTNER_NOT_FOUND', `There is no partner "${name}"; --new-partner lets it in.`);
  const asked = { name, terms: null, note: flags.note ?? '', idempotencyKey: newId(call.now) };
  const { id } = await createPartner(call, asked);
  return globalId('Partner', id);
}

function roleFrom(text: string | undefined): KeyRole {
  if (text === 'PLATFORM' || text === 'PARTNER') return text;
  throw wrongUse('ROLE_INVALID', 'Give --role PLATFORM or --role PARTNER: people sign in instead.');
}

function numberFrom(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw wrongUse('NUMBER_INVALID', `--${name} is "${text}"; give a whole number.`);
}

const listFrom = (text = ''): string[] => text.split(',').flatMap((each) => each.trim() || []);

const wrongUse = (code: string, message: string) => new Refusal('INVALID', code, message);

async function withCall<T>(work: (call: Call) => Promise<T>): Promise<T> {
  const { databaseUrl: url, dataDir, hashSecret } = readConfig();
  const database = await openDatabase({ url, dataDir, entities: [ApiKey, Partner] });
  try {
    return await work(openCall({ ...database, hashSecret }, operator(), Date.now()));
  } finally {
    await database.close();
  }
}
