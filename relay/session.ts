import type { KubernetesClient } from '../shared/adapters/kubernetes/client.ts';
import type { Term } from './lease/elector.ts';
import type { Logger } from './logger.ts';
import type { RelayMetrics } from './metrics.ts';
import { pause } from './pause.ts';
import { type EventBus, fencedBus } from './send/event-bus.ts';
import type { EventBusMonitor } from './send/event-bus-monitor.ts';
import { Sender } from './send/sender.ts';
import { createReflectors, type Reflectors, type WatchedKind } from './watch/reflectors.ts';
import type { RelayTiming } from './watch/timing.ts';

export interface SessionOptions {
  readonly cluster: string;
  readonly client: KubernetesClient;
  readonly bus: EventBus;
  readonly monitor: EventBusMonitor;
  readonly kinds: readonly WatchedKind[];
  readonly namespaces: readonly string[] | undefined;
  readonly pageSize: number;
  readonly timing: RelayTiming;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  readonly afterObject: () => void;
  /** Aborted by `stop`: the pending events are still sent. */
  readonly stopping: AbortSignal;
  /** With a lease: nothing is sent after the term. */
  readonly term: Term | undefined;
}

/** From the first listing to the end: of the relay, or of its term. */
export interface Session {
  /** Resolves with the number of events not sent; rejects if the relay cannot continue. */
  readonly ended: Promise<number>;
  faults(): string[];
}

/** PutEvents requests in flight: enough for 1,000 events per second at 80 ms per request. */
const requests = 8;
/** Requests that are not full: 20 a second, after 20 at once. */
const pace = { intervalMs: 50, burst: 20 };
/** Pending events at which watches and listings wait; the API server buffers the rest. */
const capacity = 500;

/**
 * Watches and sends:
 * 1. list and watch nodes and namespaces, then the mesh kinds, then the pods; each group starts when the one before has
 *    settled;
 * 2. send events once the bus was found, and check at intervals that it is still the same;
 * 3. when stopped, stop watching and send the pending events; when the term is over, send nothing more.
 */
export function startSession(options: SessionOptions): Session {
  const { monitor, logger, metrics, timing, stopping, term } = options;
  const bus = term ? fencedBus(options.bus, term) : options.bus;
  const sender = new Sender({ bus, logger, metrics, backoff: timing.sendBackoff, requests, pace, capacity });
  const { groups, nodeTopologyRefresher } = createReflectors({ ...options, sender });
  const failed = new AbortController();
  const signal = AbortSignal.any([stopping, failed.signal, ...(term ? [term.signal] : [])]);
  term?.signal.addEventListener('abort', () => sender.close());
  const work = [
    sendWhileBusExists(monitor, sender, signal),
    follow(groups, timing.gateMs, signal),
    nodeTopologyRefresher.run(signal),
  ];
  return {
    ended: endOf(work, failed, signal, sender, timing.flushMs),
    faults: () => faultsOf(groups, sender, timing),
  };
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

/** Waits until all work has ended, by an abort or by a failure that aborts the rest, and the pending events are sent. */
async function endOf(
  work: readonly Promise<void>[],
  failed: AbortController,
  signal: AbortSignal,
  sender: Sender,
  flushMs: number,
): Promise<number> {
  signal.addEventListener('abort', () => sender.release());
  try {
    await Promise.all(work);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(work);
    throw error;
  } finally {
    await sender.flush(flushMs);
  }
  return sender.pending;
}

function faultsOf(groups: Reflectors['groups'], sender: Sender, timing: RelayTiming): string[] {
  const unready = groups.flat().filter(({ state }) => state !== 'listed' && state !== 'absent');
  const stalled = sender.stalledMs() > timing.stalledMs;
  return [
    ...unready.map(({ text, state }) => `${text} (${state})`),
    ...(stalled
      ? [`pending events: ${sender.pending}; the event bus has accepted none for ${sender.stalledMs()} ms`]
      : []),
  ];
}
