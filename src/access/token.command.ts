import { parseArgs } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { durationSeconds } from '../kernel/duration.ts';
import { Refusal } from '../kernel/refusal.ts';
import { ROLES, type Role } from './actor.ts';
import { issueToken, parseSubject } from './tokens.ts';

const HELP = `Usage: npm run -s credence -- token --role ROLE [--subject KIND:EXTERNAL_ID] [--name NAME] [--ttl 1h]

Prints a bearer token for this installation and nothing else. Whoever makes one counts as signed in at that moment: what is
sensitive, such as making API keys, asks for a token of the last 15 minutes (CREDENCE_FRESH_SIGN_IN).

  --role     one of ${ROLES.join(', ')}
  --subject  merchant:EXTERNAL_ID or buyer:EXTERNAL_ID: whom a MERCHANT or BUYER token stands for
  --name     tells one holder of a role from another: alice; of a PARTNER, which partner it is, and needed
  --ttl      how long it is good: 30s, 15m, 1h (unless told otherwise), 30d
`;

export async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      role: { type: 'string' },
      subject: { type: 'string' },
      name: { type: 'string' },
      ttl: { type: 'string', default: '1h' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const holder = {
    role: roleFrom(values.role),
    subject: values.subject === undefined ? null : parseSubject(values.subject),
    ...(values.name !== undefined && { name: values.name }),
    ttlSeconds: ttlFrom(values.ttl),
  };
  const { tokenSecret } = readConfig();
  if (!tokenSecret)
    throw new Refusal(
      'INVALID',
      'ISSUER_SET',
      'CREDENCE_JWKS_URL is set: tokens come from that issuer, and not from here.',
    );
  io.out(`${await issueToken(tokenSecret, holder, Date.now())}\n`);
  return EXIT.DONE;
}

function roleFrom(text: string | undefined): Role {
  const role = ROLES.find((each) => each === text);
  if (role) return role;
  throw new Refusal('INVALID', 'ROLE_INVALID', `Give --role, one of ${ROLES.join(', ')}.`, ['role']);
}

function ttlFrom(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds !== null) return seconds;
  throw new Refusal('INVALID', 'TTL_INVALID', `--ttl is "${text}"; give 30s, 15m, 1h or 30d.`, ['ttl']);
}
