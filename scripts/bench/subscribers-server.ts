import { openDatabase } from '../../src/db/database.ts';
import { entities } from '../../src/entities.ts';
import { openLog } from '../../src/log.ts';
import { startServer } from '../../src/server.ts';

/** An API process of its own over the database that is named, for `subscribers.ts`. It says where it listens, and ends when told to. */
const [url, most] = process.argv.slice(2) as [string, string];
const secret = Buffer.alloc(32, 1);
const database = await openDatabase({ url, dataDir: '', entities, migrate: false });
const server = await startServer(
  {
    isProduction: true,
    host: '127.0.0.1',
    port: 0,
    tokenSecret: secret,
    hashSecret: secret,
    maxSubscriptions: Number(most),
    maxSubscriptionsOfACaller: Number(most),
  },
  database,
  openLog('warn'),
);
process.stdout.write(`${server.address}\n`);
process.once('SIGTERM', () => void server.stop().then(() => database.close()));
