import fs from 'node:fs';
import { parseArgs } from 'node:util';
import type { JWK } from 'jose';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { Refusal } from '../kernel/refusal.ts';
import { verifyCredential, type Verdict } from './verify.ts';

const HELP = `Usage: npm run -s credence -- verify FILE [--keys jwks.json] [--status FILE]… [--issuer URL] [--at INSTANT] [--json]

Checks a signed grade (a JWT in FILE; - for standard input) offline. Exit status: 0 it holds, 1 it does not, and why.

  --keys    the issuer's public keys, from its /.well-known/jwks.json; this installation's own, if not given
  --status  a status list as it was fetched from the address that the grade names. Without it nothing is said of revocations
  --issuer  whose it must be
  --at      the moment that counts, such as 2026-11-21T10:00:00Z; now, if not given
  --json    one JSON object: valid, code, message, and what it states
`;

export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      keys: { type: 'string' },
      status: { type: 'string', multiple: true, default: [] },
      issuer: { type: 'string' },
      at: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw wrong('FILE_MISSING', 'Give one file: the signed grade.');
  const verdict = await verifyCredential(textOf(file), {
    keys: values.keys === undefined ? [...ownKeys()] : keysIn(values.keys),
    at: values.at === undefined ? Date.now() : instantFrom(values.at),
    lists: values.status.map(textOf),
    issuer: values.issuer ?? null,
  });
  io.out(values.json ? `${JSON.stringify(inJson(verdict))}\n` : inWords(verdict));
  return verdict.isValid ? EXIT.DONE : EXIT.NO;
}

const ownKeys = (): readonly JWK[] => readConfig().signingKeys.published.map((key) => ({ ...key }));

function keysIn(file: string): JWK[] {
  try {
    const { keys } = JSON.parse(textOf(file)) as { keys?: unknown };
    if (Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null)) return keys as JWK[];
  } catch (error) {
    if (error instanceof Refusal) throw error;
  }
  throw wrong('KEYS_INVALID', `${file} is no JWK Set: {"keys":[…]}.`);
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw wrong('FILE_UNREADABLE', `${file} cannot be read: ${(error as Error).message}`);
  }
}

function instantFrom(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw wrong('INSTANT_INVALID', `--at is "${text}"; give an instant such as 2026-11-21T10:00:00Z.`);
  return at;
}

const wrong = (code: string, message: string): Refusal => new Refusal('INVALID', code, message);

function inJson(verdict: Verdict): object {
  if (!verdict.isValid) return { valid: false, code: verdict.fault, message: verdict.message };
  const { claims, isStatusChecked } = verdict;
  const { id, issuer, validFrom, validUntil, credentialSubject } = claims;
  return {
    valid: true,
    revocationChecked: isStatusChecked,
    id,
    issuer,
    validFrom,
    validUntil,
    grade: credentialSubject,
  };
}

function inWords(verdict: Verdict): string {
  if (!verdict.isValid) return `${verdict.fault}: ${verdict.message}\n`;
  const { issuer, validUntil, credentialSubject: grade } = verdict.claims;
  const status = verdict.isStatusChecked
    ? 'It is not revoked.'
    : 'Whether it was revoked was not checked: give --status.';
  const { kind, externalId, level, score, asOf } = grade;
  const stated = `${String(kind)} ${String(externalId)}: ${String(level)}${score === undefined ? '' : ` (${JSON.stringify(score)})`}`;
  return `It holds. ${stated}, as of ${String(asOf)}, says ${issuer}; valid until ${validUntil}. ${status}\n`;
}
