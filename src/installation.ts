import { hkdfSync } from 'node:crypto';
import path from 'node:path';
import { Refusal } from './kernel/refusal.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What an installation is to those outside. */
export interface Installation {
  /** Where it is found, without a slash at its end: https://credit.example. What it signs names it so. */
  readonly url: string;
  readonly signingKeys: SigningKeys;
  /** Keys the signatures of download links. */
  readonly linkSecret: Buffer;
  /** For how long a signed grade is good. */
  readonly credentialMs: number;
  /** Where files for partners lie until they are fetched, and for how long. */
  readonly exportDir: string;
  readonly exportMs: number;
  readonly webhooks: {
    /** Seals the secrets that sign them. */
    readonly sealKey: Buffer;
    /** This very machine may be told, and over plain HTTP. */
    readonly isLocalAllowed: boolean;
    /** The addresses of a name; the system's own answer, unless given. */
    readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  };
}

interface Told {
  readonly publicUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly signingKeys: SigningKeys;
  readonly hashSecret: Buffer;
  readonly dataDir: string;
  readonly credentialSeconds: number;
  readonly exportSeconds: number;
  readonly areLocalWebhooksAllowed?: boolean;
}

export const installationFrom = (told: Told): Installation => ({
  url: (told.publicUrl ?? `http://${told.host}:${told.port}`).replace(/\/+$/, ''),
  signingKeys: told.signingKeys,
  linkSecret: derived(told, 'credence download links'),
  credentialMs: told.credentialSeconds * 1000,
  exportDir: path.join(told.dataDir, 'exports'),
  exportMs: told.exportSeconds * 1000,
  webhooks: {
    sealKey: derived(told, 'credence webhook secrets'),
    isLocalAllowed: told.areLocalWebhooksAllowed ?? false,
  },
});

const derived = ({ hashSecret }: Told, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', hashSecret, '', purpose, 32));

/** A call, as far as this needs it. */
interface Opened {
  readonly db: { readonly installation?: Installation };
}

/** Refused where this process was started without one. */
export function installationOf({ db }: Opened): Installation {
  if (db.installation) return db.installation;
  throw new Refusal('UNAVAILABLE', 'NOTHING_SIGNED_HERE', 'This server has no keys to sign with.');
}
