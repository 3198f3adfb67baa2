import { afterEach, expect, vi } from 'vitest';
import { createLogger } from '../../relay/logger.ts';
import { type Relay, type RelayOptions, startRelay } from '../../relay/relay.ts';
import type { RelayTiming } from '../../relay/watch/timing.ts';
import { relaySource } from '../../shared/model/events/event.ts';
import { senderFault } from '../../shared/model/events/relayed-event.ts';
import { clusterListed, clusterObjectChanged, podChanged } from '../../shared/model/events/schema.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { FakeEventBus } from './fake-event-bus.ts';

/** Waits short enough for tests. */
export const quick: RelayTiming = {
  backoff: { baseMs: 2, maxMs: 20 },
  absentRetryMs: 30,
  watchSeconds: 60,
  idleTimeoutMs: 5000,
  confirmMs: 600_000,
  sendBackoff: { baseMs: 1, maxMs: 10 },
  gateMs: 5000,
  busCheckMs: 60_000,
  flushMs: 2000,
  stalledMs: 5000,
};

export interface Dependencies {
  readonly api: FakeApiServer;
  readonly bus: FakeEventBus;
  readonly logs: Record<string, unknown>[];
  readonly server: string;
  start(options?: Partial<RelayOptions>): Relay;
}

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A cluster, a bus and relays between them, which end with the test. */
export async function deps(): Promise<Dependencies> {
  const api = new FakeApiServer();
  const bus = new FakeEventBus();
  const logs: Record<string, unknown>[] = [];
  const server = await api.start();
  cleanups.push(() => api.stop());
  return {
    api,
    bus,
    logs,
    server,
    start(options = {}) {
      const logger = createLogger('debug', (line) => logs.push(JSON.parse(line)));
      const relay = startRelay({
        cluster: 'test',
        eventBusName: 'bus',
        connection: { server },
        eventBridge: bus.client,
        logger,
        ...options,
        timing: { ...quick, ...options.timing },
      });
      relay.done.catch(() => undefined);
      cleanups.push(() => relay.stop().catch(() => undefined));
      return relay;
    },
  };
}

/** Waits until an assertion holds. */
export function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 8000, interval: 5 });
}

/** Every event must be one that the functions accept. */
export function expectContract(bus: FakeEventBus): void {
  for (const detail of bus.accepted) {
    const schema = {
      'Pod Changed': podChanged,
      'Cluster Object Changed': clusterObjectChanged,
      'Cluster Listed': clusterListed,
    };
    if (!Object.hasOwn(schema, detail.type)) throw new Error('the relay asks for nothing');
    const { error } = schema[detail.type as keyof typeof schema].safeParse(detail);
    expect(error, JSON.stringify(detail)).toBeUndefined();
    expect(senderFault(relaySource(detail.cluster), { ...detail })).toBeUndefined();
  }
}
