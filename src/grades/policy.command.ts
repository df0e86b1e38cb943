import { parseArgs, type ParseArgsConfig } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { wrongUse, type Flags } from './policy-files.ts';

const HELP = `Usage: npm run -s credence -- policy VERB …

  list                          every version of every policy, and where each stands
  show NAME                     a version as JSON
  validate FILE                 whether a file holds a policy: exit status 1 and the field at fault when it does not
  diff NAME-OR-FILE NAME-OR-FILE [--locale zh-CN]
                                in what the second differs from the first, in sentences
  backtest FILE [--from DAY] [--to DAY] [--moves FILE] [--json]
                                what the file's rules would change: who would rise and fall, by how much and why, and how
                                well they foretell deals. --from: deals from this day on are foretold; --to: grades as of
                                the end of this day; --moves: a CSV of everyone whose level would change
  fit [--kind KIND] [--key KEY] [--out FILE] [--json]
                                finds prior and masses from what has happened here, says how much that gains on time that
                                was not learnt from, and proposes a policy; --out writes it to a file
  activate FILE-OR-NAME --note TEXT [--from INSTANT] [--shadow]
                                brings a file's rules into force, or a version that was before: as soon as the standings of
                                all subjects are built, or from an instant on. --shadow: keeps standings, grades nobody

NAME is [KIND/]KEY[@VERSION]: without @VERSION the one in force. KIND is MERCHANT unless given, where several kinds of subject
have a policy of this key.
`;

type Options = NonNullable<ParseArgsConfig['options']>;

/** What a verb takes, and the module that does it; loaded when called. */
interface Verb {
  readonly takes: string; // as wrong use is told of
  readonly count: number; // arguments
  readonly options: Options;
  readonly load: () => Promise<(names: readonly string[], flags: Flags, io: Io) => Promise<number>>;
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const VERBS: Readonly<Record<string, Verb>> = {
  list: { takes: 'list', count: 0, options: {}, load: async () => (await import('./policy-read.command.ts')).list },
  show: {
    takes: 'show NAME',
    count: 1,
    options: {},
    load: async () => (await import('./policy-read.command.ts')).show,
  },
  validate: {
    takes: 'validate FILE',
    count: 1,
    options: {},
    load: async () => (await import('./policy-read.command.ts')).validate,
  },
  diff: {
    takes: 'diff NAME-OR-FILE NAME-OR-FILE',
    count: 2,
    options: { locale: TEXT },
    load: async () => (await import('./policy-read.command.ts')).diff,
  },
  backtest: {
    takes: 'backtest FILE',
    count: 1,
    options: { from: TEXT, to: TEXT, moves: TEXT, json: FLAG },
    load: async () => (await import('./policy-backtest.command.ts')).runBacktest,
  },
  fit: {
    takes: 'fit',
    count: 0,
    options: { kind: TEXT, key: TEXT, out: TEXT, json: FLAG },
    load: async () => (await import('./policy-fit.command.ts')).runFit,
  },
  activate: {
    takes: 'activate FILE-OR-NAME --note TEXT',
    count: 1,
    options: { note: TEXT, from: TEXT, shadow: FLAG },
    load: async () => (await import('./policy-activate.command.ts')).runActivate,
  },
};

export async function run(args: string[], io: Io): Promise<number> {
  const [name = '', ...rest] = args;
  if (args.includes('--help') || args.includes('-h')) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb)
    throw wrongUse(
      'VERB_UNKNOWN',
      `Give ${Object.values(VERBS)
        .map(({ takes }) => takes)
        .join(', ')}.`,
    );
  const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: verb.options });
  if (positionals.length !== verb.count) throw wrongUse('ARGUMENTS_WRONG', `It is: policy ${verb.takes}.`);
  const work = await verb.load();
  return work(positionals, values as Flags, io);
}
