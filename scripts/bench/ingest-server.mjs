// This house's API as `main.ts` starts it, without the worker beside it: what it does later, of whatever was taken in, is no part of taking in.
import { openDatabase } from '../../dist/db/database.js';
import { entities } from '../../dist/entities.js';
import { openLog } from '../../dist/log.js';
import { startServer } from '../../dist/server.js';

const secret = Buffer.alloc(32, 1);
const database = await openDatabase({ url: process.env.DATABASE_URL, dataDir: '', entities, migrate: false });
const port = Number(process.env.PORT);
const settings = { isProduction: true, host: '127.0.0.1', port, tokenSecret: secret, hashSecret: secret };
const server = await startServer(settings, database, openLog('silent'));
process.once('SIGTERM', () => void server.stop().then(() => database.close()));
