import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import { createMetrics } from '../../../relay/metrics.ts';
import type { BusEntry, EntryResult, EventBus } from '../../../relay/send/event-bus.ts';
import { EventBusMonitor } from '../../../relay/send/event-bus-monitor.ts';
import { type SessionOptions, startSession } from '../../../relay/session.ts';
import { NotFoundError, PermanentError, RetryableError } from '../../../shared/model/errors.ts';
import { useFixedClock } from '../fixed-clock.ts';
import { quick } from '../harness.ts';
import { namespace, node, pod, virtualNode } from '../objects.ts';
import { scriptedCluster } from '../watch/scripted-cluster.ts';

useFixedClock();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A session of a cluster with one object of each watched kind; what its bus accepts. */
function running(
  options: Partial<SessionOptions> = {},
  objects: Record<string, object[] | Error> = {},
  identity: string | Error = 'bus 1',
) {
  const cluster = scriptedCluster({
    ...{ nodes: [node('node-1')], namespaces: [namespace('shop')] },
    ...{ virtualnodes: [virtualNode('shop', 'cart')], pods: [pod('shop', 'cart-0')] },
    ...objects,
  });
  const sent: string[] = [];
  const state = { identity, fault: undefined as Error | undefined };
  const bus: EventBus = {
    name: 'bus',
    bytesOf: ({ detail }) => detail.length,
    async identity() {
      if (state.identity instanceof Error) throw state.identity;
      return state.identity;
    },
    async put(entries: readonly BusEntry[]): Promise<readonly EntryResult[]> {
      if (state.fault) throw state.fault;
      for (const { type, detail } of entries) {
        const { object, pod: changed, listing } = JSON.parse(detail);
        sent.push(`${type} ${listing?.kind ?? (object ?? changed).metadata.name}`);
      }
      return entries.map(() => ({}));
    },
  };
  const logger = createLogger('error', () => {});
  const stopping = new AbortController();
  const timing = { ...quick, gateMs: 1_000, flushMs: 300, stalledMs: 500, busCheckMs: 10_000 };
  const session = startSession({
    ...{ cluster: 'test', client: cluster.client, bus, logger, metrics: createMetrics(), timing },
    monitor: new EventBusMonitor({ bus, logger, backoff: timing.backoff, checkMs: timing.busCheckMs }),
    ...{ kinds: ['Pod', 'Namespace', 'VirtualNode'], namespaces: undefined, pageSize: 2 },
    ...{ afterObject: () => {}, stopping: stopping.signal, term: undefined, ...options },
  });
  const end: { unsent?: number; error?: unknown } = {};
  session.ended.then(
    (unsent) => Object.assign(end, { unsent }),
    (error: unknown) => Object.assign(end, { error }),
  );
  return { ...cluster, session, sent, state, stopping, end };
}

/** The same, when all was sent and a changed pod waits for a bus that does not answer. */
async function withPendingEvent(options: Partial<SessionOptions> = {}) {
  const session = running(options);
  await pass(200);
  session.state.fault = down;
  session.emit('pods', 'ADDED', pod('shop', 'cart-1'));
  return session;
}

const all = [
  ...['Cluster Object Changed shop', 'Cluster Object Changed cart', 'Pod Changed cart-0'],
  ...['Cluster Listed Namespace', 'Cluster Listed VirtualNode', 'Cluster Listed Pod'],
];
const down = new RetryableError('down');
const noBus = new NotFoundError('object', 'no bus');

