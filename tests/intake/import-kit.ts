import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { inject, vi } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import type { Envelope, Outcome } from '../../src/intake/event.ts';
import type { Destination, TakeIn } from '../../src/intake/import.ts';
import type { Parts } from '../../src/intake/parts.ts';
import { runImport } from '../../src/intake/import.command.ts';
import { openDestination } from '../../src/intake/import-destination.ts';
import { HASH_SECRET, NOW } from '../kit/events.ts';

const directory = fs.mkdtempSync(path.join(inject('scratch'), 'import-'));
let files = 0;

/** A file of its own with this in it. */
export function aFile(content: string | Buffer, name = `${++files}.csv`): string {
  const file = path.join(directory, name);
  fs.writeFileSync(file, content);
  return file;
}

export const csv = (...rows: string[]): string => aFile(`${rows.join('\n')}\n`);
export const aPath = (name: string): string => path.join(directory, name);

export async function allOf(parts: Parts): Promise<Envelope[]> {
  const all: Envelope[] = [];
  for await (const envelopes of parts) all.push(...envelopes);
  return all;
}

/** Stands for the database: it keeps what it is given, and knows it again. */
export class Collector {
  readonly batches: Envelope[][] = [];
  readonly #known = new Map<string, string>();
  #last: Promise<readonly Outcome[]> = Promise.resolve([]);
  /** What to do before a batch is taken in. */
  before: (batch: number) => Promise<void> | void = () => {};
  isClosed = false;

  get envelopes(): Envelope[] {
    return this.batches.flat();
  }

  /** One after the other, as a database does; none once one has failed. */
  takeIn: TakeIn = (parts) => (this.#last = this.#last.then(() => this.#takeAll(parts)));

  async #takeAll(parts: Parts): Promise<readonly Outcome[]> {
    await this.before(this.batches.length);
    const envelopes = await allOf(parts);
    this.batches.push(envelopes);
    return envelopes.map((envelope) => this.#take(envelope));
  }

  #take({ source, id, contentHash }: Envelope): Outcome {
    const key = JSON.stringify([source, id]);
    const hash = contentHash.toString('hex');
    if (this.#known.get(key) === hash) return { status: 'DUPLICATE' };
    this.#known.set(key, hash);
    return { status: 'ACCEPTED' };
  }

  close = async (): Promise<void> => {
    this.isClosed = true;
  };
}

export interface Imported {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly summary: Record<string, unknown>; // of --json
  readonly envelopes: readonly Envelope[];
}

/** Runs the command as `credence import --json` would, but for where the rows go. */
export async function bring(
  args: readonly string[],
  destination: Destination & { readonly envelopes?: readonly Envelope[] } = new Collector(),
  stdin = '',
): Promise<Imported> {
  let out = '';
  let err = '';
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const status = await runImport([...args, '--json'], io, {
    open: async () => destination,
    stdin: Readable.from([Buffer.from(stdin)]),
  });
  const summary = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '{}');
  return { status, out, err, summary, envelopes: destination.envelopes ?? [] };
}

/** The same, with the rows taken into a database, as the command does it. What --json ends with. */
export async function bringInto(database: Database, ...args: string[]): Promise<Record<string, unknown>> {
  const destination = await destinationIn(database);
  return (await bring(args, destination)).summary;
}

/** Where the command takes rows to, in this database. */
export async function destinationIn({ url }: Database): Promise<Destination> {
  for (const name of ['CREDENCE_TOKEN_SECRET', 'CREDENCE_HASH_SECRET'])
    vi.stubEnv(name, HASH_SECRET.toString('base64url'));
  vi.stubEnv('DATABASE_URL', url);
  try {
    return await openDestination(NOW);
  } finally {
    vi.unstubAllEnvs();
  }
}

/** The rejects file's rows: line and code. */
export async function rejectsOf(args: readonly string[], collector = new Collector()): Promise<string[]> {
  const rejects = aPath(`rejects-${++files}.csv`);
  await bring([...args, '--rejects', rejects], collector);
  const [, ...rows] = fs.readFileSync(rejects, 'utf8').trimEnd().split('\n');
  return rows.map((row) => row.split(',', 2).join(' '));
}
