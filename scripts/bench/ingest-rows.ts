import { writeFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../../src/db/tx.ts';
import { Rejection } from '../../src/intake/checks.ts';
import { parseCloudEvent } from '../../src/intake/cloud-events.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { takeIn } from '../../src/intake/take-in.ts';
import type { Events } from './events.ts';

type Value = string | number | boolean | null | { readonly binary: string } | readonly unknown[];

/** A statement that writes, as it can be written down. */
interface Write {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly Value[];
  readonly rows?: { readonly binary: string }; // of a COPY
}

/** The rows that requests lead to: they are taken in here, one after the other, and what was written of each is written down. */
export async function writeDownRows(pool: Pool, requests: readonly Events[], file: string): Promise<void> {
  const written: [string, Write[]][] = [];
  for (const events of requests) {
    const now = Date.now();
    const envelopes = events.map((event) => {
      const parsed = parseCloudEvent(event, now);
      if (parsed instanceof Rejection) throw new Error(JSON.stringify(parsed));
      return parsed;
    });
    const writes: Write[] = [];
    await inTransaction(pool, async (tx) => {
      writes.length = 0; // it may be done again
      await takeIn(recording(tx, writes), envelopes, intakeAt(Buffer.alloc(32, 1), now));
    });
    written.push([String(events[0]!['id']), writes]);
  }
  writeFileSync(file, JSON.stringify(written));
}

const recording = (tx: Tx, writes: Write[]): Tx => ({
  ...tx,
  query: (name, text, values = []) => {
    if (!/^\s*(with|select)\b/.test(text)) writes.push({ name, text, values: values.map(written) });
    return tx.query(name, text, values);
  },
  copy: (text, rows) => {
    if (typeof rows === 'function')
      throw new Error('rows that are written down as they are sent cannot be written down here');
    writes.push({ text, rows: { binary: Buffer.from(rows).toString('base64') } });
    return tx.copy(text, rows);
  },
  copyNew: (text, rows) => {
    writes.push({ text, rows: { binary: rows.toString('base64') } });
    return tx.copyNew(text, rows);
  },
});

const written = (value: unknown): Value => {
  if (Buffer.isBuffer(value)) return { binary: value.toString('base64') };
  return value instanceof Date ? value.toISOString() : (value as Value);
};
