import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a request asked for; NONE: it never became an operation of GraphQL. */
export type RequestKind = 'QUERY' | 'MUTATION' | 'SUBSCRIPTION' | 'NONE';
/** FAILED: by our own fault. THROTTLED: it asked for more than its budget. REFUSED: in whole or in part, for any other cause. */
export type RequestOutcome = 'OK' | 'REFUSED' | 'THROTTLED' | 'FAILED';

/** How subscriptions are read. */
export type Transport = 'WEBSOCKET' | 'SSE';

/** A pool of connections, as far as it is counted. */
export interface Connections {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** What is read of the database when somebody looks. */
export interface Backlogs {
  readonly outbox: Backlog;
  readonly audit: Backlog;
  readonly webhooks: Backlog;
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
  readonly subscriptions: Gauge<'transport'>;
  readonly delivered: Counter<'transport'>;
  readonly tooSlow: Counter<'transport'>;
  readonly deliveries: Counter<'outcome'>;
  readonly disabled: Counter<'reason'>;
  readonly jobs: Gauge<'job'>;
  readonly replaced: Counter;
  readonly connections: Gauge<'state'>;
  readonly waiting: Gauge;
  readonly backlog: Gauge<'of'>;
  readonly oldest: Gauge<'of'>;
}

let meters: Meters | null = null;

/**
 * From now on this process counts. Until then what is counted costs nothing, and the library is not even loaded. `number`: of one process
 * among several; a label of all that it counts.
 */
export async function startMetrics(number: number | null = null): Promise<void> {
  if (meters) return;
  const prom = await import('prom-client');
  const registry = new prom.Registry();
  if (number !== null) registry.setDefaultLabels({ process: String(number) });
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
    deliveries: new Counter(of('webhook_deliveries_total', 'Attempts to deliver webhooks, by outcome.', 'outcome')),
    disabled: new Counter(
      of('webhook_endpoints_disabled_total', 'Endpoints that the house disabled, by reason.', 'reason'),
    ),
    subscriptions: new Gauge(of('subscriptions', 'Subscriptions that are open, by transport.', 'transport')),
    delivered: new Counter(of('subscription_events_total', 'Events given to subscribers, by transport.', 'transport')),
    tooSlow: new Counter(
      of(
        'subscriptions_dropped_total',
        'Subscribers sent away because they read too slowly, by transport.',
        'transport',
      ),
    ),
    jobs: new Gauge(of('job_last_success_timestamp_seconds', 'When each job last ran to its end.', 'job')),
    replaced: new Counter(of('processes_replaced_total', 'Processes that ended by themselves, and were replaced.')),
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

export const countWebhook = (outcome: 'DELIVERED' | 'FAILED' | 'WITHHELD'): void => meters?.deliveries.inc({ outcome });
export const countDisabled = (reason: string): void => meters?.disabled.inc({ reason });

/** What it returns says that it is closed, and whether because its reader was too slow. */
export function subscriptionOpened(transport: Transport): (isTooSlow: boolean) => void {
  meters?.subscriptions.inc({ transport });
  return (isTooSlow) => {
    meters?.subscriptions.dec({ transport });
    if (isTooSlow) meters?.tooSlow.inc({ transport });
  };
}

export const countDelivered = (transport: Transport): void => meters?.delivered.inc({ transport });

/** `now`: ms since 1970. */
export const jobSucceeded = (job: string, now: number): void => meters?.jobs.set({ job }, now / 1000);

export const countReplaced = (): void => meters?.replaced.inc();

/** What is shown to whoever looks. */
export interface Exposition {
  readonly type: string; // media type
  readonly text: string;
}

/** All of it in the text format of Prometheus, with what other processes tell of themselves. */
export async function exposition(
  connections: Connections,
  backlogs: Backlogs,
  others: readonly unknown[] = [],
): Promise<Exposition> {
  const { registry, backlog, oldest } = counting();
  for (const [of, { count, oldestSeconds }] of Object.entries(backlogs)) {
    backlog.set({ of }, count);
    oldest.set({ of }, oldestSeconds);
  }
  const type = registry.contentType;
  if (others.length === 0) {
    countConnections(connections);
    return { type, text: await registry.metrics() };
  }
  const { AggregatorRegistry } = await import('prom-client');
  const all = [await ownMetrics(connections), ...others.filter((other) => other !== undefined)] as object[][];
  const asTheyAre = all.map((own) => own.map((metric) => ({ ...metric, aggregator: 'sum' }))); // by process: nothing is summed up
  return { type, text: await AggregatorRegistry.aggregate(asTheyAre).metrics() };
}

/** What this process tells another, which shows it. */
export async function ownMetrics(connections: Connections): Promise<object[]> {
  countConnections(connections);
  return counting().registry.getMetricsAsJSON();
}

function countConnections({ totalCount, idleCount, waitingCount }: Connections): void {
  const meters = counting();
  meters.connections.set({ state: 'idle' }, idleCount);
  meters.connections.set({ state: 'busy' }, totalCount - idleCount);
  meters.waiting.set(waitingCount);
}

function counting(): Meters {
  if (!meters) throw new Error('this process counts nothing');
  return meters;
}
