import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { Refusal } from '../kernel/refusal.ts';
import { instantOf, DAY_MS } from './checks-time.ts';
import { importRows, type Destination } from './import.ts';
import { ProgressBar } from './import-progress.ts';
import { isSameFile, Rejects } from './import-rejects.ts';
import { reportAsJson, reportAsText } from './import-report.ts';
import type { Mapping } from './mapping.ts';
import { loadMapping, SHIPPED } from './mapping-files.ts';
import { Inputs } from './readers-files.ts';
import { openReading } from './readers-open.ts';

const HELP = `Usage: npm run -s credence -- import --mapping NAME_OR_FILE FILE… [--rejects rejects.csv] [--until ISO_DATE] [--earn-points] [--json]

Brings history in. It may be stopped and run again at any time: what is here already counts as a duplicate.
The exit status is 1 when every row was rejected.

  --mapping  which column is what: ${SHIPPED.join(', ')}, or the path of a JSON file (see src/intake/README.md)
  --rejects  where to list the rows that are not taken, with line, code and message
  --until    leave out what happened later: 2018-06-30 (to the end of that day, UTC) or 2018-06-30T12:00:00Z
  --earn-points  what is brought in earns and costs points, by the rules of when it happened; unless given, it does not
  --json     end with one line of JSON: read, accepted, duplicates, rejected, seconds
  FILE       CSV, or JSON lines for events; plain or gzip; - is standard input
`;

/** 128 + SIGINT, by custom: neither done nor broken. */
const INTERRUPTED = 130;

export interface ImportDoor {
  /** Opens where the rows go, once all arguments are found to be right. */
  readonly open: (now: number, earns: boolean) => Promise<Destination>;
  readonly stdin: Readable;
}

export const run = (args: string[], io: Io): Promise<number> =>
  runImport(args, io, {
    open: async (now, earns) => (await import('./import-destination.ts')).openDestination(now, earns),
    stdin: process.stdin,
  });

export async function runImport(args: string[], io: Io, door: ImportDoor): Promise<number> {
  const wish = wishOf(args);
  if (wish === 'HELP') {
    io.out(HELP);
    return EXIT.DONE;
  }
  const inputs = await Inputs.open(wish.files, door.stdin);
  try {
    return await bringIn(inputs, wish, io, door);
  } finally {
    inputs.close();
  }
}

async function bringIn(inputs: Inputs, wish: Wish, io: Io, door: ImportDoor): Promise<number> {
  const now = Date.now();
  const startedAt = performance.now();
  const readings = inputs.files.map((input) => openReading(input, wish.mapping));
  for (const { input, unused } of readings) if (unused.length > 0) io.err(ignoring(input.name, unused));
  const rejects = new Rejects(wish.rejects);
  const destination = await door.open(now, wish.earns);
  const bar = process.stderr.isTTY ? new ProgressBar(io.err, () => performance.now()) : null;
  const { signal, release } = interruption(io);
  try {
    const result = await importRows(readings, destination.takeIn, {
      now,
      until: wish.until,
      onRejected: (rejected) => rejects.add(rejected),
      onProgress: (progress) => bar?.show(progress),
      signal,
    });
    bar?.clear();
    const report = { result, rejects, seconds: (performance.now() - startedAt) / 1000 };
    io.out(wish.isJson ? reportAsJson(report) : reportAsText(report, wish.rejects));
    if (result.isInterrupted) return INTERRUPTED;
    return result.rejected > 0 && result.accepted + result.duplicates === 0 ? EXIT.NO : EXIT.DONE;
  } finally {
    release();
    bar?.clear();
    rejects.close();
    await destination.close();
  }
}

interface Wish {
  readonly mapping: Mapping;
  readonly files: readonly string[];
  readonly rejects: string | null;
  readonly until: number; // ms since 1970
  readonly earns: boolean; // points
  readonly isJson: boolean;
}

function wishOf(args: string[]): Wish | 'HELP' {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      rejects: { type: 'string' },
      until: { type: 'string' },
      'earn-points': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'HELP';
  if (values.mapping === undefined)
    throw wrongUse('mapping', `Give --mapping: one of ${SHIPPED.join(', ')}, or the path of a JSON file.`);
  if (files.length === 0) throw wrongUse('file', 'Give at least one file, or - for standard input.');
  const rejects = values.rejects ?? null;
  const endangered = rejects === null ? undefined : files.find((file) => isSameFile(rejects, file));
  if (endangered !== undefined)
    throw wrongUse('rejects', `--rejects would overwrite ${endangered}, which is to be read.`);
  return {
    mapping: loadMapping(values.mapping),
    files,
    rejects,
    until: untilFrom(values.until),
    earns: values['earn-points'],
    isJson: values.json,
  };
}

/** A bare date means to its end. */
function untilFrom(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const at = instantOf(text, { zoneMs: 0 });
  if (Number.isNaN(at)) throw wrongUse('until', `--until is "${text}"; give a date such as 2018-06-30.`);
  return text.length === 10 ? at + DAY_MS - 1 : at;
}

/** The first Ctrl-C lets the batch at work finish; the second ends the program as usual. */
function interruption(io: Io): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const stop = () => {
    io.err('\nFinishing the batch at work; press Ctrl-C again to stop at once.\n');
    controller.abort();
    release();
  };
  const release = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return { signal: controller.signal, release };
}

const ignoring = (file: string, columns: readonly string[]) =>
  `${file}: the mapping does not use the ${columns.length === 1 ? 'column' : 'columns'} ${columns.join(', ')}.\n`;

const wrongUse = (field: string, message: string) => new Refusal('INVALID', 'USAGE', message, [field]);
