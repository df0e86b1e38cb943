import { parseArgs } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { Refusal } from '../kernel/refusal.ts';
import { newSigningKeys, rotateSigningKeys, type SigningKeys } from '../signing-keys.ts';

const HELP = `Usage: npm run -s credence -- keys show | new | rotate

  show    prints the public keys that this installation signs grades by, as /.well-known/jwks.json has them
  new     prints a new private key as a JWK Set, for CREDENCE_SIGNING_KEYS. Put it before those that are there
  rotate  makes a new key in the data directory; processes sign by it from their next start

The keys before it stay published as long as anything that they signed is valid.
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
  const [what, ...others] = positionals;
  if (others.length > 0) throw wrongUse();
  if (what === 'new') io.out(`${newSigningKeys()}\n`);
  else if (what === 'show') io.out(publicSet(readConfig().signingKeys));
  else if (what === 'rotate') io.out(publicSet(rotated()));
  else throw wrongUse();
  return EXIT.DONE;
}

function rotated(): SigningKeys {
  const { dataDir, givenSigningKeys } = readConfig();
  if (givenSigningKeys)
    throw new Refusal(
      'INVALID',
      'KEYS_GIVEN',
      'CREDENCE_SIGNING_KEYS is set: put a new key first there; `keys new` makes one.',
    );
  return rotateSigningKeys(dataDir);
}

const publicSet = ({ published }: SigningKeys): string => `${JSON.stringify({ keys: published }, null, 2)}\n`;

const wrongUse = (): Refusal => new Refusal('INVALID', 'KEYS_WHAT', 'Give one of show, new and rotate.');
