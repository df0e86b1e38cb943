import os from 'node:os';
import path from 'node:path';
import { installationFrom, type Installation } from '../../src/installation.ts';
import { newSigningKeys, signingKeysFrom } from '../../src/signing-keys.ts';
import { HASH_SECRET } from './events.ts';

/** An installation with a key of its own. Its files lie where `dataDir` says. */
export const anInstallation = (dataDir = path.join(os.tmpdir(), 'credence-none')): Installation =>
  installationFrom({
    publicUrl: 'https://credit.example',
    host: 'localhost',
    port: 0,
    signingKeys: signingKeysFrom(newSigningKeys()),
    hashSecret: HASH_SECRET,
    dataDir,
    credentialSeconds: 86_400,
    exportSeconds: 86_400,
    areLocalWebhooksAllowed: true,
  });
