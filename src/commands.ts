import { EXIT, type CommandModule, type Io } from './command.ts';
import { Misconfigured } from './config.ts';
import { Refusal } from './kernel/refusal.ts';

interface Command {
  readonly summary: string;
  /** Loaded when called, so that no command waits for another's packages. */
  readonly load: () => Promise<CommandModule>;
}

/** For a command that speaks line by line. */
const inLines = ({ out, err }: Io): Io => ({ out: (line) => out(`${line}\n`), err: (line) => err(`${line}\n`) });

const COMMANDS: Readonly<Record<string, Command>> = {
  token: { summary: 'print a bearer token for this installation', load: () => import('./access/token.command.ts') },
  key: { summary: 'make, list and end the API keys of machines', load: () => import('./partners/key.command.ts') },
  import: { summary: 'bring history in from files', load: () => import('./intake/import.command.ts') },
  standing: {
    summary: 'check the standings against the ledger, or rebuild them',
    load: () => import('./grades/standing.command.ts'),
  },
  void: { summary: 'make reviews stop counting', load: () => import('./intake/void.command.ts') },
  audit: {
    summary: 'check, sign and export the log of what staff did',
    load: () => import('./audit/audit.command.ts'),
  },
  policy: { summary: 'list, show, check and activate policies', load: () => import('./grades/policy.command.ts') },
  scan: {
    summary: 'look for fake reviews and brushing, and write suspicions',
    load: async () => {
      const { runScan } = await import('./integrity/scan.command.ts');
      const { foldingsAt } = await import('./grades/foldings.ts');
      return { run: (args, io) => runScan(args, io, foldingsAt) };
    },
  },
  verify: { summary: 'check a signed grade offline', load: () => import('./disclosure/verify.command.ts') },
  keys: {
    summary: 'show, make or rotate the keys that grades are signed by',
    load: () => import('./disclosure/keys.command.ts'),
  },
  points: {
    summary: "check the ledger of points, or write an account's statement",
    load: () => import('./points/points.command.ts'),
  },
  rewards: {
    summary: 'check that points were given for what facts are worth',
    load: () => import('./rewards/rewards.command.ts'),
  },
  evaluate: {
    summary: 'measure the scoring cores over a rating network; needs no database',
    load: async () => {
      const { runEvaluate } = await import('./evaluate/evaluate.ts');
      return { run: (args, io) => runEvaluate(args, inLines(io)) };
    },
  },
  simulate: {
    summary: 'try attacks on a made-up market and tell what they cost; needs no database',
    load: async () => {
      const { runSimulate } = await import('./simulate/simulate.ts');
      return { run: (args, io) => runSimulate(args, inLines(io)) };
    },
  },
};

const HELP = [
  'Usage: npm run -s credence -- COMMAND [ARGUMENT…]',
  '',
  ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`),
  '',
  'COMMAND --help tells more. Exit status: 0 done, 1 the answer is no, 2 wrong use, 3 something broke.',
  '',
].join('\n');

/** Runs one command and tells its exit status. Whatever goes wrong becomes one line that says what to do. */
export async function runCommand([name, ...args]: string[], io: Io): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') {
    io.out(HELP);
    return EXIT.DONE;
  }
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    io.err(`${name === undefined ? 'Give a command' : `There is no command "${name}"`}: ${namesOf(COMMANDS)}.\n`);
    return EXIT.WRONG_USE;
  }
  try {
    const { run } = await command.load();
    return await run(args, io);
  } catch (error) {
    return explain(error, name!, io);
  }
}

const namesOf = (table: object) => Object.keys(table).join(', ');

function explain(error: unknown, name: string, io: Io): number {
  if (error instanceof Misconfigured) {
    io.err(`${error.message}\n`);
    return EXIT.WRONG_USE;
  }
  if (isWrongUse(error)) {
    io.err(`${name}: ${firstLine(error)} See: credence ${name} --help\n`);
    return EXIT.WRONG_USE;
  }
  const isDebugging = Boolean(process.env['CREDENCE_DEBUG']);
  io.err(`${name}: ${firstLine(error)}${isDebugging ? '' : ' (CREDENCE_DEBUG=1 tells more)'}\n`);
  if (isDebugging) io.err(`${(error instanceof Error && error.stack) || String(error)}\n`);
  return EXIT.BROKEN;
}

/** A "no" to what was asked, or what `parseArgs` throws. */
function isWrongUse(error: unknown): boolean {
  if (error instanceof Refusal) return error.kind !== 'UNAVAILABLE';
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

const firstLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
