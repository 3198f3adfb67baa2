import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KubernetesClient } from '../shared/adapters/kubernetes/client.ts';
import type { Connection } from '../shared/adapters/kubernetes/connection.ts';
import { RetryableError } from '../shared/model/errors.ts';
import { serveHealth } from './health-server.ts';
import { monotonicClock } from './lease/clock.ts';
import { Elector, type Lead } from './lease/elector.ts';
import { leaseTiming } from './lease/lease.ts';
import { kubernetesLease } from './lease/lease-store.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, exposition, type RelayMetrics } from './metrics.ts';
import { pause } from './pause.ts';
import { eventBridgeClient } from './send/event-bridge-client.ts';
import { eventBridgeBus } from './send/event-bus.ts';
import { EventBusMonitor } from './send/event-bus-monitor.ts';
import { type Session, type SessionOptions, startSession } from './session.ts';
import { type WatchedKind, watchedKinds } from './watch/reflectors.ts';
import { defaultTiming, type RelayTiming } from './watch/timing.ts';

export interface RelayOptions {
  /** The EKS cluster's name, part of every event. */
  readonly cluster: string;
  /** Name or ARN. */
  readonly eventBusName: string;
  readonly connection: Connection;
  /** By default a client with the SDK's default configuration, without a proxy. */
  readonly eventBridge?: Pick<EventBridgeClient, 'send'> | undefined;
  /** Namespaces to watch; all by default. */
  readonly namespaces?: readonly string[] | undefined;
  /** All by default. */
  readonly kinds?: readonly WatchedKind[] | undefined;
  /** Objects per page of a list request; 50 by default, because a whole page is in memory. */
  readonly pageSize?: number | undefined;
  /** Port for health and metrics, 0 for a free one; no server by default. */
  readonly port?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly timing?: Partial<RelayTiming> | undefined;
  /** With a lease, of several relays only the one that holds it watches and sends. */
  readonly lease?: LeaseOptions | undefined;
  /** Called after each observed object; main.ts passes `gcScheduler` to keep the heap small. */
  readonly afterObject?: (() => void) | undefined;
}

export interface LeaseOptions {
  readonly namespace: string;
  readonly name: string;
  readonly durationMs: number;
  /** Unique among all processes. */
  readonly identity: string;
}

export interface Relay {
  /**
   * Resolves when the relay is ready for the first time: the bus exists, and each kind is listed or absent. One that does
   * not hold the lease is ready when it could take over: the bus exists, and it can read the lease.
   */
  readonly ready: Promise<void>;
  /** Resolves after `stop`; rejects if the relay cannot continue and must be restarted. */
  readonly done: Promise<void>;
  /** The port for health and metrics; undefined without a server. */
  readonly listening: Promise<number | undefined>;
  readonly metrics: RelayMetrics;
  /** The reasons why the relay is not ready, one per line. */
  faults(): string[];
  /** Stops watching, sends the pending events until the deadline, and ends. Returns the number of events not sent. */
  stop(): Promise<number>;
}

/**
 * Starts the relay:
 * 1. wait until the event bus exists; nothing is sent before;
 * 2. with a lease, wait until it is held;
 * 3. list, watch and send (`startSession`); when the lease is lost, stop at once and wait for it again;
 * 4. on `stop`, stop watching, send the pending events, release the lease, end.
 */
export function startRelay(options: RelayOptions): Relay {
  const context = contextOf(options);
  const { client, monitor, metrics } = context;
  const stopping = new AbortController();
  let session: Session | undefined;
  const begin: Begin = (term) => {
    session = startSession({ ...context, stopping: stopping.signal, term });
    return session.ended.finally(() => {
      if (term) session = undefined;
    });
  };
  const elector = options.lease && electorOf(options.lease, context);
  const faults = () => [
    ...(stopping.signal.aborted ? ['stopping'] : []),
    ...(monitor.fault ? [monitor.fault] : []),
    ...(session?.faults() ?? (elector?.fault ? [elector.fault] : [])),
  ];
  const health = serveHealth(options.port, { faults, metrics: () => exposition(metrics) });
  const work = elector ? takeTurns(elector, begin, context, stopping.signal) : begin(undefined);
  const ended = work.finally(() => {
    client.close();
    health.close();
  });
  const ready = becomeReady(faults, stopping.signal);
  ready.catch(() => undefined);
  return {
    ready,
    done: ended.then(() => undefined),
    listening: health.listening,
    metrics,
    faults,
    stop() {
      stopping.abort(new RetryableError('the relay is stopping'));
      return ended;
    },
  };
}

type Context = Omit<SessionOptions, 'stopping' | 'term'>;
/** Starts to watch and send. Resolves at the end with the number of events not sent. */
type Begin = (term: SessionOptions['term']) => Promise<number>;

function contextOf(options: RelayOptions): Context {
  const { cluster, eventBusName, namespaces } = options;
  const { kinds = watchedKinds, pageSize = 50, afterObject = () => undefined } = options;
  const { logger = createLogger('info'), eventBridge = eventBridgeClient({}) } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const bus = eventBridgeBus(eventBridge, eventBusName, cluster);
  return {
    ...{ cluster, namespaces, kinds, pageSize, afterObject, logger, timing, bus },
    client: new KubernetesClient(options.connection),
    metrics: createMetrics(),
    monitor: new EventBusMonitor({ bus, logger, backoff: timing.backoff, checkMs: timing.busCheckMs }),
  };
}

function electorOf(lease: LeaseOptions, { client, logger }: Context): Elector {
  const timing = leaseTiming(lease.durationMs);
  const store = kubernetesLease(client, lease, timing.giveUpMs / 2);
  return new Elector({ store, identity: lease.identity, timing, clock: monotonicClock, logger });
}

/** A relay that cannot use the bus does not become a candidate. */
async function takeTurns(
  elector: Elector,
  begin: Begin,
  { monitor, metrics }: Context,
  stopping: AbortSignal,
): Promise<number> {
  let unsent = 0;
  const lead: Lead = async (term) => {
    metrics.leaseHeld.set({}, 1);
    try {
      unsent = await begin(term);
    } finally {
      for (const gauge of [metrics.objects, metrics.pending]) gauge.clear();
      metrics.leaseHeld.set({}, 0);
    }
  };
  metrics.leaseHeld.set({}, 0);
  await monitor.found(stopping);
  await elector.run(lead, stopping);
  return unsent;
}

async function becomeReady(faults: () => readonly string[], signal: AbortSignal): Promise<void> {
  while (faults().length > 0) {
    await pause(50, signal);
    signal.throwIfAborted();
  }
}
