import { parentPort, workerData } from 'node:worker_threads';
import { lookBack, type LookBack } from './look-back.ts';

/** The whole life of a thread: one look back. */
const seen = lookBack(workerData as LookBack);
parentPort?.postMessage(seen); // oxlint-disable-line unicorn/require-post-message-target-origin -- threads have no origin
