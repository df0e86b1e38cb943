import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import type { Tx } from '../../src/db/tx.ts';

/** A statement that writes, with what it wrote. */
interface Write {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly rows?: string | Buffer; // of a COPY
}

const WRITES = /^\s*(insert|update|delete)\b|\b(insert into|delete from)\b|\bupdate \S+ (\S+ )?set\b/;

/** The transaction, with all that it writes written down. */
export const recording = (tx: Tx, writes: Write[]): Tx => ({
  ...tx,
  query: (name, text, values = []) => {
    if (WRITES.test(text)) writes.push({ name, text, values });
    return tx.query(name, text, values);
  },
  copy: (text, rows) => {
    if (typeof rows === 'function')
      throw new Error('rows that are written down as they are sent cannot be written down here');
    writes.push({ name: '', text, rows });
    return tx.copy(text, rows);
  },
});

/** Writes the same again, in one transaction. */
export async function writeAgain(pool: pg.Pool, writes: readonly Write[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const { name, text, values, rows } of writes) {
      if (rows !== undefined) await finished(client.query(from(text)).end(rows));
      else await client.query({ ...(name && { name }), text, values: [...values!] });
    }
    await client.query('commit');
  } finally {
    client.release();
  }
}
