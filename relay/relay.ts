import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KubernetesClient } from '../shared/adapters/kubernetes/client.ts';
import type { Connection } from '../shared/adapters/kubernetes/connection.ts';
import { RetryableError } from '../shared/model/errors.ts';
import { serveHealth } from './health-server.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, exposition, type RelayMetrics } from './metrics.ts';
import { pause } from './pause.ts';
import { eventBridgeBus } from './send/event-bus.ts';
import { EventBusMonitor } from './send/event-bus-monitor.ts';
import { Sender } from './send/sender.ts';
import { createReflectors, type Reflectors, type WatchedKind, watchedKinds } from './watch/reflectors.ts';
import { defaultTiming, type RelayTiming } from './watch/timing.ts';

export interface RelayOptions {
  /** The EKS cluster's name, part of every event. */
  readonly cluster: string;
  /** Name or ARN. */
  readonly eventBusName: string;
  readonly connection: Connection;
  /** By default a client with the SDK's default configuration. */
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
  /** Called after each observed object; main.ts passes `gcScheduler` to keep the heap small. */
  readonly afterObject?: (() => void) | undefined;
}

export interface Relay {
  /** Resolves when the relay is ready for the first time: the bus exists, and each kind is listed or absent. */
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

/** PutEvents requests in flight: enough for 1,000 events per second at 80 ms per request. */
const requests = 8;
/** Requests that are not full: 20 a second, after 20 at once. */
const pace = { intervalMs: 50, burst: 20 };
/** Pending events at which watches and listings wait; the API server buffers the rest. */
const capacity = 500;

/**
 * Starts the relay:
 * 1. wait until the event bus exists; nothing is sent before;
 * 2. list and watch nodes and namespaces, then the mesh kinds, then the pods; each group starts when the one before has
 *    settled;
 * 3. send events, and check at intervals that the bus is still the same;
 * 4. on `stop`, stop watching, send the pending events, end.
 */
export function startRelay(options: RelayOptions): Relay {
  const timing = { ...defaultTiming, ...options.timing };
  const {
    kinds = watchedKinds,
    namespaces,
    pageSize = 50,
    logger = createLogger('info'),
    afterObject = () => undefined,
  } = options;
  const metrics = createMetrics();
  const client = new KubernetesClient(options.connection);
  const bus = eventBridgeBus(
    options.eventBridge ?? defaultEventBridge(),
    options.eventBusName,
    options.cluster,
  );
  const sender = new Sender({ bus, logger, metrics, backoff: timing.sendBackoff, requests, pace, capacity });
  const monitor = new EventBusMonitor({ bus, logger, backoff: timing.backoff, checkMs: timing.busCheckMs });
  const { groups, nodeTopologyRefresher } = createReflectors({
    ...{ client, kinds, namespaces, pageSize, sender, timing, logger, metrics, afterObject },
    cluster: options.cluster,
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const faults = () => [
    ...(signal.aborted ? ['stopping'] : []),
    ...faultsOf(monitor, groups, sender, timing),
  ];
  const health = serveHealth(options.port, { faults, metrics: () => exposition(metrics) });

  const work = [
    sendWhileBusExists(monitor, sender, signal),
    follow(groups, timing.gateMs, signal),
    nodeTopologyRefresher.run(signal),
  ];
  const flushed = endOf(work, stopping, sender, timing.flushMs).finally(() => {
    client.close();
    health.close();
  });
  const ready = becomeReady(faults, signal);
  ready.catch(() => undefined);
  return {
    ready,
    done: flushed.then(() => undefined),
    listening: health.listening,
    metrics,
    faults,
    stop() {
      stopping.abort(new RetryableError('the relay is stopping'));
      return flushed;
    },
  };
}

/** One attempt per request, because the sender retries; timeouts, so that no request waits on a dead connection. */
function defaultEventBridge(): EventBridgeClient {
  return new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
}

async function sendWhileBusExists(
  monitor: EventBusMonitor,
  sender: Sender,
  signal: AbortSignal,
): Promise<void> {
  const identity = await monitor.found(signal);
  if (identity === undefined) return;
  sender.open();
  await monitor.watch(identity, signal);
}

/**
 * Starts the groups one after another. A kind that cannot be listed does not block the others for longer than `gateMs`:
 * an event without a node's topology is better than none.
 */
async function follow(groups: Reflectors['groups'], gateMs: number, signal: AbortSignal): Promise<void> {
  const runs: Promise<void>[] = [];
  const failed = Promise.withResolvers<void>();
  for (const group of groups) {
    for (const reflector of group) runs.push(reflector.run(signal));
    Promise.all(runs).catch(failed.reject);
    const settled = Promise.all(group.map((reflector) => reflector.settled));
    await Promise.race([settled, pause(gateMs, signal), failed.promise]);
  }
  await Promise.all(runs);
}

/** Waits until all work has ended, by `stop` or by a failure that aborts the rest, and the pending events are sent. */
async function endOf(
  work: readonly Promise<void>[],
  stopping: AbortController,
  sender: Sender,
  flushMs: number,
): Promise<number> {
  stopping.signal.addEventListener('abort', () => sender.release());
  try {
    await Promise.all(work);
  } catch (error) {
    stopping.abort(error);
    await Promise.allSettled(work);
    throw error;
  } finally {
    await sender.flush(flushMs);
  }
  return sender.pending;
}

function faultsOf(
  monitor: EventBusMonitor,
  groups: Reflectors['groups'],
  sender: Sender,
  timing: RelayTiming,
): string[] {
  const unready = groups.flat().filter(({ state }) => state !== 'listed' && state !== 'absent');
  const stalled = sender.stalledMs() > timing.stalledMs;
  return [
    ...(monitor.fault ? [monitor.fault] : []),
    ...unready.map(({ text, state }) => `${text} (${state})`),
    ...(stalled
      ? [`pending events: ${sender.pending}; the event bus has accepted none for ${sender.stalledMs()} ms`]
      : []),
  ];
}

async function becomeReady(faults: () => readonly string[], signal: AbortSignal): Promise<void> {
  while (faults().length > 0) {
    await pause(50, signal);
    signal.throwIfAborted();
  }
}
