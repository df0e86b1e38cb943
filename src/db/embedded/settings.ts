import { type Places } from './places.ts';

/** For two cores and a few GB, shared with the program. What is acknowledged is on disk: fsync and synchronous_commit stay on. */
const SETTINGS = {
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_connections: '100',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  wal_compression: 'on', // full pages after a checkpoint are most of the log
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
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  log_min_duration_statement: '-1',
};

/** The server's command line. It listens on the socket alone, whose directory only its owner can enter. */
export function serverArguments(places: Places, unsafeFast: boolean): string[] {
  const settings = {
    ...SETTINGS,
    ...(unsafeFast && UNSAFE),
    listen_addresses: '',
    unix_socket_directories: places.socketDir,
    unix_socket_permissions: '0700',
    port: '5432', // names the socket's file
  };
  return ['-D', places.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
