import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a request asked for; NONE: it never became an operation of GraphQL. */
export type RequestKind = 'QUERY' | 'MUTATION' | 'SUBSCRIPTION' | 'NONE';
/** FAILED: by our own fault. THROTTLED: it asked for more than its budget. REFUSED: in whole or in part, for any other cause. */
export type RequestOutcome = 'OK' | 'REFUSED' | 'THROTTLED' | 'FAILED';

/** What is read when somebody looks. */
export interface Readings {
  readonly connections: { readonly total: number; readonly idle: number; readonly waiting: number };
  readonly outbox: Backlog;
  readonly audit: Backlog;
}

/** What waits to be worked off: how much, and for how long the oldest of it. */
export interface Backlog {
  readonly count: number;
  readonly oldestSeconds: number;
}

interface Meters {
  readonly registry: Registry;
  readonly requests: Counter<'kind' | 'outcome'>;
  readonly seconds: Histogram<'kind'>;
  readonly events: Counter<'outcome'>;
  readonly jobs: Gauge<'job'>;
  readonly connections: Gauge<'state'>;
  readonly waiting: Gauge;
  readonly backlog: Gauge<'of'>;
  readonly oldest: Gauge<'of'>;
}

let meters: Meters | null = null;

/** From now on this process counts. Until then what is counted costs nothing, and the library is not even loaded. */
export async function startMetrics(): Promise<void> {
  if (meters) return;
  const prom = await import('prom-client');
  const registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: registry }); // of the process, its memory and the lag of its event loop
  meters = metersIn(prom, registry);
}

/** Labels have few values, all of them ours: nothing that a client sends becomes one. */
function metersIn({ Counter, Gauge, Histogram }: typeof import('prom-client'), registry: Registry): Meters {
  const registers = [registry];
  const of = <Label extends string>(name: string, help: string, ...labelNames: Label[]) => ({
    name: `credence_${name}`,
    help,
    labelNames,
    registers,
  });
  return {
    registry,
    requests: new Counter(of('requests_total', 'Requests, by kind of operation and outcome.', 'kind', 'outcome')),
    seconds: new Histogram({
      ...of('request_seconds', 'How long requests took, by kind of operation.', 'kind'),
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
    events: new Counter(of('intake_events_total', 'Events from outside, by outcome.', 'outcome')),
    jobs: new Gauge(of('job_last_success_timestamp_seconds', 'When each job last ran to its end.', 'job')),
    connections: new Gauge(of('database_connections', 'Connections to the database, by state.', 'state')),
    waiting: new Gauge(of('database_waiting', 'Calls that wait for a connection to the database.')),
    backlog: new Gauge(of('backlog_rows', 'What waits to be worked off.', 'of')),
    oldest: new Gauge(of('backlog_oldest_seconds', 'For how long the oldest of it has waited.', 'of')),
  };
}

export function countRequest(kind: RequestKind, outcome: RequestOutcome, seconds: number): void {
  meters?.requests.inc({ kind, outcome });
  meters?.seconds.observe({ kind }, seconds);
}

export function countEvents(counts: Readonly<Record<'ACCEPTED' | 'DUPLICATE' | 'REJECTED', number>>): void {
  for (const [outcome, count] of Object.entries(counts)) meters?.events.inc({ outcome }, count);
}

/** `now`: ms since 1970. */
export const jobSucceeded = (job: string, now: number): void => meters?.jobs.set({ job }, now / 1000);

/** All of it in the text format of Prometheus. */
export async function exposition({ connections, outbox, audit }: Readings): Promise<{ type: string; text: string }> {
  if (!meters) throw new Error('this process counts nothing');
  meters.connections.set({ state: 'idle' }, connections.idle);
  meters.connections.set({ state: 'busy' }, connections.total - connections.idle);
  meters.waiting.set(connections.waiting);
  for (const [of, { count, oldestSeconds }] of Object.entries({ outbox, audit })) {
    meters.backlog.set({ of }, count);
    meters.oldest.set({ of }, oldestSeconds);
  }
  return { type: meters.registry.contentType, text: await meters.registry.metrics() };
}
