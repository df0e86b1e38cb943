import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export type SecretName = 'tokenSecret' | 'hashSecret';

const SECRET_BYTES = 32;

/** This installation's own secrets, made on first use. */
export function keptSecrets(dataDir: string): Record<SecretName, Buffer> {
  const file = path.join(dataDir, 'secrets.json');
  if (!fs.existsSync(file)) make(file);
  const kept = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  return { tokenSecret: secretFrom(kept, 'tokenSecret', file), hashSecret: secretFrom(kept, 'hashSecret', file) };
}

/** Whole or not at all; of two processes that start at once the first to link its file wins, and both read that one. */
function make(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const unfinished = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const fresh = () => randomBytes(SECRET_BYTES).toString('base64url');
  const text = JSON.stringify({ tokenSecret: fresh(), hashSecret: fresh() }, null, 2);
  fs.writeFileSync(unfinished, `${text}\n`, { mode: 0o600, flush: true });
  try {
    fs.linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(unfinished);
  }
}

function secretFrom(kept: Record<string, unknown>, name: SecretName, file: string): Buffer {
  const text = kept[name];
  const secret = Buffer.from(typeof text === 'string' ? text : '', 'base64url');
  if (secret.length >= SECRET_BYTES) return secret;
  throw new Error(`${file} has no ${name}. Mend it, or delete it: then all tokens end and hashes start anew.`);
}
