import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KubernetesClient } from '../shared/adapters/kubernetes/client.ts';
import type { Connection } from '../shared/adapters/kubernetes/connection.ts';
import { RetryableError } from '../shared/model/errors.ts';
import { eventBridgeBus } from './event-bus.ts';
import { EventBusMonitor } from './event-bus-monitor.ts';
import { serveHealth } from './health-server.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, exposition, type RelayMetrics } from './metrics.ts';
import { pause } from './pause.ts';
import { createReflectors, type Reflectors, type WatchedKind, watchedKinds } from './reflectors.ts';
import { Sender } from './sender.ts';
import { defaultTiming, type RelayTiming } from './timing.ts';

export interface RelayOptions {
  /** The EKS cluster's name, as it stands in every event. */
  readonly cluster: string;
  /** Name or ARN. */
  readonly eventBusName: string;
  readonly connection: Connection;
  /** By default a client configured by the SDK's own environment. */
  readonly eventBridge?: Pick<EventBridgeClient, 'send'> | undefined;
  /** Namespaces to watch; all by default. */
  readonly namespaces?: readonly string[] | undefined;
  /** All by default. */
  readonly kinds?: readonly WatchedKind[] | undefined;
  /** Objects a page of a listing; 50 by default, because a page is in memory as a whole. */
  readonly pageSize?: number | undefined;
  /** Port of health and metrics, 0 for a free one; none by default. */
  readonly port?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly timing?: Partial<RelayTiming> | undefined;
  /** Called after each object observed; a program of its own keeps its heap small with it. */
  readonly afterObject?: (() => void) | undefined;
}

export interface Relay {
  /** Resolves when it is ready for the first time: the bus was found, and all kinds were listed or are absent. */
  readonly ready: Promise<void>;
  /** Resolves after `stop`; rejects when the relay cannot go on and has to be started anew. */
  readonly done: Promise<void>;
  /** The port of health and metrics; undefined when there is none. */
  readonly listening: Promise<number | undefined>;
  readonly metrics: RelayMetrics;
  /** What keeps it from being ready, a line each. */
  faults(): string[];
  /** Stops watching, sends what is pending within the deadline, and ends. Gives the number of events not sent. */
  stop(): Promise<number>;
}

/** PutEvents requests on their way at once: enough for 1,000 events a second at 80 ms a request. */
const requests = 8;
/** Pending events at which watches and listings wait; the API server's own buffers hold back the rest. */
const capacity = 500;

/**
 * Starts the relay:
 * 1. look the event bus up until it is there; nothing is sent before;
 * 2. follow nodes and namespaces, then the mesh kinds, then the pods, a group beginning when the one before has settled;
 * 3. send what is observed; look now and then whether the bus is still the same;
 * 4. on `stop`, stop following, send the rest, end.
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
  const sender = new Sender({ bus, logger, metrics, backoff: timing.sendBackoff, requests, capacity });
  const guard = new EventBusMonitor({ bus, logger, backoff: timing.backoff, checkMs: timing.busCheckMs });
  const { groups, nodeTopologyRefresher } = createReflectors({
    ...{ client, kinds, namespaces, pageSize, sender, timing, logger, metrics, afterObject },
    cluster: options.cluster,
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const faults = () => [...(signal.aborted ? ['stopping'] : []), ...faultsOf(guard, groups, sender, timing)];
  const health = serveHealth(options.port, { faults, metrics: () => exposition(metrics) });

  const work = [
    guarded(guard, sender, signal),
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

/** One attempt a request, because the sender repeats by itself; and no wait that outlasts a connection gone silent. */
function defaultEventBridge(): EventBridgeClient {
  return new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
}

async function guarded(guard: EventBusMonitor, sender: Sender, signal: AbortSignal): Promise<void> {
  const identity = await guard.found(signal);
  if (identity === undefined) return;
  sender.open();
  await guard.watch(identity, signal);
}

/**
 * Starts the groups one after the other. A kind that cannot be listed for long does not hold back the others for ever:
 * an event without a node's place is worth more than none.
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

/** Waits for all work to end, by `stop` or by a failure that ends the rest too, and for the last events to be sent. */
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
  guard: EventBusMonitor,
  groups: Reflectors['groups'],
  sender: Sender,
  timing: RelayTiming,
): string[] {
  const unready = groups.flat().filter(({ state }) => state !== 'listed' && state !== 'absent');
  const stalled = sender.stalledMs() > timing.stalledMs;
  return [
    ...(guard.fault ? [guard.fault] : []),
    ...unready.map(({ text, state }) => `${text} (${state})`),
    ...(stalled ? [`${sender.pending} events wait, and none was accepted for ${sender.stalledMs()} ms`] : []),
  ];
}

async function becomeReady(faults: () => readonly string[], signal: AbortSignal): Promise<void> {
  while (faults().length > 0) {
    await pause(50, signal);
    signal.throwIfAborted();
  }
}