describe('a session', () => {
  it('sends all objects and listings, and is ready then', async () => {
    const { session, sent, requests, end } = running();
    expect(session.faults()).toEqual([
      ...['nodes (starting)', 'namespaces (starting)', 'virtualnodes.appmesh.k8s.aws (starting)'],
      'pods (starting)',
    ]);
    await pass(200);
    expect([...sent].sort()).toEqual([...all].sort());
    expect(session.faults()).toEqual([]);
    expect(requests.filter((request) => request.startsWith('list'))).toEqual([
      ...['list nodes', 'list namespaces', 'list virtualnodes', 'list pods'],
    ]);
    expect(end).toEqual({});
  });

  it('lists a group after the one before, or after the time that it may take', async () => {
    const { session, requests, sent, objects } = running({}, { nodes: down });
    await pass(999);
    expect(requests).not.toContain('list virtualnodes');
    expect(session.faults()).toEqual([
      ...['nodes: RetryableError: down (failing)', 'virtualnodes.appmesh.k8s.aws (starting)'],
      'pods (starting)',
    ]);
    await pass(200);
    expect(requests).toContain('list pods');
    expect(sent).toContain('Pod Changed cart-0');
    objects.nodes = [];
    await pass(50);
    expect(session.faults()).toEqual([]);
  });

  it('is ready without a kind that the cluster lacks, but not without one that it may not list', async () => {
    const missing = new NotFoundError('object', 'no such kind');
    const denied = new PermanentError('denied');
    const { session } = running({}, { virtualnodes: missing, namespaces: denied });
    await pass(200);
    expect(session.faults()).toEqual(['namespaces: PermanentError: denied (refused)']);
  });

  it('sends nothing before the event bus was found', async () => {
    const { sent, state, session, end } = running({}, {}, noBus);
    await pass(1_000);
    expect(sent).toEqual([]);
    state.identity = 'bus 1';
    await pass(200);
    expect([...sent].sort()).toEqual([...all].sort());
    expect(session.faults()).toEqual([]);
    expect(end).toEqual({});
  });

  it('is not ready while the bus has accepted nothing for longer than the limit', async () => {
    const { session, state } = await withPendingEvent();
    await pass(500);
    expect(session.faults()).toEqual([]);
    await pass(1);
    expect(session.faults()).toEqual(['pending events: 1; the event bus has accepted none for 501 ms']);
    state.fault = undefined;
    await pass(100);
    expect(session.faults()).toEqual([]);
  });
});

describe('the end of a session', () => {
  it('comes after the pending events when it is stopped', async () => {
    const { stopping, state, sent, end } = await withPendingEvent();
    await pass(50);
    stopping.abort();
    await pass(50);
    expect(end).toEqual({});
    state.fault = undefined;
    await pass(50);
    expect(sent.at(-1)).toBe('Pod Changed cart-1');
    expect(end).toEqual({ unsent: 0 });
  });

  it('comes without the events that are pending for longer than the limit', async () => {
    const { stopping, end } = await withPendingEvent();
    await pass(50);
    stopping.abort();
    await pass(299);
    expect(end).toEqual({});
    await pass(10);
    expect(end).toEqual({ unsent: 1 });
  });

  it('comes at once while the event bus is missing', async () => {
    const { stopping, end, sent } = running({}, {}, noBus);
    await pass(1_000);
    stopping.abort();
    await pass(10);
    expect(end).toEqual({ unsent: all.length });
    expect(sent).toEqual([]);
  });

  it('ends the waits of observers for capacity', async () => {
    const pods = Array.from({ length: 600 }, (_, index) => pod('shop', `cart-${index}`));
    const { stopping, session, end } = running({}, { pods }, noBus);
    await pass(1_000);
    expect(session.faults()).toContain('pods (starting)');
    stopping.abort();
    await pass(10);
    // 500 events are pending, and the observer offers the one that it has.
    expect(end).toEqual({ unsent: 501 });
  });

  it('comes with the error when the bus was deleted, and nothing goes on', async () => {
    const { state, end, requests, session } = running();
    await pass(200);
    state.identity = noBus;
    await pass(10_000);
    expect(end.error).toEqual(
      new RetryableError(
        'event bus "bus" was deleted or replaced; the relay must restart and list the cluster again',
      ),
    );
    const before = requests.length;
    await pass(100_000);
    expect(requests).toHaveLength(before);
    await expect(session.ended).rejects.toBe(end.error);
  });

  it.each([
    ['in the first group', 'namespaces'],
    ['in the last group', 'pods'],
  ])('comes with the error of a reflector %s that cannot go on', async (_, plural) => {
    const mistake = new TypeError('a mistake');
    const { end, requests } = running({}, { [plural]: mistake });
    await pass(100);
    expect(end).toEqual({ error: mistake });
    const before = requests.length;
    await pass(100_000);
    expect(requests).toHaveLength(before);
  });
});

describe('the session of a term', () => {
  it('sends like one without, and ends with its term, without the pending events', async () => {
    const lost = new AbortController();
    const term = { signal: lost.signal, isHeld: () => !lost.signal.aborted };
    const { state, sent, end } = await withPendingEvent({ term });
    expect([...sent].sort()).toEqual([...all].sort());
    await pass(50);
    state.fault = undefined;
    lost.abort();
    await pass(10);
    expect(end).toEqual({ unsent: 1 });
    expect(sent).toHaveLength(all.length);
  });

  it('sends nothing while the lease is not held, even before the term is ended', async () => {
    const lost = new AbortController();
    const { sent, end } = running({ term: { signal: lost.signal, isHeld: () => false } });
    await pass(1_000);
    expect(sent).toEqual([]);
    lost.abort();
    await pass(10);
    expect(end).toEqual({ unsent: all.length });
  });
});
