import { parseArgs } from 'node:util';
import { operator } from '../access/operator.ts';
import { carryOut } from '../cases/carry-out.ts';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { inTransaction, reader } from '../db/tx.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { VOID_GROUNDS, type VoidGround } from '../reviews/review.ts';
import { placeOfFact } from './keys.queries.ts';
import { receiptForPeople } from './void-receipt.ts';

const HELP = `Usage: npm run -s credence -- void --ground GROUND --statement TEXT REVIEW…

Makes reviews stop counting, exactly and everywhere, in one transaction, and prints the receipt: every subject that moved, before
and after. The reviews stay readable with the cause, and those concerned can appeal. Nobody is sanctioned by it.

  --ground     one of ${VOID_GROUNDS.join(', ')}
  --statement  the reason as it is told to those concerned
  REVIEW       the platform's own ids of the reviews
`;

export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ground: { type: 'string' },
      statement: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const ground = groundFrom(values.ground);
  const statement = values.statement?.trim() ?? '';
  if (statement === '') throw wrongUse('Give --statement: nobody is judged without a reason.');
  if (positionals.length === 0) throw wrongUse('Give the id of at least one review.');
  const receipt = await voidByExternalIds([...new Set(positionals)], ground, statement);
  io.out(`${JSON.stringify(receipt, null, 2)}\n`);
  return EXIT.DONE;
}

function groundFrom(text: string | undefined): VoidGround {
  const ground = VOID_GROUNDS.find((each) => each === text);
  if (ground) return ground;
  throw wrongUse(`Give --ground, one of ${VOID_GROUNDS.join(', ')}.`);
}

async function voidByExternalIds(
  externalIds: readonly string[],
  ground: VoidGround,
  statement: string,
): Promise<object> {
  const { databaseUrl, dataDir } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities: [] });
  try {
    const now = Date.now();
    await ensureDefaultPolicies(reader(database.pool), now);
    return await inTransaction(database.pool, async (tx) => {
      const reviews: { merchantId: string; id: string }[] = [];
      for (const externalId of externalIds) {
        const [place] = await placeOfFact(tx, 'review', externalId);
        if (!place) throw new Refusal('NOT_FOUND', 'REVIEW_NOT_FOUND', `There is no review ${externalId}.`);
        reviews.push(place);
      }
      const foldings = await foldingsAt(now)(tx);
      const by = { decidedBy: operator().name, approvedBy: null, note: 'By the command line.' };
      const what = { ...by, id: newId(now), reviews, ground, statement, measures: null };
      return receiptForPeople(tx, await carryOut(tx, what, { now, foldings }));
    });
  } finally {
    await database.close();
  }
}

const wrongUse = (message: string) => new Refusal('INVALID', 'USAGE', message);
