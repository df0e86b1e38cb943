import { totalmem } from 'node:os';
import { type Places } from './places.ts';

/** For two cores, shared with the program. What is acknowledged is on disk: fsync and synchronous_commit stay on. */
const SETTINGS = {
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_connections: '100',
  // After a checkpoint each page is written to the log as a whole when it is first touched: a twelfth of Postgres's time while 400,000 orders
  // come in. So checkpoints are far apart, no further than a crash is soon recovered from; and no page is compressed by this Postgres's
  // one method, which takes longer than writing it does.
  max_wal_size: '4GB',
  min_wal_size: '256MB',
  wal_compression: 'off',
  wal_buffers: '16MB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  random_page_cost: '1.1', // solid state
  jit: 'off', // compiling takes longer than our statements
  max_parallel_workers_per_gather: '1',
  autovacuum_naptime: '20s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_duration_statement: '1s',
  log_lock_waits: 'on',
  log_line_prefix: '%m [%p] %q%a ',
};

/** For tests: nothing need outlive a crash. */
const UNSAFE = {
  shared_buffers: '256MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  log_min_duration_statement: '-1',
};

const MB = 1024 * 1024;
const LEAST_BUFFERS_MB = 128;
const MOST_BUFFERS_MB = 4096;

/**
 * By the memory of the machine, or of the container. An eighth for buffers, half of the quarter that Postgres's manual advises for a
 * server of its own: with less, indexes of some million orders no longer fit, and each event reads them anew from the system's cache.
 */
export function memorySettings(bytes: number): { shared_buffers: string; effective_cache_size: string } {
  const buffers = Math.min(MOST_BUFFERS_MB, Math.max(LEAST_BUFFERS_MB, Math.floor(bytes / 8 / MB)));
  return { shared_buffers: `${buffers}MB`, effective_cache_size: `${4 * buffers}MB` };
}

/** What this process may use; a container without a limit tells of none. */
function memoryHere(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** The server's command line. It listens on the socket alone, whose directory only its owner can enter. */
export function serverArguments(places: Places, unsafeFast: boolean): string[] {
  const settings = {
    ...SETTINGS,
    ...memorySettings(memoryHere()),
    ...(unsafeFast && UNSAFE),
    listen_addresses: '',
    unix_socket_directories: places.socketDir,
    unix_socket_permissions: '0700',
    port: '5432', // names the socket's file
  };
  return ['-D', places.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
