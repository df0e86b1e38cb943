import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { entities } from '../../src/entities.ts';
import { onServer, urlOn } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A server on which tests may make databases. */
    serverUrl: string;
    /** Its database that the migrations have built, for cloning. */
    template: string;
    /** A directory for files; it goes when the run ends, however many processes its tests shared. */
    scratch: string;
  }
}

/** One throw-away cluster for the whole run, or the server of TEST_DATABASE_URL; on it the template. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { serverUrl, stop } = await aServer();
  const template = `credence_template_${process.pid}_${Date.now().toString(36)}`;
  await onServer(serverUrl, `create database ${template}`);
  const url = urlOn(serverUrl, template);
  const database = await openDatabase({ url, dataDir: os.tmpdir(), entities });
  await database.close();
  project.provide('serverUrl', serverUrl);
  project.provide('template', template);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-scratch-'));
  project.provide('scratch', scratch);
  return async () => {
    fs.rmSync(scratch, { recursive: true, force: true });
    await onServer(serverUrl, `drop database if exists ${template} with (force)`);
    await stop();
  };
}

async function aServer(): Promise<{ serverUrl: string; stop: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { serverUrl: given, stop: async () => {} };
  const dir = fs.mkdtempSync(path.join(quickDir(), 'credence-test-'));
  fs.chmodSync(dir, 0o755); // the server's account must pass through it
  const cluster = await startEmbedded({ dataDir: path.join(dir, 'postgres'), unsafeFast: true });
  return {
    serverUrl: cluster.url('postgres'),
    stop: async () => {
      await cluster.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 4e9;

/** Memory where there is plenty of it: a database is a thousand files, and each test file gets one. */
function quickDir(): string {
  try {
    const { bavail, bsize } = fs.statfsSync(MEMORY);
    fs.accessSync(MEMORY, fs.constants.W_OK);
    return bavail * bsize >= ENOUGH_BYTES ? MEMORY : os.tmpdir();
  } catch {
    return os.tmpdir(); // not every system has it
  }
}
