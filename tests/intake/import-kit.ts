import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import type { Envelope, Outcome } from '../../src/intake/event.ts';
import type { TakeIn } from '../../src/intake/import.ts';
import { runImport } from '../../src/intake/import.command.ts';
import { intakeAt, takeInBatch } from '../../src/intake/intake.ts';
import { HASH_SECRET, NOW } from '../kit/events.ts';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-import-test-'));
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));
let files = 0;

/** A file of its own with this in it. */
export function aFile(content: string | Buffer, name = `${++files}.csv`): string {
  const file = path.join(directory, name);
  fs.writeFileSync(file, content);
  return file;
}

export const csv = (...rows: string[]): string => aFile(`${rows.join('\n')}\n`);
export const aPath = (name: string): string => path.join(directory, name);

/** Stands for the database: it keeps what it is given, and knows it again. */
export class Collector {
  readonly batches: Envelope[][] = [];
  readonly #known = new Map<string, string>();
  /** What to do before a batch is taken in. */
  before: (batch: number) => Promise<void> | void = () => {};
  isClosed = false;

  get envelopes(): Envelope[] {
    return this.batches.flat();
  }

  takeIn: TakeIn = async (envelopes) => {
    await this.before(this.batches.length);
    this.batches.push([...envelopes]);
    return envelopes.map((envelope) => this.#take(envelope));
  };

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
export async function bring(args: readonly string[], collector = new Collector(), stdin = ''): Promise<Imported> {
  let out = '';
  let err = '';
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const status = await runImport([...args, '--json'], io, {
    open: async () => collector,
    stdin: Readable.from([Buffer.from(stdin)]),
  });
  const summary = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '{}');
  return { status, out, err, summary, envelopes: collector.envelopes };
}

/** The same, with the rows taken into a database. What --json ends with. */
export async function bringInto({ pool }: Database, ...args: string[]): Promise<Record<string, unknown>> {
  await ensureDefaultPolicies(reader(pool), NOW);
  const intake = intakeAt(HASH_SECRET, NOW);
  const collector = new Collector();
  collector.takeIn = (envelopes) => takeInBatch(pool, envelopes, intake);
  return (await bring(args, collector)).summary;
}

/** The rejects file's rows: line and code. */
export async function rejectsOf(args: readonly string[], collector = new Collector()): Promise<string[]> {
  const rejects = aPath(`rejects-${++files}.csv`);
  await bring([...args, '--rejects', rejects], collector);
  const [, ...rows] = fs.readFileSync(rejects, 'utf8').trimEnd().split('\n');
  return rows.map((row) => row.split(',', 2).join(' '));
}
