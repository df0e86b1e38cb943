/** Writes the exports that wait in a database, as the worker does; a process of its own, so that its memory can be told. */
import { openDatabase } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { writeExports } from '../../src/disclosure/exports.job.ts';
import { installationFrom } from '../../src/installation.ts';
import { newSigningKeys, signingKeysFrom } from '../../src/signing-keys.ts';

const [url, dataDir] = process.argv.slice(2);
const database = await openDatabase({ url: url!, dataDir: dataDir!, entities: [], migrate: false });
const installation = installationFrom({
  publicUrl: 'https://credit.example',
  host: 'localhost',
  port: 0,
  signingKeys: signingKeysFrom(newSigningKeys()),
  hashSecret: Buffer.alloc(32),
  dataDir: dataDir!,
  credentialSeconds: 3600,
  exportSeconds: 3600,
});
const startedAt = performance.now();
await writeExports(database.pool, installation, Date.now).run(Date.now(), new AbortController().signal);
const seconds = (performance.now() - startedAt) / 1000;
const [row] = await reader(database.pool).query<object>(
  '',
  `select written, bytes from bulk_export where status = 'DONE'`,
);
await database.close();
process.stdout.write(`${JSON.stringify({ seconds, written: 0, bytes: 0, ...row })}\n`);
